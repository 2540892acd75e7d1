//! The rows of invitation lists.
use super::LIFETIME_SECS;
use crate::Core;
use crate::caller::Person;
use crate::error::{CoreError, Failure};
use crate::store::{Housekeeping, Tx};
use crate::vault::SealedCell;
use portvakt_model::id::InvitationListId;
use portvakt_model::invitation_list::{Draft, LineOutcome};

const SEALED: &str = "invitation_list.sealed";
pub(super) const UNREADABLE: Failure = Failure::Unreadable("a list of invitations");

/// The caller's waiting list, with the results of its lines.
pub(super) async fn find(core: &Core, person: &Person) -> Result<Option<Draft>, CoreError> {
    let row: Option<(String, Vec<u8>, String)> = sqlx::query_as(
        "SELECT id, sealed, outcomes FROM invitation_list WHERE tenant_id = $1 AND account_id = $2 AND ends_at > $3",
    )
    .bind(person.tenant.to_string())
    .bind(person.account.to_string())
    .bind(core.clock.now().as_micros())
    .fetch_optional(core.store.reader())
    .await?;
    let Some((id, sealed, outcomes)) = row else { return Ok(None) };
    let plain = core.vault.open_platform(SealedCell { column: SEALED, row: &id }, &sealed).ok_or(UNREADABLE)?;
    let mut draft: Draft = serde_json::from_slice(&plain).map_err(|_| UNREADABLE)?;
    for (line, letter) in draft.lines.iter_mut().zip(outcomes.chars()) {
        line.outcome = LineOutcome::of_letter(letter);
    }
    Ok(Some(draft))
}

/// Keeps a list to be sent, in place of an earlier one.
pub(super) async fn put(tx: &mut Tx<Housekeeping>, person: &Person, draft: &Draft) -> Result<(), CoreError> {
    let id = draft.id.to_string();
    let plain = serde_json::to_vec(draft).map_err(|_| UNREADABLE)?;
    let sealed = tx.vault().platform().seal(SealedCell { column: SEALED, row: &id }, &plain, tx.random());
    let ends_at = tx.now().plus_secs(LIFETIME_SECS).as_micros();
    sqlx::query(
        "INSERT INTO invitation_list (id, tenant_id, account_id, sealed, outcomes, ends_at)
         VALUES ($1, $2, $3, $4, '', $5)
         ON CONFLICT (tenant_id, account_id) DO UPDATE
            SET id = excluded.id, sealed = excluded.sealed, outcomes = excluded.outcomes, ends_at = excluded.ends_at",
    )
    .bind(&id)
    .bind(person.tenant.to_string())
    .bind(person.account.to_string())
    .bind(sealed)
    .bind(ends_at)
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Appends the results of some lines. `false` if another request has tried these lines, or if the list was replaced.
pub(super) async fn note(
    tx: &mut Tx,
    person: &Person,
    id: InvitationListId,
    tried: usize,
    outcomes: &str,
) -> Result<bool, CoreError> {
    let tried = i64::try_from(tried).map_err(|_| UNREADABLE)?;
    let done = sqlx::query(
        "UPDATE invitation_list SET outcomes = outcomes || $1
          WHERE tenant_id = $2 AND account_id = $3 AND id = $4 AND length(outcomes) = $5",
    )
    .bind(outcomes)
    .bind(person.tenant.to_string())
    .bind(person.account.to_string())
    .bind(id.to_string())
    .bind(tried)
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

pub(super) async fn delete(tx: &mut Tx<Housekeeping>, person: &Person) -> Result<(), CoreError> {
    sqlx::query("DELETE FROM invitation_list WHERE tenant_id = $1 AND account_id = $2")
        .bind(person.tenant.to_string())
        .bind(person.account.to_string())
        .execute(tx.conn())
        .await?;
    Ok(())
}

pub(super) async fn delete_old(tx: &mut Tx<Housekeeping>) -> Result<(), CoreError> {
    let now = tx.now().as_micros();
    sqlx::query("DELETE FROM invitation_list WHERE ends_at <= $1").bind(now).execute(tx.conn()).await?;
    Ok(())
}
