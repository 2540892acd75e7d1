//! The operator's statements about an organisation.
use crate::Core;
use crate::account::store::ids;
use crate::error::{CoreError, Failure};
use crate::store::Tx;
use portvakt_model::id::{AccountId, TenantId};
use portvakt_model::time::Timestamp;

pub(super) async fn count(core: &Core) -> Result<i64, CoreError> {
    let (count,): (i64,) = sqlx::query_as("SELECT count(*) FROM tenant").fetch_one(core.store.reader()).await?;
    Ok(count)
}

/// The number of a tenant's people, and the time of the last event in its log.
pub(super) async fn figures(core: &Core, id: TenantId) -> Result<(i64, Option<Timestamp>), CoreError> {
    let (people, last): (i64, Option<i64>) = sqlx::query_as(
        "SELECT (SELECT count(*) FROM membership m WHERE m.tenant_id = $1),
                (SELECT e.at FROM audit_head h JOIN audit_event e ON e.tenant_id = h.tenant_id AND e.seq = h.seq
                  WHERE h.tenant_id = $1)",
    )
    .bind(id.to_string())
    .fetch_one(core.store.reader())
    .await?;
    Ok((people, last.map(Timestamp::from_micros)))
}

/// The names of a tenant's owners.
pub(super) async fn owners(core: &Core, id: TenantId) -> Result<Vec<String>, CoreError> {
    let rows: Vec<(String,)> = sqlx::query_as(
        "SELECT a.name FROM membership m JOIN account a ON a.id = m.account_id
          WHERE m.tenant_id = $1 AND m.role = 'owner' ORDER BY m.created_at, a.id",
    )
    .bind(id.to_string())
    .fetch_all(core.store.reader())
    .await?;
    Ok(rows.into_iter().map(|(name,)| name).collect())
}

/// Suspends a tenant. `false` if it is the operator, or suspended already.
pub(super) async fn suspend(tx: &mut Tx, id: TenantId, reason: &str) -> Result<bool, CoreError> {
    let now = tx.now().as_micros();
    let done = sqlx::query(
        "UPDATE tenant SET suspended_at = $1, suspended_for = $2
          WHERE id = $3 AND kind = 'customer' AND suspended_at IS NULL",
    )
    .bind(now)
    .bind(reason)
    .bind(id.to_string())
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Lifts a suspension, and takes back the end of the contract. `false` if the tenant is not suspended, or if its
/// contract has ended.
pub(super) async fn restore(tx: &mut Tx, id: TenantId) -> Result<bool, CoreError> {
    let done = sqlx::query(
        "UPDATE tenant SET suspended_at = NULL, suspended_for = NULL, ends_at = NULL
          WHERE id = $1 AND suspended_at IS NOT NULL AND ended_at IS NULL",
    )
    .bind(id.to_string())
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Sets the end of a contract and suspends the tenant. `false` if it is the operator, or if the end is set already.
pub(super) async fn set_end(tx: &mut Tx, id: TenantId, ends_at: Timestamp) -> Result<bool, CoreError> {
    let now = tx.now().as_micros();
    let done = sqlx::query(
        "UPDATE tenant SET ends_at = $1, suspended_at = COALESCE(suspended_at, $2)
          WHERE id = $3 AND kind = 'customer' AND ends_at IS NULL",
    )
    .bind(ends_at.as_micros())
    .bind(now)
    .bind(id.to_string())
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

/// The tenants whose contract has ended and whose keys still exist.
pub(super) async fn list_due(core: &Core) -> Result<Vec<TenantId>, CoreError> {
    let rows: Vec<(String,)> =
        sqlx::query_as("SELECT id FROM tenant WHERE ends_at <= $1 AND ended_at IS NULL ORDER BY ends_at")
            .bind(core.clock.now().as_micros())
            .fetch_all(core.store.reader())
            .await?;
    rows.into_iter().map(|(id,)| Ok(TenantId::parse(&id).ok_or(Failure::Unreadable("a tenant"))?)).collect()
}

/// Notes that a contract has ended. `false` if another process was faster, or if the end was taken back.
pub(super) async fn note_ended(tx: &mut Tx, id: TenantId) -> Result<bool, CoreError> {
    let now = tx.now().as_micros();
    let done = sqlx::query("UPDATE tenant SET ended_at = $1 WHERE id = $2 AND ends_at <= $1 AND ended_at IS NULL")
        .bind(now)
        .bind(id.to_string())
        .execute(tx.conn())
        .await?;
    Ok(done.rows_affected() == 1)
}

/// A tenant's accounts that are guests of other tenants: the other tenant and the account.
pub(super) async fn guests_elsewhere(tx: &mut Tx, home: TenantId) -> Result<Vec<(TenantId, AccountId)>, CoreError> {
    let rows: Vec<(String, String)> = sqlx::query_as(
        "SELECT m.account_id, m.tenant_id FROM membership m JOIN account a ON a.id = m.account_id
          WHERE a.tenant_id = $1 AND m.tenant_id <> $1 ORDER BY m.tenant_id, m.account_id",
    )
    .bind(home.to_string())
    .fetch_all(tx.conn())
    .await?;
    rows.iter().map(|(account, host)| ids(account, host).map(|(account, host)| (host, account))).collect()
}

/// Deletes everything of a tenant, in an order in which no row points at a deleted one; its people's memberships of
/// other tenants included. The tenant's row and its audit log stay.
const CONTENT: [&str; 24] = [
    "DELETE FROM session WHERE tenant_id = $1",
    "DELETE FROM link WHERE tenant_id = $1",
    "DELETE FROM address_stop WHERE tenant_id = $1",
    "DELETE FROM erasure WHERE tenant_id = $1",
    "DELETE FROM password WHERE tenant_id = $1",
    "DELETE FROM earlier_password WHERE tenant_id = $1",
    "DELETE FROM tenant_policy WHERE tenant_id = $1",
    "UPDATE tenant_policy SET changed_by = NULL WHERE changed_by IN (SELECT id FROM account WHERE tenant_id = $1)",
    "DELETE FROM code_app WHERE tenant_id = $1",
    "DELETE FROM code_app_enrolment WHERE tenant_id = $1",
    "DELETE FROM passkey WHERE tenant_id = $1",
    "DELETE FROM recovery_code WHERE tenant_id = $1",
    "DELETE FROM code_try WHERE tenant_id = $1",
    "DELETE FROM pending_sign_in WHERE tenant_id = $1",
    "DELETE FROM account_key WHERE tenant_id = $1",
    "DELETE FROM membership WHERE tenant_id = $1
         OR account_id IN (SELECT id FROM account WHERE tenant_id = $1)",
    "DELETE FROM account WHERE tenant_id = $1",
    "DELETE FROM invitation WHERE tenant_id = $1",
    "DELETE FROM mail WHERE tenant_id = $1",
    "DELETE FROM mail_domain WHERE tenant_id = $1",
    "DELETE FROM tenant_logo WHERE tenant_id = $1",
    "DELETE FROM tenant_product WHERE tenant_id = $1",
    "DELETE FROM tenant_key WHERE tenant_id = $1",
    "UPDATE tenant SET accent = NULL, logo = NULL, security_contact = '' WHERE id = $1",
];

/// Deletes everything of a tenant except its row and its audit log.
pub(super) async fn delete_content(tx: &mut Tx, tenant: TenantId) -> Result<(), CoreError> {
    for statement in CONTENT {
        sqlx::query(statement).bind(tenant.to_string()).execute(tx.conn()).await?;
    }
    Ok(())
}
