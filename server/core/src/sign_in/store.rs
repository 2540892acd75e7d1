//! The rows of sign-ins that wait for a second factor.
use crate::Core;
use crate::account::Proven;
use crate::account::store::ids;
use crate::error::CoreError;
use crate::store::{Housekeeping, Tx};
use crate::token::Token;
use portvakt_model::id::{AccountId, TenantId};

/// A sign-in that waits.
pub(super) struct Waiting {
    pub proven: Proven,
    pub known_device: bool,
    /// Codes that it has tried, this one with them.
    pub tries: u32,
}

pub(super) async fn insert(
    tx: &mut Tx,
    proven: Proven,
    known_device: bool,
    token: &Token,
    lifetime_secs: i64,
) -> Result<(), CoreError> {
    let ends_at = tx.now().plus_secs(lifetime_secs);
    sqlx::query(
        "INSERT INTO pending_sign_in (token_hash, tenant_id, account_id, credential_version, known_device, tries, ends_at)
         VALUES ($1, $2, $3, $4, $5, 0, $6)",
    )
    .bind(token.hash())
    .bind(proven.home.to_string())
    .bind(proven.account.to_string())
    .bind(proven.version)
    .bind(i64::from(known_device))
    .bind(ends_at.as_micros())
    .execute(tx.conn())
    .await?;
    Ok(())
}

pub(super) async fn is_there(core: &Core, token: &Token) -> Result<bool, CoreError> {
    let row: Option<(i64,)> =
        sqlx::query_as("SELECT tries FROM pending_sign_in WHERE token_hash = $1 AND ends_at > $2")
            .bind(token.hash())
            .bind(core.clock.now().as_micros())
            .fetch_optional(core.store.reader())
            .await?;
    Ok(row.is_some())
}

/// Counts a code that is tried. `None` if nothing waits under the token, it has had its tries, or a credential was changed since. Of several at once each
/// waits for the one before it.
pub(super) async fn count_try(tx: &mut Tx, token: &Token, most: u32) -> Result<Option<Waiting>, CoreError> {
    let now = tx.now().as_micros();
    let row: Option<(String, String, i64, i64, i64)> = sqlx::query_as(
        "UPDATE pending_sign_in SET tries = tries + 1 WHERE token_hash = $1 AND ends_at > $2 AND tries < $3
                AND credential_version = (SELECT a.credential_version FROM account a
                     WHERE a.tenant_id = pending_sign_in.tenant_id AND a.id = pending_sign_in.account_id)
         RETURNING account_id, tenant_id, credential_version, known_device, tries",
    )
    .bind(token.hash())
    .bind(now)
    .bind(i64::from(most))
    .fetch_optional(tx.conn())
    .await?;
    let Some((account, home, version, known_device, tries)) = row else { return Ok(None) };
    let (account, home) = ids(&account, &home)?;
    Ok(Some(Waiting {
        proven: Proven { home, account, version },
        known_device: known_device == 1,
        tries: u32::try_from(tries).unwrap_or(u32::MAX),
    }))
}

pub(super) async fn delete(tx: &mut Tx, token: &Token) -> Result<(), CoreError> {
    sqlx::query("DELETE FROM pending_sign_in WHERE token_hash = $1").bind(token.hash()).execute(tx.conn()).await?;
    Ok(())
}

/// Takes away the oldest of an account's, but for this many.
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
