//! Accounts, their memberships and their passwords.
use super::{Credential, DEFAULT_TIME_ZONE, NewAccount};
use crate::Core;
use crate::error::{CoreError, Failure};
use crate::hasher::PasswordHash;
use crate::identifier::Identifier;
use crate::mail::Recipient;
use crate::store::Tx;
use crate::vault::{DataKey, Place, VaultError, store as keys};
use portvakt_model::fault::Refusal;
use portvakt_model::id::{AccountId, TenantId};
use portvakt_model::language::Language;
use portvakt_model::role::Role;
use sqlx::{Any, Executor};

const SEALED: &str = "password.sealed";

/// Makes an account with its key. `false` if the address has one already.
pub(crate) async fn insert(tx: &mut Tx, new: &NewAccount<'_>) -> Result<bool, CoreError> {
    let now = tx.now().as_micros();
    let done = sqlx::query(
        "INSERT INTO account (id, tenant_id, identifier, email, name, language, time_zone, credential_version, created_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, 0, $8)
         ON CONFLICT (identifier) DO NOTHING",
    )
    .bind(new.id.to_string())
    .bind(new.home.to_string())
    .bind(Identifier::of(new.email.as_str()).as_str())
    .bind(new.email.as_str())
    .bind(new.name.as_str())
    .bind(new.language.tag())
    .bind(DEFAULT_TIME_ZONE)
    .bind(now)
    .execute(tx.conn())
    .await?;
    if done.rows_affected() == 0 {
        return Ok(false);
    }
    keys::add_account_key(tx, new.home, new.id).await?;
    Ok(true)
}

/// Gives an account a role in a tenant.
pub(crate) async fn add_member(tx: &mut Tx, tenant: TenantId, account: AccountId, role: Role) -> Result<(), CoreError> {
    let now = tx.now().as_micros();
    sqlx::query("INSERT INTO membership (tenant_id, account_id, role, created_at) VALUES ($1, $2, $3, $4)")
        .bind(tenant.to_string())
        .bind(account.to_string())
        .bind(role.as_str())
        .bind(now)
        .execute(tx.conn())
        .await?;
    Ok(())
}

/// The role of an account in a tenant.
pub(crate) async fn find_role<'e>(
    database: impl Executor<'e, Database = Any>,
    tenant: TenantId,
    account: AccountId,
) -> Result<Option<Role>, CoreError> {
    let row: Option<(String,)> = sqlx::query_as("SELECT role FROM membership WHERE tenant_id = $1 AND account_id = $2")
        .bind(tenant.to_string())
        .bind(account.to_string())
        .fetch_optional(database)
        .await?;
    row.map(|(role,)| Role::parse(&role).ok_or_else(|| Failure::Unreadable("a role").into())).transpose()
}

/// Seals a password's hash under the home tenant's key and stores it in place of any other. A sign-in that verified the
/// earlier one can no longer finish. The credentials' new version.
pub(crate) async fn set_password(
    tx: &mut Tx,
    home: TenantId,
    account: AccountId,
    hash: &PasswordHash,
) -> Result<i64, CoreError> {
    let vault = tx.vault();
    let key = keys::tenant_key(tx.conn(), &vault, home).await?.ok_or(Refusal::NotFound)?;
    let raised: Option<(i64,)> = sqlx::query_as(
        "UPDATE account SET credential_version = credential_version + 1
          WHERE tenant_id = $1 AND id = $2 RETURNING credential_version",
    )
    .bind(home.to_string())
    .bind(account.to_string())
    .fetch_optional(tx.conn())
    .await?;
    let (version,) = raised.ok_or(Refusal::NotFound)?;
    put_password(tx, &key, home, account, hash).await?;
    Ok(version)
}

