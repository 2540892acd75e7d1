//! The rows of accounts and memberships.
use super::search::{name_key, words};
use super::{DEFAULT_TIME_ZONE, NewAccount, Proven, Recipient};
use crate::Core;
use crate::error::{CoreError, Failure};
use crate::identifier::Identifier;
use crate::store::Tx;
use crate::vault::store as keys;
use portvakt_model::fault::Refusal;
use portvakt_model::id::{AccountId, TenantId};
use portvakt_model::language::Language;
use portvakt_model::policy::{Demand, DemandedSince};
use portvakt_model::role::Role;
use portvakt_model::time::Timestamp;
use sqlx::{Any, AnyConnection, Executor};

/// Makes an account with its key. `false` if an account has the address, or had it before a change of address that can
/// still be stopped.
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

/// The number of terms that one statement writes.
const TERMS_AT_ONCE: usize = 8;

/// Writes an account's sort key and search terms for each of its memberships. Call it after every change of a name or
/// an address. [`add_member`] calls it itself.
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
            // The statement has a fixed number of places. The last term fills those that are left.
            for n in 0..TERMS_AT_ONCE {
                insert = insert.bind(part[n.min(part.len() - 1)].as_bytes().to_vec());
            }
            insert.execute(tx.conn()).await?;
        }
    }
    Ok(())
}

/// The role of an account in a tenant. `None` if the account is suspended there.
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

/// Whether an account cannot be used: `Some(true)` if its home is suspended, `Some(false)` if its home has suspended it.
/// `None` if neither is so.
pub(crate) async fn suspension(
    conn: &mut AnyConnection,
    home: TenantId,
    account: AccountId,
) -> Result<Option<bool>, CoreError> {
    let row: Option<(i64, i64)> = sqlx::query_as(
        "SELECT CASE WHEN t.suspended_at IS NULL THEN 0 ELSE 1 END, CASE WHEN m.suspended_at IS NULL THEN 0 ELSE 1 END
           FROM membership m JOIN tenant t ON t.id = m.tenant_id
          WHERE m.tenant_id = $1 AND m.account_id = $2",
    )
    .bind(home.to_string())
    .bind(account.to_string())
    .fetch_optional(conn)
    .await?;
    Ok(row.and_then(|(organisation, person)| (organisation + person > 0).then_some(organisation == 1)))
}

/// Raises the version of an account's credentials and returns it. A sign-in that has proven the earlier credentials can
/// no longer finish. A sign-in that is about to finish waits for the end of this transaction.
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

/// Notes that a second factor is asked of an account, from now on if none was asked before. If a passkey is demanded,
/// notes the same of the passkey; if not, a passkey is asked no longer. Returns since when each is asked.
pub(crate) async fn ask(
    tx: &mut Tx,
    home: TenantId,
    account: AccountId,
    demand: Demand,
) -> Result<DemandedSince, CoreError> {
    let now = tx.now().as_micros();
    let row: (Option<i64>, Option<i64>) = sqlx::query_as(
        "UPDATE account SET second_factor_asked_at = COALESCE(second_factor_asked_at, $1),
                passkey_asked_at = CASE WHEN $2 = 1 THEN COALESCE(passkey_asked_at, $1) END
          WHERE tenant_id = $3 AND id = $4 RETURNING second_factor_asked_at, passkey_asked_at",
    )
    .bind(now)
    .bind(i64::from(demand == Demand::PhishingResistant))
    .bind(home.to_string())
    .bind(account.to_string())
    .fetch_one(tx.conn())
    .await?;
    Ok(asked(row))
}

/// Since when a second factor and a passkey have been asked of an account.
pub(crate) async fn find_asked(core: &Core, home: TenantId, account: AccountId) -> Result<DemandedSince, CoreError> {
    let row: Option<(Option<i64>, Option<i64>)> =
        sqlx::query_as("SELECT second_factor_asked_at, passkey_asked_at FROM account WHERE tenant_id = $1 AND id = $2")
            .bind(home.to_string())
            .bind(account.to_string())
            .fetch_optional(core.store.reader())
            .await?;
    Ok(row.map(asked).unwrap_or_default())
}

fn asked((any, passkey): (Option<i64>, Option<i64>)) -> DemandedSince {
    DemandedSince { any: any.map(Timestamp::from_micros), passkey: passkey.map(Timestamp::from_micros) }
}

/// Notes that nothing asks an account for a second factor any more.
pub(crate) async fn ask_no_more(tx: &mut Tx, home: TenantId, account: AccountId) -> Result<(), CoreError> {
    sqlx::query(
        "UPDATE account SET second_factor_asked_at = NULL, passkey_asked_at = NULL
          WHERE tenant_id = $1 AND id = $2 AND second_factor_asked_at IS NOT NULL",
    )
    .bind(home.to_string())
    .bind(account.to_string())
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// The home and the id of the account with this address.
pub(crate) async fn find(core: &Core, identifier: &Identifier) -> Result<Option<(TenantId, AccountId)>, CoreError> {
    let row: Option<(String, String)> = sqlx::query_as("SELECT id, tenant_id FROM account WHERE identifier = $1")
        .bind(identifier.as_str())
        .fetch_optional(core.store.reader())
        .await?;
    let Some((id, tenant)) = row else { return Ok(None) };
    let (account, home) = ids(&id, &tenant)?;
    Ok(Some((home, account)))
}

/// Whether an account has the address, or had it before a change of address that can still be stopped.
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

/// The name and the address of an account, and the name of its home.
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

pub(crate) async fn time_zone(core: &Core, home: TenantId, account: AccountId) -> Result<String, CoreError> {
    let row: Option<(String,)> = sqlx::query_as("SELECT time_zone FROM account WHERE tenant_id = $1 AND id = $2")
        .bind(home.to_string())
        .bind(account.to_string())
        .fetch_optional(core.store.reader())
        .await?;
    Ok(row.ok_or(Refusal::NotFound)?.0)
}

pub(crate) async fn name(tx: &mut Tx, home: TenantId, account: AccountId) -> Result<String, CoreError> {
    let row: Option<(String,)> = sqlx::query_as("SELECT name FROM account WHERE tenant_id = $1 AND id = $2")
        .bind(home.to_string())
        .bind(account.to_string())
        .fetch_optional(tx.conn())
        .await?;
    Ok(row.ok_or(Refusal::NotFound)?.0)
}

/// The recipient of a mail to an account, at the address with which the account signs in.
pub(crate) async fn recipient(tx: &mut Tx, home: TenantId, account: AccountId) -> Result<Recipient, CoreError> {
    Ok(recipients(tx, home, account).await?.0)
}

/// The recipient at the sign-in address, and the one at the confirmed second address, which also gets notices.
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

/// Whether the account still has the credentials that were proven. Locks the row, so that they cannot change before the
/// transaction ends.
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

/// Notes a sign-in on the account. `false` if the credentials have changed since `version`, or if the home has
/// suspended the account.
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
