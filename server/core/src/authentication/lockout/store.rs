//! The rows of lanes, and the counts in the rows of passwords.
use super::Lane;
use crate::error::CoreError;
use crate::identifier::Identifier;
use crate::store::{Housekeeping, Tx};
use portvakt_model::id::{AccountId, TenantId};
use portvakt_model::time::Timestamp;

/// Counts a try in an open lane and returns the number of tries. `None` if the lane is closed. If a lane is closed for
/// longer than `longest_secs`, a clock that was ahead has closed it, and it counts as open.
pub(super) async fn count(
    tx: &mut Tx<Housekeeping>,
    lane: &Lane,
    longest_secs: u32,
    memory_secs: i64,
) -> Result<Option<u32>, CoreError> {
    let now = tx.now();
    let row: Option<(i64,)> = sqlx::query_as(
        "INSERT INTO lockout (lane, failures, opens_at, ends_at) VALUES ($1, 1, 0, $3)
         ON CONFLICT (lane) DO UPDATE
            SET failures = CASE WHEN lockout.ends_at <= $2 THEN 1 ELSE lockout.failures + 1 END, ends_at = $3
          WHERE lockout.opens_at <= $2 OR lockout.opens_at > $4
         RETURNING failures",
    )
    .bind(&lane.0)
    .bind(now.as_micros())
    .bind(now.plus_secs(memory_secs).as_micros())
    .bind(now.plus_secs(longest_secs.into()).as_micros())
    .fetch_optional(tx.conn())
    .await?;
    Ok(row.map(|(failures,)| u32::try_from(failures).unwrap_or(u32::MAX)))
}

/// Counts a try in the lane's window, or opens a new window. Returns the number of tries, and the seconds to the
/// window's end. If a window ends later than a new one would, a clock that was ahead has opened it, and it begins
/// again.
pub(super) async fn count_in_window(
    tx: &mut Tx<Housekeeping>,
    lane: &Lane,
    window_secs: i64,
) -> Result<(i64, u32), CoreError> {
    let now = tx.now();
    let (failures, ends): (i64, i64) = sqlx::query_as(
        "INSERT INTO lockout (lane, failures, opens_at, ends_at) VALUES ($1, 1, 0, $3)
         ON CONFLICT (lane) DO UPDATE
            SET failures = CASE WHEN lockout.ends_at <= $2 OR lockout.ends_at > $3 THEN 1 ELSE lockout.failures + 1 END,
                ends_at = CASE WHEN lockout.ends_at <= $2 OR lockout.ends_at > $3 THEN $3 ELSE lockout.ends_at END
         RETURNING failures, ends_at",
    )
    .bind(&lane.0)
    .bind(now.as_micros())
    .bind(now.plus_secs(window_secs).as_micros())
    .fetch_one(tx.conn())
    .await?;
    Ok((failures, secs_from(now.as_micros(), ends)))
}

/// Closes a lane for `wait_secs`.
pub(super) async fn close(
    tx: &mut Tx<Housekeeping>,
    lane: &Lane,
    wait_secs: u32,
    memory_secs: i64,
) -> Result<(), CoreError> {
    let opens = tx.now().plus_secs(wait_secs.into());
    sqlx::query("UPDATE lockout SET opens_at = $1, ends_at = $2 WHERE lane = $3")
        .bind(opens.as_micros())
        .bind(opens.plus_secs(memory_secs).as_micros())
        .bind(&lane.0)
        .execute(tx.conn())
        .await?;
    Ok(())
}

/// The seconds until a closed lane opens: at least 1.
pub(super) async fn opens_in(tx: &mut Tx<Housekeeping>, lane: &Lane) -> Result<u32, CoreError> {
    let now = tx.now().as_micros();
    let (opens,): (i64,) =
        sqlx::query_as("SELECT opens_at FROM lockout WHERE lane = $1").bind(&lane.0).fetch_one(tx.conn()).await?;
    Ok(secs_from(now, opens))
}

/// The seconds until a time, rounded up, at least 1: a request that waits this long is never early.
fn secs_from(now: i64, then: i64) -> u32 {
    let secs = then.saturating_sub(now).saturating_add(999_999) / 1_000_000;
    u32::try_from(secs.max(1)).unwrap_or(u32::MAX)
}

/// The number of wrong tries in a lane. 0 if the lane has expired or does not exist.
pub(super) async fn failures<K>(tx: &mut Tx<K>, lane: &Lane) -> Result<i64, CoreError> {
    let now = tx.now().as_micros();
    let row: Option<(i64,)> = sqlx::query_as("SELECT failures FROM lockout WHERE lane = $1 AND ends_at > $2")
        .bind(&lane.0)
        .bind(now)
        .fetch_optional(tx.conn())
        .await?;
    Ok(row.map_or(0, |(failures,)| failures))
}

pub(super) async fn is_there(tx: &mut Tx<Housekeeping>, lane: &Lane) -> Result<bool, CoreError> {
    let row: Option<(i64,)> =
        sqlx::query_as("SELECT failures FROM lockout WHERE lane = $1").bind(&lane.0).fetch_optional(tx.conn()).await?;
    Ok(row.is_some())
}

/// Takes back one try and opens the lane at once.
pub(super) async fn uncount<K>(tx: &mut Tx<K>, lane: &Lane) -> Result<(), CoreError> {
    sqlx::query("UPDATE lockout SET failures = failures - 1, opens_at = 0 WHERE lane = $1 AND failures > 0")
        .bind(&lane.0)
        .execute(tx.conn())
        .await?;
    Ok(())
}

