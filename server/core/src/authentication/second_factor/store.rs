//! The rows of code apps, their enrolments, recovery codes and counted codes.
use super::Beginner;
use super::code_app::Secret;
use crate::Core;
use crate::error::{CoreError, Failure};
use crate::policy;
use crate::store::{Housekeeping, Tx};
use crate::vault::{SealedCell, VaultError, store as keys};
use portvakt_model::fault::Refusal;
use portvakt_model::id::{AccountId, TenantId};
use portvakt_model::policy::Demand;
use portvakt_model::second_factor::RecoveryCode;
use portvakt_model::time::Timestamp;
use sha2::{Digest, Sha256};
use sqlx::{Any, AnyConnection, Executor};

const SEALED: &str = "code_app.sealed";
const BEGUN: &str = "code_app_enrolment.sealed";

/// Whether an account has a code app or a passkey.
pub(crate) async fn is_enrolled<'e>(
    database: impl Executor<'e, Database = Any>,
    home: TenantId,
    account: AccountId,
) -> Result<bool, CoreError> {
    Ok(policy::enrolled(database, home, account).await? > Demand::Optional)
}

/// Whether an account has a code app.
pub(crate) async fn has_code_app<'e>(
    database: impl Executor<'e, Database = Any>,
    home: TenantId,
    account: AccountId,
) -> Result<bool, CoreError> {
    let row: Option<(i64,)> = sqlx::query_as("SELECT 1 FROM code_app WHERE tenant_id = $1 AND account_id = $2")
        .bind(home.to_string())
        .bind(account.to_string())
        .fetch_optional(database)
        .await?;
    Ok(row.is_some())
}

/// When an account's code app was set up, and when it was last used. `None` if the account has no code app.
pub(super) async fn find(
    core: &Core,
    home: TenantId,
    account: AccountId,
) -> Result<Option<(Timestamp, Option<Timestamp>)>, CoreError> {
    let row: Option<(i64, Option<i64>)> =
        sqlx::query_as("SELECT created_at, used_at FROM code_app WHERE tenant_id = $1 AND account_id = $2")
            .bind(home.to_string())
            .bind(account.to_string())
            .fetch_optional(core.store.reader())
            .await?;
    Ok(row.map(|(since, used)| (Timestamp::from_micros(since), used.map(Timestamp::from_micros))))
}

/// The secret of an account's code app. `None` if the account has no code app, or if its tenant's key is deleted.
pub(super) async fn secret(tx: &mut Tx, home: TenantId, account: AccountId) -> Result<Option<Secret>, CoreError> {
    let row: Option<(Vec<u8>,)> =
        sqlx::query_as("SELECT sealed FROM code_app WHERE tenant_id = $1 AND account_id = $2")
            .bind(home.to_string())
            .bind(account.to_string())
            .fetch_optional(tx.conn())
            .await?;
    let Some((sealed,)) = row else { return Ok(None) };
    let vault = tx.vault();
    let place = SealedCell { column: SEALED, row: &account.to_string() };
    opened(keys::open_for_tenant(tx.conn(), &vault, home, place, &sealed).await?, SEALED)
}

/// The secret from an opened cell. `None` if the tenant's key is deleted.
fn opened(plain: Option<Vec<u8>>, column: &'static str) -> Result<Option<Secret>, CoreError> {
    plain.map(|plain| plain.try_into().map_err(|_| VaultError::Sealed(column).into())).transpose()
}

