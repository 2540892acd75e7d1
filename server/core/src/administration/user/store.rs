//! The rows of memberships, one person at a time.
use super::Member;
use crate::Core;
use crate::account::store::ids;
use crate::error::{CoreError, Failure};
use crate::store::Tx;
use portvakt_model::fault::Refusal;
use portvakt_model::id::{AccountId, TenantId};
use portvakt_model::role::Role;
use portvakt_model::time::Timestamp;
use sqlx::{Any, Executor, FromRow};

/// The columns of a [`MemberRow`], of a membership `m` and its account `a`.
macro_rules! member_columns {
    () => {
        "m.account_id, m.role, m.name_key, m.created_at, m.suspended_at, m.signed_in_at, m.note, a.tenant_id AS home,
         a.name, a.email, a.locked_until"
    };
}
pub(super) use member_columns;

#[derive(FromRow)]
pub(super) struct MemberRow {
    account_id: String,
    role: String,
    name_key: Vec<u8>,
    created_at: i64,
    suspended_at: Option<i64>,
    signed_in_at: i64,
    home: String,
    name: String,
    email: String,
    locked_until: i64,
    note: String,
}

impl MemberRow {
    pub(super) fn member(self) -> Result<Member, CoreError> {
        let (account, home) = ids(&self.account_id, &self.home)?;
        Ok(Member {
            account,
            home,
            name: self.name,
            email: self.email,
            role: Role::parse(&self.role).ok_or(Failure::Unreadable("a role"))?,
            name_key: self.name_key,
            since: Timestamp::from_micros(self.created_at),
            suspended_at: self.suspended_at.map(Timestamp::from_micros),
            locked_until: Timestamp::from_micros(self.locked_until),
            signed_in_at: Timestamp::from_micros(self.signed_in_at),
            note: self.note,
        })
    }
}

/// The member of a tenant with this account, whether at home or a guest.
pub(super) async fn find<'e>(
    database: impl Executor<'e, Database = Any>,
    tenant: TenantId,
    account: AccountId,
) -> Result<Option<Member>, CoreError> {
    let row: Option<MemberRow> = sqlx::query_as(concat!(
        "SELECT ",
        member_columns!(),
        " FROM membership m JOIN account a ON a.id = m.account_id WHERE m.tenant_id = $1 AND m.account_id = $2"
    ))
    .bind(tenant.to_string())
    .bind(account.to_string())
    .fetch_optional(database)
    .await?;
    row.map(MemberRow::member).transpose()
}

/// The number of open sessions of an account at home in a tenant.
pub(super) async fn count_sessions(core: &Core, home: TenantId, account: AccountId) -> Result<u64, CoreError> {
    let (count,): (i64,) = sqlx::query_as(
        "SELECT CAST(count(*) AS BIGINT) FROM session
          WHERE tenant_id = $1 AND account_id = $2 AND idle_ends_at > $3 AND ends_at > $3",
    )
    .bind(home.to_string())
    .bind(account.to_string())
    .bind(core.clock.now().as_micros())
    .fetch_one(core.store.reader())
    .await?;
    Ok(count.unsigned_abs())
}

/// The number of owners who are not suspended.
pub(super) async fn count_owners(tx: &mut Tx, tenant: TenantId) -> Result<i64, CoreError> {
    let (count,): (i64,) = sqlx::query_as(
        "SELECT CAST(count(*) AS BIGINT) FROM membership
          WHERE tenant_id = $1 AND role_rank = $2 AND suspended_at IS NULL",
    )
    .bind(tenant.to_string())
    .bind(Role::Owner.rank())
    .fetch_one(tx.conn())
    .await?;
    Ok(count)
}

pub(super) async fn set_role(tx: &mut Tx, tenant: TenantId, account: AccountId, role: Role) -> Result<(), CoreError> {
    let done = sqlx::query("UPDATE membership SET role = $1, role_rank = $2 WHERE tenant_id = $3 AND account_id = $4")
        .bind(role.as_str())
        .bind(role.rank())
        .bind(tenant.to_string())
        .bind(account.to_string())
        .execute(tx.conn())
        .await?;
    expect_one(done.rows_affected())
}

pub(super) async fn set_suspended(
    tx: &mut Tx,
    tenant: TenantId,
    account: AccountId,
    is: bool,
) -> Result<(), CoreError> {
    let now = tx.now().as_micros();
    let done = sqlx::query("UPDATE membership SET suspended_at = $1 WHERE tenant_id = $2 AND account_id = $3")
        .bind(is.then_some(now))
        .bind(tenant.to_string())
        .bind(account.to_string())
        .execute(tx.conn())
        .await?;
    expect_one(done.rows_affected())
}

pub(super) async fn set_note(tx: &mut Tx, tenant: TenantId, account: AccountId, note: &str) -> Result<(), CoreError> {
    let done = sqlx::query("UPDATE membership SET note = $1 WHERE tenant_id = $2 AND account_id = $3")
        .bind(note.to_owned())
        .bind(tenant.to_string())
        .bind(account.to_string())
        .execute(tx.conn())
        .await?;
    expect_one(done.rows_affected())
}

/// Deletes a membership. Its search terms go with it.
pub(super) async fn delete(tx: &mut Tx, tenant: TenantId, account: AccountId) -> Result<(), CoreError> {
    let done = sqlx::query("DELETE FROM membership WHERE tenant_id = $1 AND account_id = $2")
        .bind(tenant.to_string())
        .bind(account.to_string())
        .execute(tx.conn())
        .await?;
    expect_one(done.rows_affected())
}

fn expect_one(rows: u64) -> Result<(), CoreError> {
    if rows == 1 { Ok(()) } else { Err(Refusal::NotFound.into()) }
}

/// The number of an account's exports after `since`, and the time of the oldest of them.
pub(super) async fn recent_exports<'e>(
    database: impl Executor<'e, Database = Any>,
    tenant: TenantId,
    account: AccountId,
    since: Timestamp,
) -> Result<(i64, Timestamp), CoreError> {
    let (count, oldest): (i64, i64) = sqlx::query_as(
        "SELECT CAST(count(*) AS BIGINT), CAST(COALESCE(min(at), 0) AS BIGINT) FROM user_export
          WHERE tenant_id = $1 AND account_id = $2 AND at > $3",
    )
    .bind(tenant.to_string())
    .bind(account.to_string())
    .bind(since.as_micros())
    .fetch_one(database)
    .await?;
    Ok((count, Timestamp::from_micros(oldest)))
}

/// Records an export, and deletes the account's exports up to `since`.
pub(super) async fn note_export(
    tx: &mut Tx,
    tenant: TenantId,
    account: AccountId,
    since: Timestamp,
) -> Result<(), CoreError> {
    let now = tx.now().as_micros();
    sqlx::query("DELETE FROM user_export WHERE tenant_id = $1 AND account_id = $2 AND at <= $3")
        .bind(tenant.to_string())
        .bind(account.to_string())
        .bind(since.as_micros())
        .execute(tx.conn())
        .await?;
    sqlx::query("INSERT INTO user_export (tenant_id, account_id, at) VALUES ($1, $2, $3)")
        .bind(tenant.to_string())
        .bind(account.to_string())
        .bind(now)
        .execute(tx.conn())
        .await?;
    Ok(())
}
