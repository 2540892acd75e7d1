//! The sealed hashes of passwords and of earlier passwords.
use super::{Credential, NewPassword};
use crate::Core;
use crate::account::store::{ids, raise_version};
use crate::error::{CoreError, Failure};
use crate::hasher::PasswordHash;
use crate::identifier::Identifier;
use crate::store::Tx;
use crate::vault::{DataKey, SealedCell, VaultError, store as keys};
use portvakt_model::fault::Refusal;
use portvakt_model::id::{AccountId, TenantId};
use portvakt_model::policy::Accepted;
use portvakt_model::time::Timestamp;
use sqlx::{Any, Executor, FromRow};

const SEALED: &str = "password.sealed";
const EARLIER: &str = "earlier_password.sealed";

/// The name of the row to which an earlier password is sealed. It differs from the present password's, so an earlier
/// hash cannot be put back as the present one.
fn earlier_row(account: AccountId, replaced_at: i64) -> String {
    format!("{account}:{replaced_at}")
}

/// Stores a password's hash, sealed under the home tenant's key, in place of any other. Raises the version of the
/// credentials and returns it: a sign-in that verified the earlier password can no longer finish.
pub(crate) async fn set_password(
    tx: &mut Tx,
    home: TenantId,
    account: AccountId,
    new: &NewPassword,
) -> Result<i64, CoreError> {
    let vault = tx.vault();
    let key = keys::tenant_key(tx.conn(), &vault, home).await?.ok_or(Refusal::NotFound)?;
    let version = raise_version(tx, home, account).await?;
    remember_password(tx, &key, home, account, new.history).await?;
    put_password(tx, &key, home, account, new).await?;
    // A new password lifts the lock that does not end by itself.
    sqlx::query("UPDATE account SET locked_until = 0 WHERE tenant_id = $1 AND id = $2 AND locked_until = $3")
        .bind(home.to_string())
        .bind(account.to_string())
        .bind(crate::lockout::FOR_GOOD.as_micros())
        .execute(tx.conn())
        .await?;
    Ok(version)
}

/// Stores a password's hash, sealed under the home tenant's key. Raises no version: call it directly only for an
/// account that this transaction made, whose earlier password nobody can have verified.
pub(crate) async fn put_password(
    tx: &mut Tx,
    key: &DataKey,
    home: TenantId,
    account: AccountId,
    new: &NewPassword,
) -> Result<(), CoreError> {
    let NewPassword { hash, accepted, is_nobodys, .. } = new;
    let accepted = serde_json::to_string(accepted).map_err(|_| Failure::Unreadable("what a password meets"))?;
    let (row, now) = (account.to_string(), tx.now().as_micros());
    let sealed = key.seal(SealedCell { column: SEALED, row: &row }, hash.as_str().as_bytes(), tx.random());
    sqlx::query(
        "INSERT INTO password (tenant_id, account_id, sealed, set_at, tries, unlocks, imported, accepted, is_nobodys)
         VALUES ($1, $2, $3, $4, 0, 0, $5, $6, $7)
         ON CONFLICT (tenant_id, account_id) DO UPDATE
            SET sealed = excluded.sealed, set_at = excluded.set_at, tries = excluded.tries, imported = excluded.imported,
                accepted = excluded.accepted, is_nobodys = excluded.is_nobodys",
    )
    .bind(home.to_string())
    .bind(&row)
    .bind(sealed)
    .bind(now)
    .bind(i64::from(hash.is_imported()))
    .bind(accepted)
    .bind(i64::from(*is_nobodys))
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Whether a change of the account's address was stopped and no password was chosen since.
pub(crate) async fn is_stopped(tx: &mut Tx, home: TenantId, account: AccountId) -> Result<bool, CoreError> {
    let row: Option<(i64,)> =
        sqlx::query_as("SELECT 1 FROM password WHERE tenant_id = $1 AND account_id = $2 AND is_nobodys = 1")
            .bind(home.to_string())
            .bind(account.to_string())
            .fetch_optional(tx.conn())
            .await?;
    Ok(row.is_some())
}

/// Whether the account has a password that a person knows. An account with a passkey may have none.
pub(crate) async fn has_password<'e>(
    database: impl Executor<'e, Database = Any>,
    home: TenantId,
    account: AccountId,
) -> Result<bool, CoreError> {
    let row: Option<(i64,)> =
        sqlx::query_as("SELECT 1 FROM password WHERE tenant_id = $1 AND account_id = $2 AND is_nobodys = 0")
            .bind(home.to_string())
            .bind(account.to_string())
            .fetch_optional(database)
            .await?;
    Ok(row.is_some())
}

