//! The rows of passkeys and of answered challenges.
use crate::Core;
use crate::account::store::ids;
use crate::error::{CoreError, Failure};
use crate::store::{Housekeeping, Tx};
use crate::vault::{SealedCell, store as keys};
use portvakt_model::fault::Refusal;
use portvakt_model::id::{AccountId, PasskeyId, TenantId};
use portvakt_model::time::Timestamp;
use sha2::{Digest, Sha256};
use sqlx::{Any, Executor, FromRow};
use webauthn_rs::prelude::Passkey as Credential;

const SEALED: &str = "passkey.sealed";
/// Seconds by which the clocks of two processes may differ.
const SKEW_SECS: i64 = 5 * 60;
const UNREADABLE: Failure = Failure::Unreadable("a passkey");

/// A passkey and its account.
pub(super) struct FoundPasskey {
    pub id: PasskeyId,
    pub home: TenantId,
    pub account: AccountId,
    /// The version of its owner's credentials.
    pub version: i64,
    /// Whether the account has never signed in.
    pub is_first: bool,
    pub counter: i64,
    pub credential: Credential,
}

#[derive(FromRow)]
struct PasskeyRow {
    id: String,
    tenant_id: String,
    account_id: String,
    credential_version: i64,
    is_first: i64,
    counter: i64,
    sealed: Vec<u8>,
}

pub(super) fn hash(credential: &[u8]) -> Vec<u8> {
    Sha256::digest(credential).to_vec()
}

fn id(text: &str) -> Result<PasskeyId, CoreError> {
    PasskeyId::parse(text).ok_or_else(|| Failure::Unreadable("a passkey's id").into())
}

async fn open(core: &Core, home: TenantId, row: &str, sealed: &[u8]) -> Result<Option<Credential>, CoreError> {
    let mut conn = core.store.reader().acquire().await?;
    let place = SealedCell { column: SEALED, row };
    let plain = keys::open_for_tenant(&mut conn, &core.vault, home, place, sealed).await?;
    plain.map(|plain| serde_json::from_slice(&plain).map_err(|_| UNREADABLE.into())).transpose()
}

/// The passkey with this credential id, of any account. `None` if there is none, or if its tenant's key is deleted.
pub(super) async fn find(core: &Core, credential: &[u8]) -> Result<Option<FoundPasskey>, CoreError> {
    let row: Option<PasskeyRow> = sqlx::query_as(
        "SELECT k.id, k.tenant_id, k.account_id, a.credential_version, k.counter, k.sealed,
                CASE WHEN a.last_sign_in_at IS NULL THEN 1 ELSE 0 END AS is_first
           FROM passkey k JOIN account a ON a.tenant_id = k.tenant_id AND a.id = k.account_id
          WHERE k.credential_hash = $1",
    )
    .bind(hash(credential))
    .fetch_optional(core.store.reader())
    .await?;
    let Some(row) = row else { return Ok(None) };
    let (account, home) = ids(&row.account_id, &row.tenant_id)?;
    let Some(credential) = open(core, home, &row.id, &row.sealed).await? else { return Ok(None) };
    Ok(Some(FoundPasskey {
        id: id(&row.id)?,
        home,
        account,
        version: row.credential_version,
        is_first: row.is_first == 1,
        counter: row.counter,
        credential,
    }))
}

/// The credentials of an account, for its browser to choose from, the oldest first.
pub(super) async fn credentials(core: &Core, home: TenantId, account: AccountId) -> Result<Vec<Credential>, CoreError> {
    let rows: Vec<(String, Vec<u8>)> = sqlx::query_as(
        "SELECT id, sealed FROM passkey WHERE tenant_id = $1 AND account_id = $2 ORDER BY created_at, id",
    )
    .bind(home.to_string())
    .bind(account.to_string())
    .fetch_all(core.store.reader())
    .await?;
    let mut credentials = Vec::with_capacity(rows.len());
    for (id, sealed) in rows {
        credentials.extend(open(core, home, &id, &sealed).await?);
    }
    Ok(credentials)
}

