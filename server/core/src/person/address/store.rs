//! The rows of addresses.
use crate::Core;
use crate::account::Recipient;
use crate::account::store::{ids, index};
use crate::error::CoreError;
use crate::identifier::Identifier;
use crate::store::{Housekeeping, Tx};
use crate::token::Token;
use portvakt_model::fault::Refusal;
use portvakt_model::id::{AccountId, TenantId};
use portvakt_model::language::Language;
use portvakt_model::link::LinkKind;
use portvakt_model::policy::Policy;
use sqlx::FromRow;

/// An account's sign-in address, and its second address.
pub(super) async fn find(
    core: &Core,
    home: TenantId,
    account: AccountId,
) -> Result<(String, Option<String>), CoreError> {
    let row: Option<(String, Option<String>)> =
        sqlx::query_as("SELECT email, notification_email FROM account WHERE tenant_id = $1 AND id = $2")
            .bind(home.to_string())
            .bind(account.to_string())
            .fetch_optional(core.store.reader())
            .await?;
    Ok(row.ok_or(Refusal::NotFound)?)
}

/// An address with an open confirmation link.
#[derive(FromRow)]
pub(super) struct AskedRow {
    pub(super) kind: String,
    pub(super) email: String,
    pub(super) ends_at: i64,
}

/// The addresses of an account's open links.
pub(super) async fn list_asked(core: &Core, home: TenantId, account: AccountId) -> Result<Vec<AskedRow>, CoreError> {
    Ok(sqlx::query_as(
        "SELECT kind, email, ends_at FROM link
          WHERE tenant_id = $1 AND account_id = $2 AND email IS NOT NULL AND ends_at > $3",
    )
    .bind(home.to_string())
    .bind(account.to_string())
    .bind(core.clock.now().as_micros())
    .fetch_all(core.store.reader())
    .await?)
}

/// The owner of another account that signs in with an address, or did so until a few days ago and may get it back. A
/// mail to this recipient goes to that address.
pub(super) async fn find_owner(
    tx: &mut Tx,
    identifier: &Identifier,
    but: AccountId,
) -> Result<Option<Recipient>, CoreError> {
    let now = tx.now().as_micros();
    let row: Option<(String, String, String, String, String)> = sqlx::query_as(
        "SELECT tenant_id, id, email, language, time_zone FROM account WHERE identifier = $1 AND id <> $2
         UNION ALL
         SELECT a.tenant_id, a.id, s.email, a.language, a.time_zone
           FROM address_stop s JOIN account a ON a.tenant_id = s.tenant_id AND a.id = s.account_id
          WHERE s.identifier = $1 AND s.account_id <> $2 AND s.ends_at > $3
          LIMIT 1",
    )
    .bind(identifier.as_str())
    .bind(but.to_string())
    .bind(now)
    .fetch_optional(tx.conn())
    .await?;
    let Some((tenant, account, email, language, time_zone)) = row else { return Ok(None) };
    let (_, tenant) = ids(&account, &tenant)?;
    let language = Language::of_tag(&language).unwrap_or_default();
    Ok(Some(Recipient { tenant, email, language, time_zone }))
}

/// Gives an account another address. `false` if another account got it at this moment.
pub(super) async fn change(
    tx: &mut Tx,
    home: TenantId,
    account: AccountId,
    identifier: &Identifier,
    email: &str,
) -> Result<bool, CoreError> {
    let done = sqlx::query("UPDATE account SET identifier = $1, email = $2 WHERE tenant_id = $3 AND id = $4")
        .bind(identifier.as_str())
        .bind(email)
        .bind(home.to_string())
        .bind(account.to_string())
        .execute(tx.conn())
        .await;
    match done {
        // The calling function rolls the transaction back.
        Err(sqlx::Error::Database(error)) if error.is_unique_violation() => Ok(false),
        done => {
            if done?.rows_affected() == 0 {
                return Ok(false);
            }
            index(tx, account).await?;
            Ok(true)
        }
    }
}