/// Stores a password's hash, sealed under this key of the home tenant. For an account that was made in this transaction:
/// nobody can have verified an earlier one, so there is no version to raise.
pub(crate) async fn put_password(
    tx: &mut Tx,
    key: &DataKey,
    home: TenantId,
    account: AccountId,
    hash: &PasswordHash,
) -> Result<(), CoreError> {
    let (row, now) = (account.to_string(), tx.now().as_micros());
    let sealed = key.seal(Place { column: SEALED, row: &row }, hash.as_str().as_bytes(), tx.random());
    sqlx::query(
        "INSERT INTO password (tenant_id, account_id, sealed, set_at, tries, unlocks) VALUES ($1, $2, $3, $4, 0, 0)
         ON CONFLICT (tenant_id, account_id) DO UPDATE
            SET sealed = excluded.sealed, set_at = excluded.set_at, tries = excluded.tries",
    )
    .bind(home.to_string())
    .bind(&row)
    .bind(sealed)
    .bind(now)
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Stores the same password hashed with more work, and changes nothing that the person would notice.
pub(crate) async fn rehash_password(
    tx: &mut Tx,
    home: TenantId,
    account: AccountId,
    hash: &PasswordHash,
) -> Result<(), CoreError> {
    let vault = tx.vault();
    let key = keys::tenant_key(tx.conn(), &vault, home).await?.ok_or(Refusal::NotFound)?;
    let row = account.to_string();
    let sealed = key.seal(Place { column: SEALED, row: &row }, hash.as_str().as_bytes(), tx.random());
    sqlx::query("UPDATE password SET sealed = $1 WHERE tenant_id = $2 AND account_id = $3")
        .bind(sealed)
        .bind(home.to_string())
        .bind(&row)
        .execute(tx.conn())
        .await?;
    Ok(())
}

/// The account that an address names, with its password. `None` if there is no such account, it has no password, or its home
/// is suspended: that must not show.
pub(crate) async fn find_credential(core: &Core, identifier: &Identifier) -> Result<Option<Credential>, CoreError> {
    let row: Option<(String, String, i64, i64, Vec<u8>, i64)> = sqlx::query_as(
        "SELECT a.id, a.tenant_id, a.credential_version, CASE WHEN a.last_sign_in_at IS NULL THEN 1 ELSE 0 END, p.sealed,
                p.unlocks
           FROM account a
           JOIN password p ON p.tenant_id = a.tenant_id AND p.account_id = a.id
           JOIN tenant t ON t.id = a.tenant_id
          WHERE a.identifier = $1 AND t.suspended_at IS NULL",
    )
    .bind(identifier.as_str())
    .fetch_optional(core.store.reader())
    .await?;
    let Some((id, tenant, version, is_first, sealed, unlocks)) = row else { return Ok(None) };
    let (account, home) = ids(&id, &tenant)?;
    let mut conn = core.store.reader().acquire().await?;
    let place = Place { column: SEALED, row: &id };
    // The key goes with the contract; it may have gone since.
    let Some(plain) = keys::open_for_tenant(&mut conn, &core.vault, home, place, &sealed).await? else {
        return Ok(None);
    };
    let phc = String::from_utf8(plain).map_err(|_| VaultError::Sealed(SEALED))?;
    let password = PasswordHash::from_stored(phc);
    Ok(Some(Credential { account, home, version, is_first: is_first == 1, unlocks, password }))
}

/// The account that an address names.
pub(crate) async fn find(core: &Core, identifier: &Identifier) -> Result<Option<(TenantId, AccountId)>, CoreError> {
    let row: Option<(String, String)> = sqlx::query_as("SELECT id, tenant_id FROM account WHERE identifier = $1")
        .bind(identifier.as_str())
        .fetch_optional(core.store.reader())
        .await?;
    let Some((id, tenant)) = row else { return Ok(None) };
    let (account, home) = ids(&id, &tenant)?;
    Ok(Some((home, account)))
}

/// The name, the address and the organisation of an account.
pub(crate) async fn known(
    core: &Core,
    home: TenantId,
    account: AccountId,
) -> Result<(String, String, String), CoreError> {
    Ok(sqlx::query_as(
        "SELECT a.name, a.email, t.name FROM account a JOIN tenant t ON t.id = a.tenant_id
          WHERE a.tenant_id = $1 AND a.id = $2",
    )
    .bind(home.to_string())
    .bind(account.to_string())
    .fetch_one(core.store.reader())
    .await?)
}

/// The time zone of an account.
pub(crate) async fn time_zone(core: &Core, home: TenantId, account: AccountId) -> Result<String, CoreError> {
    let row: Option<(String,)> = sqlx::query_as("SELECT time_zone FROM account WHERE tenant_id = $1 AND id = $2")
        .bind(home.to_string())
        .bind(account.to_string())
        .fetch_optional(core.store.reader())
        .await?;
    Ok(row.ok_or(Refusal::NotFound)?.0)
}

/// The name of an account.
pub(crate) async fn name(tx: &mut Tx, home: TenantId, account: AccountId) -> Result<String, CoreError> {
    let row: Option<(String,)> = sqlx::query_as("SELECT name FROM account WHERE tenant_id = $1 AND id = $2")
        .bind(home.to_string())
        .bind(account.to_string())
        .fetch_optional(tx.conn())
        .await?;
    Ok(row.ok_or(Refusal::NotFound)?.0)
}

/// Whom a mail to an account goes to.
pub(crate) async fn recipient(tx: &mut Tx, home: TenantId, account: AccountId) -> Result<Recipient, CoreError> {
    let row: Option<(String, String, String)> =
        sqlx::query_as("SELECT email, language, time_zone FROM account WHERE tenant_id = $1 AND id = $2")
            .bind(home.to_string())
            .bind(account.to_string())
            .fetch_optional(tx.conn())
            .await?;
    let (email, language, time_zone) = row.ok_or(Refusal::NotFound)?;
    let language = Language::of_tag(&language).unwrap_or_default();
    Ok(Recipient { tenant: home, email, language, time_zone })
}

/// Notes a sign-in on the account. `false` if a credential has changed since it was read at `version`.
pub(crate) async fn note_sign_in(
    tx: &mut Tx,
    home: TenantId,
    account: AccountId,
    version: i64,
    device: &str,
) -> Result<bool, CoreError> {
    let now = tx.now().as_micros();
    let done = sqlx::query(
        "UPDATE account SET last_sign_in_at = $1, last_sign_in_device = $2
          WHERE tenant_id = $3 AND id = $4 AND credential_version = $5",
    )
    .bind(now)
    .bind(device)
    .bind(home.to_string())
    .bind(account.to_string())
    .bind(version)
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

pub(crate) fn ids(account: &str, tenant: &str) -> Result<(AccountId, TenantId), CoreError> {
    AccountId::parse(account)
        .zip(TenantId::parse(tenant))
        .ok_or_else(|| Failure::Unreadable("the ids of an account").into())
}

/// Takes away what a tenant's accounts can prove themselves with and what was sealed for them, and lets go of their names and
/// addresses, which others may have from now on.
pub(crate) async fn erase_all(tx: &mut Tx, home: TenantId) -> Result<(), CoreError> {
    let home = home.to_string();
    for statement in [
        "DELETE FROM password WHERE tenant_id = $1",
        "UPDATE account SET identifier = id, email = '', name = '' WHERE tenant_id = $1",
    ] {
        sqlx::query(statement).bind(&home).execute(tx.conn()).await?;
    }
    Ok(())
}