pub(super) async fn forget<K>(tx: &mut Tx<K>, lane: &Lane) -> Result<(), CoreError> {
    sqlx::query("DELETE FROM lockout WHERE lane = $1").bind(&lane.0).execute(tx.conn()).await?;
    Ok(())
}

/// Deletes expired lanes, except the sum that has not been written to the log yet.
pub(super) async fn delete_ended(tx: &mut Tx<Housekeeping>, sum: &Lane) -> Result<(), CoreError> {
    let now = tx.now().as_micros();
    sqlx::query("DELETE FROM lockout WHERE ends_at <= $1 AND lane <> $2")
        .bind(now)
        .bind(&sum.0)
        .execute(tx.conn())
        .await?;
    Ok(())
}

/// Adds one to the sum. A new sum gets a window of [`SUM_SECS`](super::SUM_SECS).
pub(super) async fn add_to_sum(tx: &mut Tx<Housekeeping>, sum: &Lane) -> Result<(), CoreError> {
    let ends = tx.now().plus_secs(super::SUM_SECS).as_micros();
    sqlx::query(
        "INSERT INTO lockout (lane, failures, opens_at, ends_at) VALUES ($1, 1, 0, $2)
         ON CONFLICT (lane) DO UPDATE SET failures = lockout.failures + 1",
    )
    .bind(&sum.0)
    .bind(ends)
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Whether the sum's window is over. `false` if there is no sum.
pub(super) async fn is_due(tx: &mut Tx<Housekeeping>, sum: &Lane) -> Result<bool, CoreError> {
    let now = tx.now().as_micros();
    let row: Option<(i64,)> = sqlx::query_as("SELECT failures FROM lockout WHERE lane = $1 AND ends_at <= $2")
        .bind(&sum.0)
        .bind(now)
        .fetch_optional(tx.conn())
        .await?;
    Ok(row.is_some())
}

/// Deletes the sum whose window is over, and returns it. `None` if another process was faster.
pub(super) async fn take_sum(tx: &mut Tx, sum: &Lane) -> Result<Option<i64>, CoreError> {
    let now = tx.now().as_micros();
    let row: Option<(i64,)> =
        sqlx::query_as("DELETE FROM lockout WHERE lane = $1 AND ends_at <= $2 RETURNING failures")
            .bind(&sum.0)
            .bind(now)
            .fetch_optional(tx.conn())
            .await?;
    Ok(row.map(|(failures,)| failures))
}

pub(super) async fn count_lanes(tx: &mut Tx<Housekeeping>) -> Result<i64, CoreError> {
    let (count,): (i64,) = sqlx::query_as("SELECT count(*) FROM lockout").fetch_one(tx.conn()).await?;
    Ok(count)
}

/// Counts a stranger's try at the password of the account with this name. Returns the number of tries in a row. 0 if no
/// account has the name, or if the account has no password.
pub(super) async fn count_password_try(tx: &mut Tx<Housekeeping>, name: &Identifier) -> Result<i64, CoreError> {
    let row: Option<(i64,)> = sqlx::query_as(
        "UPDATE password SET tries = tries + 1
          WHERE (tenant_id, account_id) IN (SELECT tenant_id, id FROM account WHERE identifier = $1)
         RETURNING tries",
    )
    .bind(name.as_str())
    .fetch_optional(tx.conn())
    .await?;
    Ok(row.map_or(0, |(tries,)| tries))
}

pub(super) async fn uncount_password_try(tx: &mut Tx<Housekeeping>, name: &Identifier) -> Result<(), CoreError> {
    sqlx::query(
        "UPDATE password SET tries = tries - 1
          WHERE tries > 0 AND (tenant_id, account_id) IN (SELECT tenant_id, id FROM account WHERE identifier = $1)",
    )
    .bind(name.as_str())
    .execute(tx.conn())
    .await?;
    Ok(())
}

pub(super) async fn forget_password_tries(tx: &mut Tx, home: TenantId, account: AccountId) -> Result<(), CoreError> {
    sqlx::query("UPDATE password SET tries = 0 WHERE tenant_id = $1 AND account_id = $2 AND tries > 0")
        .bind(home.to_string())
        .bind(account.to_string())
        .execute(tx.conn())
        .await?;
    Ok(())
}

/// Stores the end of an account's lock for strangers, which its administrators see.
pub(super) async fn note_lock(
    tx: &mut Tx,
    home: TenantId,
    account: AccountId,
    until: Timestamp,
) -> Result<(), CoreError> {
    sqlx::query("UPDATE account SET locked_until = $1 WHERE tenant_id = $2 AND id = $3 AND locked_until <> $1")
        .bind(until.as_micros())
        .bind(home.to_string())
        .bind(account.to_string())
        .execute(tx.conn())
        .await?;
    Ok(())
}

/// Sets the count of wrong passwords to 0 and raises the number of unlocks, which gives each known device a new lane.
pub(super) async fn unlock_password(tx: &mut Tx, home: TenantId, account: AccountId) -> Result<(), CoreError> {
    sqlx::query("UPDATE password SET tries = 0, unlocks = unlocks + 1 WHERE tenant_id = $1 AND account_id = $2")
        .bind(home.to_string())
        .bind(account.to_string())
        .execute(tx.conn())
        .await?;
    Ok(())
}
