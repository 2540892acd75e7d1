//! The rows of erasures, and every row that an erasure deletes.
use crate::Core;
use crate::account::store::ids;
use crate::error::{CoreError, Failure};
use crate::identifier::Identifier;
use crate::store::Tx;
use portvakt_model::fault::Refusal;
use portvakt_model::id::{AccountId, TenantId};
use portvakt_model::time::Timestamp;
use sqlx::{Any, Executor};

/// The most erasures in one round.
const A_ROUND: i64 = 500;

/// Inserts an erasure request. `false` if there is one already.
pub(super) async fn insert(
    tx: &mut Tx,
    home: TenantId,
    account: AccountId,
    by_organisation: bool,
    due: Timestamp,
) -> Result<bool, CoreError> {
    let now = tx.now().as_micros();
    let done = sqlx::query(
        "INSERT INTO erasure (tenant_id, account_id, by_organisation, asked_at, due_at) VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (tenant_id, account_id) DO NOTHING",
    )
    .bind(home.to_string())
    .bind(account.to_string())
    .bind(i64::from(by_organisation))
    .bind(now)
    .bind(due.as_micros())
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Deletes an erasure request.
pub(super) async fn delete(tx: &mut Tx, home: TenantId, account: AccountId) -> Result<(), CoreError> {
    let done = sqlx::query("DELETE FROM erasure WHERE tenant_id = $1 AND account_id = $2")
        .bind(home.to_string())
        .bind(account.to_string())
        .execute(tx.conn())
        .await?;
    if done.rows_affected() == 1 { Ok(()) } else { Err(Refusal::NotFound.into()) }
}

/// The time at which an account will be erased, and whether its organisation asked for it.
pub(super) async fn find(
    core: &Core,
    home: TenantId,
    account: AccountId,
) -> Result<Option<(Timestamp, bool)>, CoreError> {
    let row: Option<(i64, i64)> =
        sqlx::query_as("SELECT due_at, by_organisation FROM erasure WHERE tenant_id = $1 AND account_id = $2")
            .bind(home.to_string())
            .bind(account.to_string())
            .fetch_optional(core.store.reader())
            .await?;
    Ok(row.map(|(due, by_organisation)| (Timestamp::from_micros(due), by_organisation == 1)))
}

/// The first organisation, by name, that would lose its last owner with this account. An owner who is suspended or
/// about to be erased does not count.
pub(super) async fn solely_owned<'e>(
    database: impl Executor<'e, Database = Any>,
    account: AccountId,
) -> Result<Option<String>, CoreError> {
    let row: Option<(String,)> = sqlx::query_as(
        "SELECT t.name FROM membership m JOIN tenant t ON t.id = m.tenant_id
          WHERE m.account_id = $1 AND m.role = 'owner'
            AND NOT EXISTS (SELECT 1 FROM membership o
                             WHERE o.tenant_id = m.tenant_id AND o.role = 'owner' AND o.account_id <> m.account_id
                               AND o.suspended_at IS NULL
                               AND NOT EXISTS (SELECT 1 FROM erasure e WHERE e.account_id = o.account_id))
          ORDER BY t.name LIMIT 1",
    )
    .bind(account.to_string())
    .fetch_optional(database)
    .await?;
    Ok(row.map(|(name,)| name))
}

pub(super) async fn list_due(core: &Core) -> Result<Vec<(TenantId, AccountId)>, CoreError> {
    let rows: Vec<(String, String)> =
        sqlx::query_as("SELECT tenant_id, account_id FROM erasure WHERE due_at <= $1 ORDER BY due_at LIMIT $2")
            .bind(core.clock.now().as_micros())
            .bind(A_ROUND)
            .fetch_all(core.store.reader())
            .await?;
    rows.iter().map(|(home, account)| ids(account, home).map(|(account, home)| (home, account))).collect()
}

/// Deletes the request of a due erasure, to carry it out. `false` if another process has deleted it, or if the erasure
/// was stopped.
pub(super) async fn take_due(tx: &mut Tx, home: TenantId, account: AccountId) -> Result<bool, CoreError> {
    let now = tx.now().as_micros();
    let done = sqlx::query("DELETE FROM erasure WHERE tenant_id = $1 AND account_id = $2 AND due_at <= $3")
        .bind(home.to_string())
        .bind(account.to_string())
        .bind(now)
        .execute(tx.conn())
        .await?;
    Ok(done.rows_affected() == 1)
}

