//! The rows of links.
use super::LinkAccount;
use crate::Core;
use crate::account::store::ids;
use crate::error::{CoreError, Failure};
use crate::store::{Housekeeping, Tx};
use crate::token::Token;
use portvakt_model::email::EmailAddress;
use portvakt_model::id::{AccountId, TenantId};
use portvakt_model::link::LinkKind;
use portvakt_model::policy::{LinkPolicy, Policy};
use portvakt_model::time::Timestamp;

/// Stores an account's link in place of an older one of its kind.
pub(crate) async fn issue(
    tx: &mut Tx,
    kind: LinkKind,
    home: TenantId,
    account: AccountId,
    token: &Token,
    links: LinkPolicy,
) -> Result<(), CoreError> {
    put(tx, kind, home, account, None, token, links).await
}

/// Stores a link that proves the address to which it is mailed, in place of an older one of its kind. No policy sets
/// its lifetime.
pub(crate) async fn issue_to(
    tx: &mut Tx,
    kind: LinkKind,
    home: TenantId,
    account: AccountId,
    email: Option<&EmailAddress>,
    token: &Token,
) -> Result<(), CoreError> {
    put(tx, kind, home, account, email, token, Policy::FLOOR.links).await
}

async fn put(
    tx: &mut Tx,
    kind: LinkKind,
    home: TenantId,
    account: AccountId,
    email: Option<&EmailAddress>,
    token: &Token,
    links: LinkPolicy,
) -> Result<(), CoreError> {
    let now = tx.now();
    sqlx::query(
        "INSERT INTO link (token_hash, kind, tenant_id, account_id, email, created_at, ends_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7)
         ON CONFLICT (kind, tenant_id, account_id) DO UPDATE
            SET token_hash = excluded.token_hash, email = excluded.email, created_at = excluded.created_at,
                ends_at = excluded.ends_at",
    )
    .bind(token.hash())
    .bind(kind.name())
    .bind(home.to_string())
    .bind(account.to_string())
    .bind(email.map(EmailAddress::as_str))
    .bind(now.as_micros())
    .bind(now.plus_secs(kind.lifetime_secs(links)).as_micros())
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Stores the set-up link in place of an earlier one.
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
    .bind(now.plus_secs(LinkKind::Setup.lifetime_secs(Policy::FLOOR.links)).as_micros())
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// The account of a link. `None` if the link does not exist or has expired.
pub(crate) async fn find(core: &Core, kind: LinkKind, token: &Token) -> Result<Option<LinkAccount>, CoreError> {
    let row: Option<(Option<String>, Option<String>)> =
        sqlx::query_as("SELECT tenant_id, account_id FROM link WHERE token_hash = $1 AND kind = $2 AND ends_at > $3")
            .bind(token.hash())
            .bind(kind.name())
            .bind(core.clock.now().as_micros())
            .fetch_optional(core.store.reader())
            .await?;
    row.map(account).transpose()
}

/// Deletes a link and returns its account. `None` if the link does not exist or has expired. Of concurrent requests one
/// gets it.
pub(crate) async fn consume(tx: &mut Tx, kind: LinkKind, token: &Token) -> Result<Option<LinkAccount>, CoreError> {
    let now: Timestamp = tx.now();
    let row: Option<(Option<String>, Option<String>)> = sqlx::query_as(
        "DELETE FROM link WHERE token_hash = $1 AND kind = $2 AND ends_at > $3 RETURNING tenant_id, account_id",
    )
    .bind(token.hash())
    .bind(kind.name())
    .bind(now.as_micros())
    .fetch_optional(tx.conn())
    .await?;
    row.map(account).transpose()
}

/// Deletes an account's link of this kind, if it has one.
pub(crate) async fn revoke(tx: &mut Tx, kind: LinkKind, home: TenantId, account: AccountId) -> Result<(), CoreError> {
    sqlx::query("DELETE FROM link WHERE kind = $1 AND tenant_id = $2 AND account_id = $3")
        .bind(kind.name())
        .bind(home.to_string())
        .bind(account.to_string())
        .execute(tx.conn())
        .await?;
    Ok(())
}

/// The address that a link proves. `None` if the link does not exist or has expired, or if it proves no address.
pub(crate) async fn find_address(core: &Core, kind: LinkKind, token: &Token) -> Result<Option<String>, CoreError> {
    let row: Option<(Option<String>,)> =
        sqlx::query_as("SELECT email FROM link WHERE token_hash = $1 AND kind = $2 AND ends_at > $3")
            .bind(token.hash())
            .bind(kind.name())
            .bind(core.clock.now().as_micros())
            .fetch_optional(core.store.reader())
            .await?;
    Ok(row.and_then(|(email,)| email))
}

/// Deletes a link that proves an address, and returns its account and the address. `None` as for [`consume`].
pub(crate) async fn consume_address(
    tx: &mut Tx,
    kind: LinkKind,
    token: &Token,
) -> Result<Option<(TenantId, AccountId, EmailAddress)>, CoreError> {
    let now: Timestamp = tx.now();
    let row: Option<(String, String, String)> = sqlx::query_as(
        "DELETE FROM link WHERE token_hash = $1 AND kind = $2 AND ends_at > $3 RETURNING tenant_id, account_id, email",
    )
    .bind(token.hash())
    .bind(kind.name())
    .bind(now.as_micros())
    .fetch_optional(tx.conn())
    .await?;
    let Some((tenant, account, email)) = row else { return Ok(None) };
    let (account, tenant) = ids(&account, &tenant)?;
    let email = EmailAddress::parse(&email).map_err(|_| Failure::Unreadable("the address of a link"))?;
    Ok(Some((tenant, account, email)))
}

/// Deletes every link of an account.
pub(crate) async fn delete_all(tx: &mut Tx, home: TenantId, account: AccountId) -> Result<(), CoreError> {
    sqlx::query("DELETE FROM link WHERE tenant_id = $1 AND account_id = $2")
        .bind(home.to_string())
        .bind(account.to_string())
        .execute(tx.conn())
        .await?;
    Ok(())
}

pub(super) async fn delete_ended(tx: &mut Tx<Housekeeping>) -> Result<(), CoreError> {
    let now = tx.now().as_micros();
    sqlx::query("DELETE FROM link WHERE ends_at <= $1").bind(now).execute(tx.conn()).await?;
    Ok(())
}

fn account((tenant, account): (Option<String>, Option<String>)) -> Result<LinkAccount, CoreError> {
    let Some((tenant, account)) = tenant.zip(account) else { return Ok(None) };
    let (account, tenant) = ids(&account, &tenant)?;
    Ok(Some((tenant, account)))
}