/// A passkey as its owner sees it in the list.
pub(super) struct ListedPasskey {
    pub id: PasskeyId,
    pub name: String,
    pub is_synced: bool,
    pub since: Timestamp,
    pub used_at: Option<Timestamp>,
}

/// The passkeys of an account, the oldest first.
pub(super) async fn list(core: &Core, home: TenantId, account: AccountId) -> Result<Vec<ListedPasskey>, CoreError> {
    let rows: Vec<(String, String, i64, i64, Option<i64>)> = sqlx::query_as(
        "SELECT id, name, is_synced, created_at, used_at FROM passkey
          WHERE tenant_id = $1 AND account_id = $2 ORDER BY created_at, id",
    )
    .bind(home.to_string())
    .bind(account.to_string())
    .fetch_all(core.store.reader())
    .await?;
    let listed = |(row, name, is_synced, since, used_at): (String, String, i64, i64, Option<i64>)| {
        Ok(ListedPasskey {
            id: id(&row)?,
            name,
            is_synced: is_synced == 1,
            since: Timestamp::from_micros(since),
            used_at: used_at.map(Timestamp::from_micros),
        })
    };
    rows.into_iter().map(listed).collect()
}

/// The number of an account's passkeys.
pub(crate) async fn count<'e>(
    database: impl Executor<'e, Database = Any>,
    home: TenantId,
    account: AccountId,
) -> Result<u32, CoreError> {
    let (count,): (i64,) =
        sqlx::query_as("SELECT CAST(count(*) AS BIGINT) FROM passkey WHERE tenant_id = $1 AND account_id = $2")
            .bind(home.to_string())
            .bind(account.to_string())
            .fetch_one(database)
            .await?;
    Ok(u32::try_from(count).unwrap_or(u32::MAX))
}

/// A passkey's stored fields besides its name.
pub(super) struct Kept<'a> {
    pub credential: &'a Credential,
    pub counter: i64,
    pub is_synced: bool,
}

async fn seal(tx: &mut Tx, home: TenantId, row: PasskeyId, credential: &Credential) -> Result<Vec<u8>, CoreError> {
    let plain = serde_json::to_vec(credential).map_err(|_| UNREADABLE)?;
    let vault = tx.vault();
    let key = keys::tenant_key(tx.conn(), &vault, home).await?.ok_or(Refusal::NotFound)?;
    Ok(key.seal(SealedCell { column: SEALED, row: &row.to_string() }, &plain, tx.random()))
}

