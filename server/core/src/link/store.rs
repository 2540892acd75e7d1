//! Links' rows.
use super::Owner;
use crate::Core;
use crate::account::store::ids;
use crate::error::CoreError;
use crate::store::{Housekeeping, Tx};
use crate::token::Token;
use portvakt_model::id::{AccountId, TenantId};
use portvakt_model::link::LinkKind;
use portvakt_model::time::Timestamp;

/// Makes a link of an account in place of an older one of its kind.
pub(crate) async fn issue(
    tx: &mut Tx,
    kind: LinkKind,
    home: TenantId,
    account: AccountId,
    token: &Token,
) -> Result<(), CoreError> {
    let now = tx.now();
    sqlx::query(
        "INSERT INTO link (token_hash, kind, tenant_id, account_id, created_at, ends_at) VALUES ($1, $2, $3, $4, $5, $6)
         ON CONFLICT (kind, tenant_id, account_id) DO UPDATE
            SET token_hash = excluded.token_hash, created_at = excluded.created_at, ends_at = excluded.ends_at",
    )
    .bind(token.hash())
    .bind(kind.name())
    .bind(home.to_string())
    .bind(account.to_string())
    .bind(now.as_micros())
    .bind(now.plus_secs(kind.lifetime_secs()).as_micros())
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Makes the set-up link in place of an earlier one.
pub(crate) async fn replace_setup<K>(tx: &mut Tx<K>, token: &Token) -> Result<(), CoreError> {
    let now = tx.now();
    sqlx::query(
        "INSERT INTO link (token_hash, kind, created_at, ends_at) VALUES ($1, $2, $3, $4)
         ON CONFLICT (kind) WHERE tenant_id IS NULL DO UPDATE
            SET token_hash = excluded.token_hash, created_at = excluded.created_at, ends_at = excluded.ends_at",
    )
    .bind(token.hash())
    .bind(LinkKind::Setup.name())
    .bind(now.as_micros())
    .bind(now.plus_secs(LinkKind::Setup.lifetime_secs()).as_micros())
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// The owner of a link that can be used now.
pub(crate) async fn find(core: &Core, kind: LinkKind, token: &Token) -> Result<Option<Owner>, CoreError> {
    let row: Option<(Option<String>, Option<String>)> =
        sqlx::query_as("SELECT tenant_id, account_id FROM link WHERE token_hash = $1 AND kind = $2 AND ends_at > $3")
            .bind(token.hash())
            .bind(kind.name())
            .bind(core.clock.now().as_micros())
            .fetch_optional(core.store.reader())
            .await?;
    row.map(owner).transpose()
}

/// Takes a link away. `None` if it is not there any more: of many at the same time one gets it.
pub(crate) async fn consume(tx: &mut Tx, kind: LinkKind, token: &Token) -> Result<Option<Owner>, CoreError> {
    let now: Timestamp = tx.now();
    let row: Option<(Option<String>, Option<String>)> = sqlx::query_as(
        "DELETE FROM link WHERE token_hash = $1 AND kind = $2 AND ends_at > $3 RETURNING tenant_id, account_id",
    )
    .bind(token.hash())
    .bind(kind.name())
    .bind(now.as_micros())
    .fetch_optional(tx.conn())
    .await?;
    row.map(owner).transpose()
}

/// Takes away the links of a tenant's people.
pub(crate) async fn delete_all(tx: &mut Tx, tenant: TenantId) -> Result<(), CoreError> {
    sqlx::query("DELETE FROM link WHERE tenant_id = $1").bind(tenant.to_string()).execute(tx.conn()).await?;
    Ok(())
}

pub(super) async fn delete_ended(tx: &mut Tx<Housekeeping>) -> Result<(), CoreError> {
    let now = tx.now().as_micros();
    sqlx::query("DELETE FROM link WHERE ends_at <= $1").bind(now).execute(tx.conn()).await?;
    Ok(())
}

fn owner((tenant, account): (Option<String>, Option<String>)) -> Result<Owner, CoreError> {
    let Some((tenant, account)) = tenant.zip(account) else { return Ok(None) };
    let (account, tenant) = ids(&account, &tenant)?;
    Ok(Some((tenant, account)))
}
