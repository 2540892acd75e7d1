//! The rows of waiting sign-ins.
use super::advance::Arrival;
use crate::Core;
use crate::account::Proven;
use crate::account::store::ids;
use crate::error::{CoreError, Failure};
use crate::second_factor::ShownFactor;
use crate::store::{Housekeeping, Tx};
use crate::token::Token;
use portvakt_model::id::{AccountId, TenantId};
use portvakt_model::stage::Stage;
use sqlx::FromRow;

#[derive(FromRow)]
struct WaitingRow {
    tenant_id: String,
    account_id: String,
    credential_version: i64,
    known_device: i64,
    falls_short: i64,
    factor: Option<String>,
    tries: i64,
}

impl WaitingRow {
    fn arrival(&self) -> Result<Arrival, CoreError> {
        let (account, home) = ids(&self.account_id, &self.tenant_id)?;
        Ok(Arrival {
            proven: Proven { home, account, version: self.credential_version },
            known_device: self.known_device == 1,
            falls_short: self.falls_short == 1,
            shown: self.factor.as_deref().and_then(ShownFactor::of_name),
        })
    }
}

/// A stage's name in the database. No sign-in waits for the other stages.
const fn name(stage: Stage) -> &'static str {
    match stage {
        Stage::ChoosePassword => "choose_password",
        Stage::EnrolSecondFactor => "enrol_second_factor",
        _ => "second_factor",
    }
}

pub(super) async fn insert(
    tx: &mut Tx,
    arrival: &Arrival,
    stage: Stage,
    token: &Token,
    lifetime_secs: i64,
) -> Result<(), CoreError> {
    let ends_at = tx.now().plus_secs(lifetime_secs);
    let Arrival { proven, known_device, falls_short, .. } = arrival;
    sqlx::query(
        "INSERT INTO pending_sign_in (token_hash, tenant_id, account_id, credential_version, known_device, stage,
                falls_short, factor, tries, ends_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 0, $9)",
    )
    .bind(token.hash())
    .bind(proven.home.to_string())
    .bind(proven.account.to_string())
    .bind(proven.version)
    .bind(i64::from(*known_device))
    .bind(name(stage))
    .bind(i64::from(*falls_short))
    .bind(arrival.factor())
    .bind(ends_at.as_micros())
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// The stage of the sign-in that waits under a token. `None` if no sign-in waits under it, or if the account's
/// credentials were changed since.
pub(super) async fn stage(core: &Core, token: &Token) -> Result<Option<Stage>, CoreError> {
    let row: Option<(String,)> = sqlx::query_as(
        "SELECT stage FROM pending_sign_in
              WHERE token_hash = $1 AND ends_at > $2
                    AND credential_version = (SELECT a.credential_version FROM account a
                         WHERE a.tenant_id = pending_sign_in.tenant_id AND a.id = pending_sign_in.account_id)",
    )
    .bind(token.hash())
    .bind(core.clock.now().as_micros())
    .fetch_optional(core.store.reader())
    .await?;
    let stages = [Stage::SecondFactor, Stage::EnrolSecondFactor, Stage::ChoosePassword];
    let known = |(text,): (String,)| stages.into_iter().find(|stage| name(*stage) == text);
    row.map(|row| known(row).ok_or_else(|| Failure::Unreadable("a stage").into())).transpose()
}

/// The account whose sign-in waits under a token for this stage. `None` if no sign-in waits for it, or if the account's
/// credentials were changed since.
pub(super) async fn find(core: &Core, token: &Token, stage: Stage) -> Result<Option<Proven>, CoreError> {
    let row: Option<(String, String, i64)> = sqlx::query_as(
        "SELECT account_id, tenant_id, credential_version FROM pending_sign_in
          WHERE token_hash = $1 AND ends_at > $2 AND stage = $3
                AND credential_version = (SELECT a.credential_version FROM account a
                     WHERE a.tenant_id = pending_sign_in.tenant_id AND a.id = pending_sign_in.account_id)",
    )
    .bind(token.hash())
    .bind(core.clock.now().as_micros())
    .bind(name(stage))
    .fetch_optional(core.store.reader())
    .await?;
    let Some((account, home, version)) = row else { return Ok(None) };
    let (account, home) = ids(&account, &home)?;
    Ok(Some(Proven { home, account, version }))
}

