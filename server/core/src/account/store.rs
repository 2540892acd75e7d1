//! Accounts, their memberships and their passwords.
use super::search::{name_key, words};
use super::{Credential, DEFAULT_TIME_ZONE, NewAccount, Proven};
use crate::Core;
use crate::error::{CoreError, Failure};
use crate::hasher::PasswordHash;
use crate::identifier::Identifier;
use crate::mail::Recipient;
use crate::password::NewPassword;
use crate::store::Tx;
use crate::vault::{DataKey, Place, VaultError, store as keys};
use portvakt_model::fault::Refusal;
use portvakt_model::id::{AccountId, TenantId};
use portvakt_model::language::Language;
use portvakt_model::policy::Accepted;
use portvakt_model::role::Role;
use portvakt_model::time::Timestamp;
use sqlx::{Any, Executor, FromRow};

const SEALED: &str = "password.sealed";

/// Makes an account with its key. `false` if the address has one already, or had it until somebody changed it a few days
/// ago and may still get it back.
pub(crate) async fn insert(tx: &mut Tx, new: &NewAccount<'_>) -> Result<bool, CoreError> {
    let now = tx.now().as_micros();
    let done = sqlx::query(
        "INSERT INTO account (id, tenant_id, identifier, email, name, language, time_zone, credential_version, created_at)
         SELECT $1, $2, $3, $4, $5, $6, $7, 0, $8
          WHERE NOT EXISTS (SELECT 1 FROM address_stop WHERE identifier = $3 AND ends_at > $8)
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
    sqlx::query(
        "INSERT INTO membership (tenant_id, account_id, role, created_at, role_rank, name_key, signed_in_at)
         VALUES ($1, $2, $3, $4, $5, $6, 0)",
    )
    .bind(tenant.to_string())
    .bind(account.to_string())
    .bind(role.as_str())
    .bind(now)
    .bind(role.rank())
    .bind(Vec::new())
    .execute(tx.conn())
    .await?;
    index(tx, account).await
}

/// Terms that one statement writes.
const TERMS_AT_ONCE: usize = 8;

/// Writes down by what somebody is sorted and searched, wherever they belong. To be called after every change of a name or
/// an address; [`add_member`] does so itself.
pub(crate) async fn index(tx: &mut Tx, account: AccountId) -> Result<(), CoreError> {
    let row: Option<(String, String)> = sqlx::query_as("SELECT name, email FROM account WHERE id = $1")
        .bind(account.to_string())
        .fetch_optional(tx.conn())
        .await?;
    let (name, email) = row.ok_or(Refusal::NotFound)?;
    let terms = words(&format!("{name} {email}"));
    let places: Vec<(String,)> =
        sqlx::query_as("UPDATE membership SET name_key = $1 WHERE account_id = $2 RETURNING tenant_id")
            .bind(name_key(&name))
            .bind(account.to_string())
            .fetch_all(tx.conn())
            .await?;
    for (tenant,) in places {
        sqlx::query("DELETE FROM member_term WHERE tenant_id = $1 AND account_id = $2")
            .bind(&tenant)
            .bind(account.to_string())
            .execute(tx.conn())
            .await?;
        for part in terms.chunks(TERMS_AT_ONCE) {
            let mut insert = sqlx::query(
                "INSERT INTO member_term (tenant_id, account_id, term)
                 VALUES ($1, $2, $3), ($1, $2, $4), ($1, $2, $5), ($1, $2, $6), ($1, $2, $7), ($1, $2, $8), ($1, $2, $9),
                        ($1, $2, $10)
                 ON CONFLICT DO NOTHING",
            )
            .bind(&tenant)
            .bind(account.to_string());
            // What is left of the statement's places takes the last one again.
            for n in 0..TERMS_AT_ONCE {
                insert = insert.bind(part[n.min(part.len() - 1)].as_bytes().to_vec());
            }
            insert.execute(tx.conn()).await?;
        }
    }
    Ok(())
}

/// The role of an account in a tenant. Whoever is suspended there has none.
pub(crate) async fn find_role<'e>(
    database: impl Executor<'e, Database = Any>,
    tenant: TenantId,
    account: AccountId,
) -> Result<Option<Role>, CoreError> {
    let row: Option<(String,)> =
        sqlx::query_as("SELECT role FROM membership WHERE tenant_id = $1 AND account_id = $2 AND suspended_at IS NULL")
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
    new: &NewPassword,
) -> Result<i64, CoreError> {
    let vault = tx.vault();
    let key = keys::tenant_key(tx.conn(), &vault, home).await?.ok_or(Refusal::NotFound)?;
    let version = raise_version(tx, home, account).await?;
    remember_password(tx, home, account, new.history).await?;
    put_password(tx, &key, home, account, new).await?;
    // What only a new password opens is open now.
    sqlx::query("UPDATE account SET locked_until = 0 WHERE tenant_id = $1 AND id = $2 AND locked_until = $3")
        .bind(home.to_string())
        .bind(account.to_string())
        .bind(crate::lockout::FOR_GOOD.as_micros())
        .execute(tx.conn())
        .await?;
    Ok(version)
}