/// Sets or removes the second address. Returns the earlier one.
pub(super) async fn set_notification(
    tx: &mut Tx,
    home: TenantId,
    account: AccountId,
    email: Option<&str>,
) -> Result<Option<String>, CoreError> {
    let row: Option<(Option<String>,)> =
        sqlx::query_as("SELECT notification_email FROM account WHERE tenant_id = $1 AND id = $2")
            .bind(home.to_string())
            .bind(account.to_string())
            .fetch_optional(tx.conn())
            .await?;
    let (before,) = row.ok_or(Refusal::NotFound)?;
    sqlx::query("UPDATE account SET notification_email = $1 WHERE tenant_id = $2 AND id = $3")
        .bind(email)
        .bind(home.to_string())
        .bind(account.to_string())
        .execute(tx.conn())
        .await?;
    Ok(before)
}

/// A link that stops a change: the account, and the address that it gets back.
#[derive(Debug)]
pub(super) struct Stop {
    pub(super) home: TenantId,
    pub(super) account: AccountId,
    pub(super) identifier: Identifier,
    pub(super) email: String,
    created_at: i64,
}

/// Inserts the link that stops a change away from this address.
pub(super) async fn insert_stop(
    tx: &mut Tx,
    home: TenantId,
    account: AccountId,
    email: &str,
    token: &Token,
) -> Result<(), CoreError> {
    let now = tx.now();
    sqlx::query(
        "INSERT INTO address_stop (token_hash, tenant_id, account_id, identifier, email, created_at, ends_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7)",
    )
    .bind(token.hash())
    .bind(home.to_string())
    .bind(account.to_string())
    .bind(Identifier::of(email).as_str())
    .bind(email)
    .bind(now.as_micros())
    .bind(now.plus_secs(LinkKind::EmailStop.lifetime_secs(Policy::FLOOR.links)).as_micros())
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// The address that an open link restores.
pub(super) async fn find_stop(core: &Core, token: &Token) -> Result<Option<String>, CoreError> {
    let row: Option<(String,)> =
        sqlx::query_as("SELECT email FROM address_stop WHERE token_hash = $1 AND ends_at > $2")
            .bind(token.hash())
            .bind(core.clock.now().as_micros())
            .fetch_optional(core.store.reader())
            .await?;
    Ok(row.map(|(email,)| email))
}

/// Deletes a link that stops a change and returns it. Of several requests at the same time one gets it.
pub(super) async fn consume_stop(tx: &mut Tx, token: &Token) -> Result<Option<Stop>, CoreError> {
    let now = tx.now().as_micros();
    let row: Option<(String, String, String, i64)> = sqlx::query_as(
        "DELETE FROM address_stop WHERE token_hash = $1 AND ends_at > $2
         RETURNING tenant_id, account_id, email, created_at",
    )
    .bind(token.hash())
    .bind(now)
    .fetch_optional(tx.conn())
    .await?;
    let Some((tenant, account, email, created_at)) = row else { return Ok(None) };
    let (account, home) = ids(&account, &tenant)?;
    Ok(Some(Stop { home, account, identifier: Identifier::of(&email), email, created_at }))
}

/// Deletes the links that stop changes after a stopped one: the addresses of those changes belong to no account any
/// more.
pub(super) async fn delete_later_stops(tx: &mut Tx, stopped: &Stop) -> Result<(), CoreError> {
    sqlx::query("DELETE FROM address_stop WHERE tenant_id = $1 AND account_id = $2 AND created_at >= $3")
        .bind(stopped.home.to_string())
        .bind(stopped.account.to_string())
        .bind(stopped.created_at)
        .execute(tx.conn())
        .await?;
    Ok(())
}

pub(super) async fn delete_old_stops(tx: &mut Tx<Housekeeping>) -> Result<(), CoreError> {
    let now = tx.now().as_micros();
    sqlx::query("DELETE FROM address_stop WHERE ends_at <= $1").bind(now).execute(tx.conn()).await?;
    Ok(())
}