/// Uses up the code of a time step and of every earlier one. `false` if a code of this step or of a later one was used
/// before.
pub(super) async fn take_step(tx: &mut Tx, home: TenantId, account: AccountId, step: i64) -> Result<bool, CoreError> {
    let now = tx.now().as_micros();
    let done = sqlx::query(
        "UPDATE code_app SET step = $1, used_at = $2 WHERE tenant_id = $3 AND account_id = $4 AND step < $1",
    )
    .bind(step)
    .bind(now)
    .bind(home.to_string())
    .bind(account.to_string())
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Stores an account's code app in place of an earlier one. The code of this time step counts as used.
pub(super) async fn put(
    tx: &mut Tx,
    home: TenantId,
    account: AccountId,
    secret: &Secret,
    step: i64,
) -> Result<(), CoreError> {
    let sealed = seal(tx, home, SealedCell { column: SEALED, row: &account.to_string() }, secret).await?;
    let now = tx.now().as_micros();
    sqlx::query(
        "INSERT INTO code_app (tenant_id, account_id, sealed, step, created_at, used_at) VALUES ($1, $2, $3, $4, $5, $5)
         ON CONFLICT (tenant_id, account_id) DO UPDATE
            SET sealed = excluded.sealed, step = excluded.step, created_at = excluded.created_at, used_at = excluded.used_at",
    )
    .bind(home.to_string())
    .bind(account.to_string())
    .bind(sealed)
    .bind(step)
    .bind(now)
    .execute(tx.conn())
    .await?;
    Ok(())
}

async fn seal<K>(tx: &mut Tx<K>, home: TenantId, place: SealedCell<'_>, secret: &Secret) -> Result<Vec<u8>, CoreError> {
    let vault = tx.vault();
    let key = keys::tenant_key(tx.conn(), &vault, home).await?.ok_or(Refusal::NotFound)?;
    Ok(key.seal(place, secret, tx.random()))
}

/// Stores the secret of an enrolment, unless the same session or sign-in has begun one that has not expired: its secret
/// may be on a phone already.
pub(super) async fn begin<K>(
    tx: &mut Tx<K>,
    beginner: &Beginner,
    secret: &Secret,
    ends_at: Timestamp,
) -> Result<(), CoreError> {
    let Beginner { home, account, by } = beginner;
    let sealed = seal(tx, *home, SealedCell { column: BEGUN, row: &beginner.row() }, secret).await?;
    sqlx::query(
        "INSERT INTO code_app_enrolment (tenant_id, account_id, begun_by, sealed, ends_at) VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (tenant_id, account_id, begun_by) DO UPDATE
            SET sealed = excluded.sealed, ends_at = excluded.ends_at
          WHERE code_app_enrolment.ends_at <= $6",
    )
    .bind(home.to_string())
    .bind(account.to_string())
    .bind(by)
    .bind(sealed)
    .bind(ends_at.as_micros())
    .bind(tx.now().as_micros())
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// The secret of an enrolment. `None` if there is none, if it has expired, or if the tenant's key is deleted.
pub(super) async fn begun(
    conn: &mut AnyConnection,
    core: &Core,
    beginner: &Beginner,
) -> Result<Option<Secret>, CoreError> {
    let Beginner { home, account, by } = beginner;
    let row: Option<(Vec<u8>,)> = sqlx::query_as(
        "SELECT sealed FROM code_app_enrolment
          WHERE tenant_id = $1 AND account_id = $2 AND begun_by = $3 AND ends_at > $4",
    )
    .bind(home.to_string())
    .bind(account.to_string())
    .bind(by)
    .bind(core.clock.now().as_micros())
    .fetch_optional(&mut *conn)
    .await?;
    let Some((sealed,)) = row else { return Ok(None) };
    let row = beginner.row();
    let place = SealedCell { column: BEGUN, row: &row };
    opened(keys::open_for_tenant(conn, &core.vault, *home, place, &sealed).await?, BEGUN)
}

/// Deletes an enrolment. `false` if there is none.
pub(super) async fn end<K>(tx: &mut Tx<K>, beginner: &Beginner) -> Result<bool, CoreError> {
    let Beginner { home, account, by } = beginner;
    let done = sqlx::query("DELETE FROM code_app_enrolment WHERE tenant_id = $1 AND account_id = $2 AND begun_by = $3")
        .bind(home.to_string())
        .bind(account.to_string())
        .bind(by)
        .execute(tx.conn())
        .await?;
    Ok(done.rows_affected() == 1)
}

/// Deletes all enrolments of an account.
pub(super) async fn end_all(tx: &mut Tx, home: TenantId, account: AccountId) -> Result<(), CoreError> {
    sqlx::query("DELETE FROM code_app_enrolment WHERE tenant_id = $1 AND account_id = $2")
        .bind(home.to_string())
        .bind(account.to_string())
        .execute(tx.conn())
        .await?;
    Ok(())
}

pub(super) async fn delete_ended(tx: &mut Tx<Housekeeping>) -> Result<(), CoreError> {
    let now = tx.now().as_micros();
    sqlx::query("DELETE FROM code_app_enrolment WHERE ends_at <= $1").bind(now).execute(tx.conn()).await?;
    Ok(())
}

/// Counts a tried code. Returns the number of codes since the last right one, this one included, and the times of the
/// latest ones, the oldest first. Concurrent tries wait for each other.
pub(super) async fn count_try(
    tx: &mut Tx,
    home: TenantId,
    account: AccountId,
) -> Result<(i64, Vec<Timestamp>), CoreError> {
    let (failures, recent): (i64, String) = sqlx::query_as(
        "INSERT INTO code_try (tenant_id, account_id, failures, recent) VALUES ($1, $2, 1, '')
         ON CONFLICT (tenant_id, account_id) DO UPDATE SET failures = code_try.failures + 1
         RETURNING failures, recent",
    )
    .bind(home.to_string())
    .bind(account.to_string())
    .fetch_one(tx.conn())
    .await?;
    let at = |micros: &str| micros.parse().map(Timestamp::from_micros);
    let recent = recent.split_whitespace().map(at).collect::<Result<_, _>>();
    Ok((failures, recent.map_err(|_| Failure::Unreadable("code_try.recent"))?))
}

pub(super) async fn note_tries(
    tx: &mut Tx,
    home: TenantId,
    account: AccountId,
    recent: &[Timestamp],
) -> Result<(), CoreError> {
    let recent: Vec<_> = recent.iter().map(|at| at.as_micros().to_string()).collect();
    sqlx::query("UPDATE code_try SET recent = $1 WHERE tenant_id = $2 AND account_id = $3")
        .bind(recent.join(" "))
        .bind(home.to_string())
        .bind(account.to_string())
        .execute(tx.conn())
        .await?;
    Ok(())
}

pub(super) async fn forget_tries(tx: &mut Tx, home: TenantId, account: AccountId) -> Result<(), CoreError> {
    sqlx::query("DELETE FROM code_try WHERE tenant_id = $1 AND account_id = $2")
        .bind(home.to_string())
        .bind(account.to_string())
        .execute(tx.conn())
        .await?;
    Ok(())
}

fn hash(code: &RecoveryCode) -> Vec<u8> {
    Sha256::digest(code.bits()).to_vec()
}

/// Replaces an account's recovery codes.
pub(crate) async fn put_recovery_codes(
    tx: &mut Tx,
    home: TenantId,
    account: AccountId,
    codes: &[RecoveryCode],
) -> Result<(), CoreError> {
    delete_recovery_codes(tx, home, account).await?;
    for code in codes {
        sqlx::query("INSERT INTO recovery_code (tenant_id, account_id, code_hash) VALUES ($1, $2, $3)")
            .bind(home.to_string())
            .bind(account.to_string())
            .bind(hash(code))
            .execute(tx.conn())
            .await?;
    }
    Ok(())
}

async fn delete_recovery_codes(tx: &mut Tx, home: TenantId, account: AccountId) -> Result<(), CoreError> {
    sqlx::query("DELETE FROM recovery_code WHERE tenant_id = $1 AND account_id = $2")
        .bind(home.to_string())
        .bind(account.to_string())
        .execute(tx.conn())
        .await?;
    Ok(())
}

/// Uses up one of an account's recovery codes. `false` if the account has no such code.
pub(super) async fn use_recovery_code(
    tx: &mut Tx,
    home: TenantId,
    account: AccountId,
    code: &RecoveryCode,
) -> Result<bool, CoreError> {
    let done = sqlx::query("DELETE FROM recovery_code WHERE tenant_id = $1 AND account_id = $2 AND code_hash = $3")
        .bind(home.to_string())
        .bind(account.to_string())
        .bind(hash(code))
        .execute(tx.conn())
        .await?;
    Ok(done.rows_affected() == 1)
}

/// The number of an account's unused recovery codes.
pub(crate) async fn count_recovery_codes<'e>(
    database: impl Executor<'e, Database = Any>,
    home: TenantId,
    account: AccountId,
) -> Result<u32, CoreError> {
    let (count,): (i64,) =
        sqlx::query_as("SELECT CAST(count(*) AS BIGINT) FROM recovery_code WHERE tenant_id = $1 AND account_id = $2")
            .bind(home.to_string())
            .bind(account.to_string())
            .fetch_one(database)
            .await?;
    Ok(u32::try_from(count).unwrap_or_default())
}

/// Deletes an account's code app. `false` if it has none.
pub(super) async fn delete_code_app(tx: &mut Tx, home: TenantId, account: AccountId) -> Result<bool, CoreError> {
    let done = sqlx::query("DELETE FROM code_app WHERE tenant_id = $1 AND account_id = $2")
        .bind(home.to_string())
        .bind(account.to_string())
        .execute(tx.conn())
        .await?;
    Ok(done.rows_affected() == 1)
}

/// Removes an account's code app, its enrolments, its recovery codes and its counts of wrong codes. `false` if it had
/// no code app.
pub(crate) async fn delete_all(tx: &mut Tx, home: TenantId, account: AccountId) -> Result<bool, CoreError> {
    let had = delete_code_app(tx, home, account).await?;
    delete_recovery_codes(tx, home, account).await?;
    forget_tries(tx, home, account).await?;
    end_all(tx, home, account).await?;
    Ok(had)
}