/// A sign-in that has proven itself by what held until now can no longer finish, and one that is about to waits for the
/// end of this transaction. The credentials' new version.
pub(crate) async fn raise_version(tx: &mut Tx, home: TenantId, account: AccountId) -> Result<i64, CoreError> {
    let raised: Option<(i64,)> = sqlx::query_as(
        "UPDATE account SET credential_version = credential_version + 1
          WHERE tenant_id = $1 AND id = $2 RETURNING credential_version",
    )
    .bind(home.to_string())
    .bind(account.to_string())
    .fetch_optional(tx.conn())
    .await?;
    Ok(raised.ok_or(Refusal::NotFound)?.0)
}

/// Stores a password's hash, sealed under this key of the home tenant. For an account that was made in this transaction:
/// nobody can have verified an earlier one, so there is no version to raise.
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
    let sealed = key.seal(Place { column: SEALED, row: &row }, hash.as_str().as_bytes(), tx.random());
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

/// Whether somebody has stopped a change of an account's address, and nobody has chosen a password since.
pub(crate) async fn is_stopped(tx: &mut Tx, home: TenantId, account: AccountId) -> Result<bool, CoreError> {
    let row: Option<(i64,)> =
        sqlx::query_as("SELECT 1 FROM password WHERE tenant_id = $1 AND account_id = $2 AND is_nobodys = 1")
            .bind(home.to_string())
            .bind(account.to_string())
            .fetch_optional(tx.conn())
            .await?;
    Ok(row.is_some())
}

/// Whether an account has a password that somebody knows: whoever has a passkey may go without.
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

/// Takes an account's password away; it stays remembered among the last `history`. `false` if it has none.
pub(crate) async fn delete_password(
    tx: &mut Tx,
    home: TenantId,
    account: AccountId,
    history: u32,
) -> Result<bool, CoreError> {
    // None takes its place that would count as one.
    remember_password(tx, home, account, history.saturating_add(1)).await?;
    let done = sqlx::query("DELETE FROM password WHERE tenant_id = $1 AND account_id = $2")
        .bind(home.to_string())
        .bind(account.to_string())
        .execute(tx.conn())
        .await?;
    Ok(done.rows_affected() == 1)
}