/// Adds a passkey to an account. `false` if an account has it already.
pub(super) async fn insert(
    tx: &mut Tx,
    home: TenantId,
    account: AccountId,
    passkey: PasskeyId,
    name: &str,
    kept: &Kept<'_>,
) -> Result<bool, CoreError> {
    let sealed = seal(tx, home, passkey, kept.credential).await?;
    let now = tx.now().as_micros();
    let done = sqlx::query(
        "INSERT INTO passkey (tenant_id, account_id, id, name, credential_hash, sealed, counter, is_synced, created_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT (credential_hash) DO NOTHING",
    )
    .bind(home.to_string())
    .bind(account.to_string())
    .bind(passkey.to_string())
    .bind(name)
    .bind(hash(kept.credential.cred_id()))
    .bind(sealed)
    .bind(kept.counter)
    .bind(i64::from(kept.is_synced))
    .bind(now)
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Stores the use of a passkey. `false` if it was removed or used meanwhile: its counter is no longer `counter_before`.
pub(super) async fn note_used(
    tx: &mut Tx,
    home: TenantId,
    account: AccountId,
    passkey: PasskeyId,
    counter_before: i64,
    kept: &Kept<'_>,
) -> Result<bool, CoreError> {
    let sealed = seal(tx, home, passkey, kept.credential).await?;
    let now = tx.now().as_micros();
    let done = sqlx::query(
        "UPDATE passkey SET sealed = $1, counter = $2, is_synced = $3, used_at = $4
          WHERE tenant_id = $5 AND account_id = $6 AND id = $7 AND counter = $8",
    )
    .bind(sealed)
    .bind(kept.counter)
    .bind(i64::from(kept.is_synced))
    .bind(now)
    .bind(home.to_string())
    .bind(account.to_string())
    .bind(passkey.to_string())
    .bind(counter_before)
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Stores a challenge as answered. `false` if it was answered before.
pub(super) async fn take_challenge(tx: &mut Tx, challenge: &[u8], ends_at: Timestamp) -> Result<bool, CoreError> {
    let done = sqlx::query(
        "INSERT INTO answered_challenge (challenge_hash, ends_at) VALUES ($1, $2) ON CONFLICT (challenge_hash) DO NOTHING",
    )
    .bind(challenge.to_vec())
    // Another process's clock may be behind this one.
    .bind(ends_at.plus_secs(SKEW_SECS).as_micros())
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Whether a challenge was answered.
pub(super) async fn is_answered(core: &Core, challenge: &[u8]) -> Result<bool, CoreError> {
    let row: Option<(i64,)> = sqlx::query_as("SELECT 1 FROM answered_challenge WHERE challenge_hash = $1")
        .bind(challenge.to_vec())
        .fetch_optional(core.store.reader())
        .await?;
    Ok(row.is_some())
}

/// Renames a passkey and returns its earlier name. `None` if the account has no such passkey.
pub(super) async fn rename(
    tx: &mut Tx,
    home: TenantId,
    account: AccountId,
    passkey: PasskeyId,
    name: &str,
) -> Result<Option<String>, CoreError> {
    let row: Option<(String,)> =
        sqlx::query_as("SELECT name FROM passkey WHERE tenant_id = $1 AND account_id = $2 AND id = $3")
            .bind(home.to_string())
            .bind(account.to_string())
            .bind(passkey.to_string())
            .fetch_optional(tx.conn())
            .await?;
    sqlx::query("UPDATE passkey SET name = $1 WHERE tenant_id = $2 AND account_id = $3 AND id = $4")
        .bind(name)
        .bind(home.to_string())
        .bind(account.to_string())
        .bind(passkey.to_string())
        .execute(tx.conn())
        .await?;
    Ok(row.map(|(name,)| name))
}

/// Deletes a passkey and returns its name. `None` if the account has no such passkey.
pub(super) async fn delete(
    tx: &mut Tx,
    home: TenantId,
    account: AccountId,
    passkey: PasskeyId,
) -> Result<Option<String>, CoreError> {
    let row: Option<(String,)> =
        sqlx::query_as("DELETE FROM passkey WHERE tenant_id = $1 AND account_id = $2 AND id = $3 RETURNING name")
            .bind(home.to_string())
            .bind(account.to_string())
            .bind(passkey.to_string())
            .fetch_optional(tx.conn())
            .await?;
    Ok(row.map(|(name,)| name))
}

/// Deletes all passkeys of an account and returns their number.
pub(crate) async fn delete_all(tx: &mut Tx, home: TenantId, account: AccountId) -> Result<u64, CoreError> {
    let done = sqlx::query("DELETE FROM passkey WHERE tenant_id = $1 AND account_id = $2")
        .bind(home.to_string())
        .bind(account.to_string())
        .execute(tx.conn())
        .await?;
    Ok(done.rows_affected())
}

pub(super) async fn delete_ended(tx: &mut Tx<Housekeeping>) -> Result<(), CoreError> {
    let now = tx.now().as_micros();
    sqlx::query("DELETE FROM answered_challenge WHERE ends_at <= $1").bind(now).execute(tx.conn()).await?;
    Ok(())
}