/// Whether an organisation would be without an owner. Locks the organisations' other owners until the transaction ends,
/// so that of the last two owners only one can be erased.
pub(super) async fn hold_owners(tx: &mut Tx, account: AccountId) -> Result<bool, CoreError> {
    let owned: Vec<(String,)> =
        sqlx::query_as("SELECT tenant_id FROM membership WHERE account_id = $1 AND role = 'owner' ORDER BY tenant_id")
            .bind(account.to_string())
            .fetch_all(tx.conn())
            .await?;
    for (tenant,) in owned {
        let others = sqlx::query(
            "UPDATE membership SET role = role
              WHERE tenant_id = $1 AND role = 'owner' AND account_id <> $2 AND suspended_at IS NULL",
        )
        .bind(tenant)
        .bind(account.to_string())
        .execute(tx.conn())
        .await?;
        if others.rows_affected() == 0 {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Every address of an account: the sign-in address, the second address, addresses that it had until recently, and
/// addresses that wait for their confirmation.
pub(super) async fn addresses(tx: &mut Tx, home: TenantId, account: AccountId) -> Result<Vec<String>, CoreError> {
    let rows: Vec<(String,)> =
        sqlx::query_as(ADDRESSES).bind(home.to_string()).bind(account.to_string()).fetch_all(tx.conn()).await?;
    Ok(rows.into_iter().map(|(email,)| email).collect())
}

/// Deletes the invitations to an address, in every organisation.
pub(super) async fn delete_invitations(tx: &mut Tx, identifier: &Identifier) -> Result<(), CoreError> {
    sqlx::query("DELETE FROM invitation WHERE identifier = $1").bind(identifier.as_str()).execute(tx.conn()).await?;
    Ok(())
}

const ADDRESSES: &str = "SELECT email FROM account WHERE tenant_id = $1 AND id = $2
    UNION SELECT notification_email FROM account
           WHERE tenant_id = $1 AND id = $2 AND notification_email IS NOT NULL
    UNION SELECT email FROM address_stop WHERE tenant_id = $1 AND account_id = $2
    UNION SELECT email FROM link WHERE tenant_id = $1 AND account_id = $2 AND email IS NOT NULL";

/// Deletes an account's rows at its home, in an order in which no row points at a deleted one. Memberships are not
/// among them: an account has them in any tenant, and the rows of a membership go with it.
const AT_HOME: [&str; 12] = [
    "DELETE FROM session WHERE tenant_id = $1 AND account_id = $2",
    "DELETE FROM link WHERE tenant_id = $1 AND account_id = $2",
    "DELETE FROM address_stop WHERE tenant_id = $1 AND account_id = $2",
    "DELETE FROM password WHERE tenant_id = $1 AND account_id = $2",
    "DELETE FROM earlier_password WHERE tenant_id = $1 AND account_id = $2",
    "DELETE FROM code_app WHERE tenant_id = $1 AND account_id = $2",
    "DELETE FROM code_app_enrolment WHERE tenant_id = $1 AND account_id = $2",
    "DELETE FROM passkey WHERE tenant_id = $1 AND account_id = $2",
    "DELETE FROM recovery_code WHERE tenant_id = $1 AND account_id = $2",
    "DELETE FROM code_try WHERE tenant_id = $1 AND account_id = $2",
    "DELETE FROM pending_sign_in WHERE tenant_id = $1 AND account_id = $2",
    "DELETE FROM account_key WHERE tenant_id = $1 AND account_id = $2",
];

/// Deletes an account and its rows. Returns the tenants that it belonged to.
pub(super) async fn delete_account(
    tx: &mut Tx,
    home: TenantId,
    account: AccountId,
) -> Result<Vec<TenantId>, CoreError> {
    for statement in AT_HOME {
        sqlx::query(statement).bind(home.to_string()).bind(account.to_string()).execute(tx.conn()).await?;
    }
    sqlx::query("UPDATE tenant_policy SET changed_by = NULL WHERE changed_by = $1")
        .bind(account.to_string())
        .execute(tx.conn())
        .await?;
    let left: Vec<(String,)> = sqlx::query_as("DELETE FROM membership WHERE account_id = $1 RETURNING tenant_id")
        .bind(account.to_string())
        .fetch_all(tx.conn())
        .await?;
    sqlx::query("DELETE FROM account WHERE tenant_id = $1 AND id = $2")
        .bind(home.to_string())
        .bind(account.to_string())
        .execute(tx.conn())
        .await?;
    let tenant = |(id,): (String,)| TenantId::parse(&id).ok_or(Failure::Unreadable("membership.tenant_id").into());
    left.into_iter().map(tenant).collect()
}