/// Keeps the hash of the password that is about to be replaced, and forgets all but the last `history` of them: the one that
/// takes its place counts as one.
async fn remember_password(tx: &mut Tx, home: TenantId, account: AccountId, history: u32) -> Result<(), CoreError> {
    let kept = i64::from(history.saturating_sub(1));
    if kept > 0 {
        let now = tx.now().as_micros();
        sqlx::query(
            "INSERT INTO earlier_password (tenant_id, account_id, replaced_at, sealed)
             SELECT tenant_id, account_id, $1, sealed FROM password
              WHERE tenant_id = $2 AND account_id = $3 AND imported = 0 AND is_nobodys = 0
             ON CONFLICT DO NOTHING",
        )
        .bind(now)
        .bind(home.to_string())
        .bind(account.to_string())
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
    .bind(account.to_string())
    .bind(kept)
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// The hashes of an account's last passwords, the one of now first, at most so many.
pub(crate) async fn last_passwords(
    core: &Core,
    home: TenantId,
    account: AccountId,
    most: u32,
) -> Result<Vec<PasswordHash>, CoreError> {
    let rows: Vec<(Vec<u8>, i64)> = sqlx::query_as(
        "SELECT sealed, imported FROM (
            SELECT sealed, imported, set_at AS at, 1 AS is_current FROM password WHERE tenant_id = $1 AND account_id = $2
            UNION ALL
            SELECT sealed, 0, replaced_at, 0 FROM earlier_password WHERE tenant_id = $1 AND account_id = $2
         ) AS had ORDER BY is_current DESC, at DESC LIMIT $3",
    )
    .bind(home.to_string())
    .bind(account.to_string())
    .bind(i64::from(most))
    .fetch_all(core.store.reader())
    .await?;
    let (mut conn, row) = (core.store.reader().acquire().await?, account.to_string());
    let mut hashes = Vec::with_capacity(rows.len());
    for (sealed, imported) in rows {
        let place = Place { column: SEALED, row: &row };
        if let Some(plain) = keys::open_for_tenant(&mut conn, &core.vault, home, place, &sealed).await? {
            let phc = String::from_utf8(plain).map_err(|_| VaultError::Sealed(SEALED))?;
            hashes.push(PasswordHash::from_stored(phc, imported == 1));
        }
    }
    Ok(hashes)
}

/// Since when an account is asked for a second factor that it has not: from now on, if it was not before.
pub(crate) async fn asked_since(tx: &mut Tx, home: TenantId, account: AccountId) -> Result<Timestamp, CoreError> {
    let now = tx.now().as_micros();
    let (since,): (i64,) = sqlx::query_as(
        "UPDATE account SET second_factor_asked_at = COALESCE(second_factor_asked_at, $1)
          WHERE tenant_id = $2 AND id = $3 RETURNING second_factor_asked_at",
    )
    .bind(now)
    .bind(home.to_string())
    .bind(account.to_string())
    .fetch_one(tx.conn())
    .await?;
    Ok(Timestamp::from_micros(since))
}

/// The same, as it was written down.
pub(crate) async fn find_asked_since(
    core: &Core,
    home: TenantId,
    account: AccountId,
) -> Result<Option<Timestamp>, CoreError> {
    let row: Option<(Option<i64>,)> =
        sqlx::query_as("SELECT second_factor_asked_at FROM account WHERE tenant_id = $1 AND id = $2")
            .bind(home.to_string())
            .bind(account.to_string())
            .fetch_optional(core.store.reader())
            .await?;
    Ok(row.and_then(|(since,)| since).map(Timestamp::from_micros))
}

/// Notes that nothing asks an account for a second factor any more.
pub(crate) async fn ask_no_more(tx: &mut Tx, home: TenantId, account: AccountId) -> Result<(), CoreError> {
    sqlx::query(
        "UPDATE account SET second_factor_asked_at = NULL
          WHERE tenant_id = $1 AND id = $2 AND second_factor_asked_at IS NOT NULL",
    )
    .bind(home.to_string())
    .bind(account.to_string())
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Notes what a password was found to meet that its owner has just typed.
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

/// Whether some password's hash is still another program's.
pub(crate) async fn any_imported(core: &Core) -> Result<bool, CoreError> {
    let row: Option<(i64,)> = sqlx::query_as("SELECT imported FROM password WHERE imported = 1 LIMIT 1")
        .fetch_optional(core.store.reader())
        .await?;
    Ok(row.is_some())
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
    sqlx::query("UPDATE password SET sealed = $1, imported = 0 WHERE tenant_id = $2 AND account_id = $3")
        .bind(sealed)
        .bind(home.to_string())
        .bind(&row)
        .execute(tx.conn())
        .await?;
    Ok(())
}

#[derive(FromRow)]
struct Found {
    id: String,
    tenant_id: String,
    credential_version: i64,
    is_first: i64,
    sealed: Vec<u8>,
    unlocks: i64,
    imported: i64,
    is_suspended: i64,
    set_at: i64,
    accepted: String,
}

/// The account that an address names, with its password. `None` if there is no such account, it has no password, or its home
/// is suspended: that must not show.
pub(crate) async fn find_credential(core: &Core, identifier: &Identifier) -> Result<Option<Credential>, CoreError> {
    let found: Option<Found> = sqlx::query_as(
        "SELECT a.id, a.tenant_id, a.credential_version, CASE WHEN a.last_sign_in_at IS NULL THEN 1 ELSE 0 END AS is_first,
                p.sealed, p.unlocks, p.imported, p.set_at, p.accepted,
                CASE WHEN m.suspended_at IS NULL THEN 0 ELSE 1 END AS is_suspended
           FROM account a JOIN password p ON p.tenant_id = a.tenant_id AND p.account_id = a.id
           JOIN membership m ON m.tenant_id = a.tenant_id AND m.account_id = a.id
          WHERE a.identifier = $1",
    )
    .bind(identifier.as_str())
    .fetch_optional(core.store.reader())
    .await?;
    let Some(found) = found else { return Ok(None) };
    let (account, home) = ids(&found.id, &found.tenant_id)?;
    let mut conn = core.store.reader().acquire().await?;
    let place = Place { column: SEALED, row: &found.id };
    // The key goes with the contract; it may have gone since.
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
        is_suspended: found.is_suspended == 1,
        unlocks: found.unlocks,
        set_at: Timestamp::from_micros(found.set_at),
        accepted: serde_json::from_str(&found.accepted).map_err(|_| Failure::Unreadable("what a password meets"))?,
        password,
    }))
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