/// Deletes an account's password, and remembers its hash among the last `history`. `false` if the account has no
/// password row.
pub(crate) async fn delete_password(
    tx: &mut Tx,
    home: TenantId,
    account: AccountId,
    history: u32,
) -> Result<bool, CoreError> {
    // One more is kept, because no new password counts as one of them.
    let vault = tx.vault();
    let key = keys::tenant_key(tx.conn(), &vault, home).await?.ok_or(Refusal::NotFound)?;
    remember_password(tx, &key, home, account, history.saturating_add(1)).await?;
    let done = sqlx::query("DELETE FROM password WHERE tenant_id = $1 AND account_id = $2")
        .bind(home.to_string())
        .bind(account.to_string())
        .execute(tx.conn())
        .await?;
    Ok(done.rows_affected() == 1)
}

/// Remembers the hash of the password that is about to be replaced. Deletes the oldest hashes: `history` - 1 remain,
/// because the new password counts too.
async fn remember_password(
    tx: &mut Tx,
    key: &DataKey,
    home: TenantId,
    account: AccountId,
    history: u32,
) -> Result<(), CoreError> {
    let kept = i64::from(history.saturating_sub(1));
    let row = account.to_string();
    let replaced: Option<(Vec<u8>, i64)> = if kept > 0 {
        sqlx::query_as(
            "SELECT sealed, imported FROM password WHERE tenant_id = $1 AND account_id = $2 AND is_nobodys = 0",
        )
        .bind(home.to_string())
        .bind(&row)
        .fetch_optional(tx.conn())
        .await?
    } else {
        None
    };
    if let Some((sealed, imported)) = replaced {
        let now = tx.now().as_micros();
        let (vault, place) = (tx.vault(), SealedCell { column: SEALED, row: &row });
        let hash = keys::open_for_tenant(tx.conn(), &vault, home, place, &sealed).await?.ok_or(Refusal::NotFound)?;
        let sealed = key.seal(SealedCell { column: EARLIER, row: &earlier_row(account, now) }, &hash, tx.random());
        sqlx::query(
            "INSERT INTO earlier_password (tenant_id, account_id, replaced_at, sealed, imported)
             VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING",
        )
        .bind(home.to_string())
        .bind(&row)
        .bind(now)
        .bind(sealed)
        .bind(imported)
        .execute(tx.conn())
        .await?;
    }
    sqlx::query(
        "DELETE FROM earlier_password
          WHERE tenant_id = $1 AND account_id = $2 AND replaced_at NOT IN
                (SELECT replaced_at FROM earlier_password WHERE tenant_id = $1 AND account_id = $2
                  ORDER BY replaced_at DESC LIMIT $3)",
    )
    .bind(home.to_string())
    .bind(row)
    .bind(kept)
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// The hashes of an account's last passwords, the present one first, at most `most`.
pub(crate) async fn last_passwords(
    core: &Core,
    home: TenantId,
    account: AccountId,
    most: u32,
) -> Result<Vec<PasswordHash>, CoreError> {
    let rows: Vec<(Vec<u8>, i64, Option<i64>)> = sqlx::query_as(
        "SELECT sealed, imported, replaced_at FROM (
            SELECT sealed, imported, NULL AS replaced_at, 1 AS is_current FROM password
             WHERE tenant_id = $1 AND account_id = $2
            UNION ALL
            SELECT sealed, imported, replaced_at, 0 FROM earlier_password WHERE tenant_id = $1 AND account_id = $2
         ) AS had ORDER BY is_current DESC, replaced_at DESC LIMIT $3",
    )
    .bind(home.to_string())
    .bind(account.to_string())
    .bind(i64::from(most))
    .fetch_all(core.store.reader())
    .await?;
    let mut conn = core.store.reader().acquire().await?;
    let mut hashes = Vec::with_capacity(rows.len());
    for (sealed, imported, replaced_at) in rows {
        let (column, row) = match replaced_at {
            None => (SEALED, account.to_string()),
            Some(at) => (EARLIER, earlier_row(account, at)),
        };
        let place = SealedCell { column, row: &row };
        if let Some(plain) = keys::open_for_tenant(&mut conn, &core.vault, home, place, &sealed).await? {
            let phc = String::from_utf8(plain).map_err(|_| VaultError::Sealed(column))?;
            hashes.push(PasswordHash::from_stored(phc, imported == 1));
        }
    }
    Ok(hashes)
}