/// Counts a try at the second factor, and returns the number of tries, this one included. `None` if no sign-in waits
/// for a second factor under the token, if it has used its `most` tries, or if a credential was changed since.
/// Concurrent tries wait for each other.
pub(super) async fn count_try(tx: &mut Tx, token: &Token, most: u32) -> Result<Option<(Arrival, u32)>, CoreError> {
    let now = tx.now().as_micros();
    let row: Option<WaitingRow> = sqlx::query_as(
        "UPDATE pending_sign_in SET tries = tries + 1
          WHERE token_hash = $1 AND ends_at > $2 AND tries < $3 AND stage = $4
                AND credential_version = (SELECT a.credential_version FROM account a
                     WHERE a.tenant_id = pending_sign_in.tenant_id AND a.id = pending_sign_in.account_id)
         RETURNING account_id, tenant_id, credential_version, known_device, falls_short, factor, tries",
    )
    .bind(token.hash())
    .bind(now)
    .bind(i64::from(most))
    .bind(name(Stage::SecondFactor))
    .fetch_optional(tx.conn())
    .await?;
    let Some(row) = row else { return Ok(None) };
    Ok(Some((row.arrival()?, u32::try_from(row.tries).unwrap_or(u32::MAX))))
}

/// Deletes the sign-in that waits under a token for this stage, and returns it. `None` if no sign-in waits for it, or
/// if a credential was changed since.
pub(super) async fn consume(tx: &mut Tx, token: &Token, stage: Stage) -> Result<Option<Arrival>, CoreError> {
    let now = tx.now().as_micros();
    let row: Option<WaitingRow> = sqlx::query_as(
        "DELETE FROM pending_sign_in
          WHERE token_hash = $1 AND ends_at > $2 AND stage = $3
                AND credential_version = (SELECT a.credential_version FROM account a
                     WHERE a.tenant_id = pending_sign_in.tenant_id AND a.id = pending_sign_in.account_id)
         RETURNING account_id, tenant_id, credential_version, known_device, falls_short, factor, tries",
    )
    .bind(token.hash())
    .bind(now)
    .bind(name(stage))
    .fetch_optional(tx.conn())
    .await?;
    row.as_ref().map(WaitingRow::arrival).transpose()
}

pub(super) async fn delete(tx: &mut Tx, token: &Token) -> Result<(), CoreError> {
    sqlx::query("DELETE FROM pending_sign_in WHERE token_hash = $1").bind(token.hash()).execute(tx.conn()).await?;
    Ok(())
}

/// Deletes an account's oldest waiting sign-ins, except the `most` newest.
pub(super) async fn delete_oldest(tx: &mut Tx, home: TenantId, account: AccountId, most: i64) -> Result<(), CoreError> {
    sqlx::query(
        "DELETE FROM pending_sign_in
          WHERE tenant_id = $1 AND account_id = $2 AND token_hash NOT IN
                (SELECT token_hash FROM pending_sign_in WHERE tenant_id = $1 AND account_id = $2
                  ORDER BY ends_at DESC, token_hash LIMIT $3)",
    )
    .bind(home.to_string())
    .bind(account.to_string())
    .bind(most)
    .execute(tx.conn())
    .await?;
    Ok(())
}

pub(super) async fn delete_ended(tx: &mut Tx<Housekeeping>) -> Result<(), CoreError> {
    let now = tx.now().as_micros();
    sqlx::query("DELETE FROM pending_sign_in WHERE ends_at <= $1").bind(now).execute(tx.conn()).await?;
    Ok(())
}