/// Whether an address has an account, or had it until somebody changed it a few days ago and may still get it back.
pub(crate) async fn is_taken(core: &Core, identifier: &Identifier) -> Result<bool, CoreError> {
    let row: Option<(i64,)> = sqlx::query_as(
        "SELECT 1 FROM account WHERE identifier = $1
         UNION ALL SELECT 1 FROM address_stop WHERE identifier = $1 AND ends_at > $2 LIMIT 1",
    )
    .bind(identifier.as_str())
    .bind(core.clock.now().as_micros())
    .fetch_optional(core.store.reader())
    .await?;
    Ok(row.is_some())
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

/// Whom a mail to an account goes to: what it signs in with.
pub(crate) async fn recipient(tx: &mut Tx, home: TenantId, account: AccountId) -> Result<Recipient, CoreError> {
    Ok(recipients(tx, home, account).await?.0)
}

/// The same, and the confirmed second address, where notices go as well.
pub(crate) async fn recipients(
    tx: &mut Tx,
    home: TenantId,
    account: AccountId,
) -> Result<(Recipient, Option<Recipient>), CoreError> {
    let row: Option<(String, Option<String>, String, String)> = sqlx::query_as(
        "SELECT email, notification_email, language, time_zone FROM account WHERE tenant_id = $1 AND id = $2",
    )
    .bind(home.to_string())
    .bind(account.to_string())
    .fetch_optional(tx.conn())
    .await?;
    let (email, second, language, time_zone) = row.ok_or(Refusal::NotFound)?;
    let language = Language::of_tag(&language).unwrap_or_default();
    let first = Recipient { tenant: home, email, language, time_zone };
    let second = second.map(|email| Recipient { email, ..first.clone() });
    Ok((first, second))
}

/// Whether the credentials are still those that were proven. Until the transaction ends they stay it.
pub(crate) async fn is_current(tx: &mut Tx, proven: Proven) -> Result<bool, CoreError> {
    let done = sqlx::query(
        "UPDATE account SET credential_version = credential_version
          WHERE tenant_id = $1 AND id = $2 AND credential_version = $3",
    )
    .bind(proven.home.to_string())
    .bind(proven.account.to_string())
    .bind(proven.version)
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Notes a sign-in on the account. `false` if a credential has changed since it was read at `version`, or if the home has
/// suspended them.
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
    if done.rows_affected() == 0 {
        return Ok(false);
    }
    let done = sqlx::query(
        "UPDATE membership SET signed_in_at = $1 WHERE tenant_id = $2 AND account_id = $3 AND suspended_at IS NULL",
    )
    .bind(now)
    .bind(home.to_string())
    .bind(account.to_string())
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

pub(crate) fn ids(account: &str, tenant: &str) -> Result<(AccountId, TenantId), CoreError> {
    AccountId::parse(account)
        .zip(TenantId::parse(tenant))
        .ok_or_else(|| Failure::Unreadable("the ids of an account").into())
}