/// Stores the rules that the password just typed was found to meet.
pub(crate) async fn note_accepted(
    tx: &mut Tx,
    home: TenantId,
    account: AccountId,
    accepted: Accepted,
) -> Result<(), CoreError> {
    let accepted = serde_json::to_string(&accepted).map_err(|_| Failure::Unreadable("what a password meets"))?;
    sqlx::query("UPDATE password SET accepted = $1 WHERE tenant_id = $2 AND account_id = $3")
        .bind(accepted)
        .bind(home.to_string())
        .bind(account.to_string())
        .execute(tx.conn())
        .await?;
    Ok(())
}

/// Whether a password's hash that another program made remains, in any tenant.
pub(crate) async fn any_imported(core: &Core) -> Result<bool, CoreError> {
    let row: Option<(i64,)> = sqlx::query_as("SELECT imported FROM password WHERE imported = 1 LIMIT 1")
        .fetch_optional(core.store.reader())
        .await?;
    Ok(row.is_some())
}

/// Stores the new hash of an unchanged password. The version of the credentials and the time at which it was chosen
/// stay.
pub(crate) async fn rehash_password(
    tx: &mut Tx,
    home: TenantId,
    account: AccountId,
    hash: &PasswordHash,
) -> Result<(), CoreError> {
    let vault = tx.vault();
    let key = keys::tenant_key(tx.conn(), &vault, home).await?.ok_or(Refusal::NotFound)?;
    let row = account.to_string();
    let sealed = key.seal(SealedCell { column: SEALED, row: &row }, hash.as_str().as_bytes(), tx.random());
    sqlx::query("UPDATE password SET sealed = $1, imported = 0 WHERE tenant_id = $2 AND account_id = $3")
        .bind(sealed)
        .bind(home.to_string())
        .bind(&row)
        .execute(tx.conn())
        .await?;
    Ok(())
}

#[derive(FromRow)]
struct CredentialRow {
    id: String,
    tenant_id: String,
    credential_version: i64,
    is_first: i64,
    sealed: Vec<u8>,
    unlocks: i64,
    imported: i64,
    set_at: i64,
    accepted: String,
}

/// The account that an address names, with its password. `None` if there is no such account, if it has no password, or
/// if its tenant's key is deleted.
pub(crate) async fn find_credential(core: &Core, identifier: &Identifier) -> Result<Option<Credential>, CoreError> {
    let found: Option<CredentialRow> = sqlx::query_as(
        "SELECT a.id, a.tenant_id, a.credential_version, CASE WHEN a.last_sign_in_at IS NULL THEN 1 ELSE 0 END AS is_first,
                p.sealed, p.unlocks, p.imported, p.set_at, p.accepted
           FROM account a JOIN password p ON p.tenant_id = a.tenant_id AND p.account_id = a.id
          WHERE a.identifier = $1",
    )
    .bind(identifier.as_str())
    .fetch_optional(core.store.reader())
    .await?;
    let Some(found) = found else { return Ok(None) };
    let (account, home) = ids(&found.id, &found.tenant_id)?;
    let mut conn = core.store.reader().acquire().await?;
    let place = SealedCell { column: SEALED, row: &found.id };
    // The tenant's key is deleted after the end of its contract, possibly since the query.
    let Some(plain) = keys::open_for_tenant(&mut conn, &core.vault, home, place, &found.sealed).await? else {
        return Ok(None);
    };
    let phc = String::from_utf8(plain).map_err(|_| VaultError::Sealed(SEALED))?;
    let password = PasswordHash::from_stored(phc, found.imported == 1);
    Ok(Some(Credential {
        account,
        home,
        version: found.credential_version,
        is_first: found.is_first == 1,
        unlocks: found.unlocks,
        set_at: Timestamp::from_micros(found.set_at),
        accepted: serde_json::from_str(&found.accepted).map_err(|_| Failure::Unreadable("what a password meets"))?,
        password,
    }))
}

/// The time at which an account's password was chosen. `None` if it has none.
pub(crate) async fn set_at(core: &Core, home: TenantId, account: AccountId) -> Result<Option<Timestamp>, CoreError> {
    let row: Option<(i64,)> = sqlx::query_as("SELECT set_at FROM password WHERE tenant_id = $1 AND account_id = $2")
        .bind(home.to_string())
        .bind(account.to_string())
        .fetch_optional(core.store.reader())
        .await?;
    Ok(row.map(|(set_at,)| Timestamp::from_micros(set_at)))
}
