//! The row of the platform's policy, and every version of each organisation's policy. The newest version is in force.
use crate::Core;
use crate::caller::Person;
use crate::error::{CoreError, Failure};
use crate::store::Tx;
use portvakt_model::id::{AccountId, TenantId};
use portvakt_model::policy::{Demand, Policy, SessionPolicy, TenantPolicy};
use portvakt_model::role::Role;
use portvakt_model::time::Timestamp;
use sqlx::{Any, Executor, FromRow};

pub(super) async fn platform<'e>(database: impl Executor<'e, Database = Any>) -> Result<Policy, CoreError> {
    let (rules,): (String,) =
        sqlx::query_as("SELECT rules FROM platform_policy WHERE id = 1").fetch_one(database).await?;
    serde_json::from_str(&rules).map_err(|_| Failure::Unreadable("the platform's policy").into())
}

/// A version of an organisation's policy.
pub(crate) struct PolicyVersion {
    pub policy: TenantPolicy,
    pub version: i64,
    pub reason: String,
    /// The name of the administrator who saved the version, if they are still a member.
    pub by: Option<String>,
    pub at: Timestamp,
}

#[derive(FromRow)]
struct PolicyRow {
    rules: String,
    version: i64,
    reason: String,
    name: Option<String>,
    created_at: i64,
}

impl TryFrom<PolicyRow> for PolicyVersion {
    type Error = CoreError;

    fn try_from(row: PolicyRow) -> Result<Self, CoreError> {
        Ok(Self {
            policy: read(&row.rules)?,
            version: row.version,
            reason: row.reason,
            by: row.name,
            at: Timestamp::from_micros(row.created_at),
        })
    }
}

fn read(rules: &str) -> Result<TenantPolicy, CoreError> {
    serde_json::from_str(rules).map_err(|_| Failure::Unreadable("an organisation's policy").into())
}

/// The newest version of an organisation's policy. `None` if the organisation has set no policy.
pub(crate) async fn find<'e>(
    database: impl Executor<'e, Database = Any>,
    tenant: TenantId,
) -> Result<Option<PolicyVersion>, CoreError> {
    let row: Option<PolicyRow> = sqlx::query_as(
        "SELECT p.rules, p.version, p.reason, a.name, p.created_at FROM tenant_policy p
           LEFT JOIN membership m ON m.tenant_id = p.tenant_id AND m.account_id = p.changed_by
           LEFT JOIN account a ON a.id = m.account_id
          WHERE p.tenant_id = $1 ORDER BY p.version DESC LIMIT 1",
    )
    .bind(tenant.to_string())
    .fetch_optional(database)
    .await?;
    row.map(PolicyVersion::try_from).transpose()
}

/// At most `most` versions, the newest first.
pub(crate) async fn list(core: &Core, tenant: TenantId, most: i64) -> Result<Vec<PolicyVersion>, CoreError> {
    let rows: Vec<PolicyRow> = sqlx::query_as(
        "SELECT p.rules, p.version, p.reason, a.name, p.created_at FROM tenant_policy p
           LEFT JOIN membership m ON m.tenant_id = p.tenant_id AND m.account_id = p.changed_by
           LEFT JOIN account a ON a.id = m.account_id
          WHERE p.tenant_id = $1 ORDER BY p.version DESC LIMIT $2",
    )
    .bind(tenant.to_string())
    .bind(most)
    .fetch_all(core.store.reader())
    .await?;
    rows.into_iter().map(PolicyVersion::try_from).collect()
}

/// The policy of one version.
pub(crate) async fn find_version(
    core: &Core,
    tenant: TenantId,
    version: i64,
) -> Result<Option<TenantPolicy>, CoreError> {
    let row: Option<(String,)> =
        sqlx::query_as("SELECT rules FROM tenant_policy WHERE tenant_id = $1 AND version = $2")
            .bind(tenant.to_string())
            .bind(version)
            .fetch_optional(core.store.reader())
            .await?;
    row.map(|(rules,)| read(&rules)).transpose()
}

/// The policy of the organisation that has this mail domain.
pub(super) async fn of_domain(core: &Core, domain: &str) -> Result<Option<TenantPolicy>, CoreError> {
    let row: Option<(String,)> = sqlx::query_as(
        "SELECT p.rules FROM mail_domain d JOIN tenant_policy p ON p.tenant_id = d.tenant_id
          WHERE d.domain = $1 ORDER BY p.version DESC LIMIT 1",
    )
    .bind(domain)
    .fetch_optional(core.store.reader())
    .await?;
    row.map(|(rules,)| read(&rules)).transpose()
}

/// An organisation to which an account belongs.
pub(super) struct MemberPolicy {
    pub tenant: TenantId,
    pub organisation: String,
    pub role: Role,
    /// Whether the organisation is not suspended.
    pub is_open: bool,
    pub policy: Option<TenantPolicy>,
}

#[derive(FromRow)]
struct MemberPolicyRow {
    tenant_id: String,
    name: String,
    role: String,
    is_open: i64,
    rules: Option<String>,
}

/// The organisations to which an account belongs, with their policies. Leaves out those that suspended the account.
pub(super) async fn places<'e>(
    database: impl Executor<'e, Database = Any>,
    account: AccountId,
) -> Result<Vec<MemberPolicy>, CoreError> {
    let rows: Vec<MemberPolicyRow> = sqlx::query_as(
        "SELECT m.tenant_id, t.name, m.role, CASE WHEN t.suspended_at IS NULL THEN 1 ELSE 0 END AS is_open,
                (SELECT p.rules FROM tenant_policy p WHERE p.tenant_id = m.tenant_id
                  ORDER BY p.version DESC LIMIT 1) AS rules
           FROM membership m JOIN tenant t ON t.id = m.tenant_id
          WHERE m.account_id = $1 AND m.suspended_at IS NULL ORDER BY t.name, m.tenant_id",
    )
    .bind(account.to_string())
    .fetch_all(database)
    .await?;
    let place = |row: MemberPolicyRow| {
        Ok(MemberPolicy {
            tenant: TenantId::parse(&row.tenant_id).ok_or(Failure::Unreadable("a tenant's id"))?,
            organisation: row.name,
            role: Role::parse(&row.role).ok_or(Failure::Unreadable("a role"))?,
            is_open: row.is_open == 1,
            policy: row.rules.as_deref().map(read).transpose()?,
        })
    };
    rows.into_iter().map(place).collect()
}

/// The strictest demand that a second factor of an account meets: `Optional` if it has none.
pub(crate) async fn enrolled<'e>(
    database: impl Executor<'e, Database = Any>,
    home: TenantId,
    account: AccountId,
) -> Result<Demand, CoreError> {
    let row: Option<(i64,)> = sqlx::query_as(
        "SELECT 2 AS meets FROM passkey WHERE tenant_id = $1 AND account_id = $2
         UNION ALL
         SELECT 1 AS meets FROM code_app WHERE tenant_id = $1 AND account_id = $2
          ORDER BY meets DESC LIMIT 1",
    )
    .bind(home.to_string())
    .bind(account.to_string())
    .fetch_optional(database)
    .await?;
    Ok(match row {
        Some((2,)) => Demand::PhishingResistant,
        Some(_) => Demand::Any,
        None => Demand::Optional,
    })
}

/// Adds the version after `after`. `false` if that version exists already.
pub(crate) async fn insert(
    tx: &mut Tx,
    tenant: TenantId,
    after: i64,
    policy: &TenantPolicy,
    reason: &str,
    by: Option<&Person>,
) -> Result<bool, CoreError> {
    let rules = serde_json::to_string(policy).map_err(|_| Failure::Unreadable("a policy"))?;
    let now = tx.now().as_micros();
    let done = sqlx::query(
        "INSERT INTO tenant_policy (tenant_id, version, rules, reason, changed_by, created_at)
         VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (tenant_id, version) DO NOTHING",
    )
    .bind(tenant.to_string())
    .bind(after + 1)
    .bind(rules)
    .bind(reason)
    .bind(by.map(|person| person.account.to_string()))
    .bind(now)
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Shortens an account's sessions to these limits. Never lengthens one.
pub(super) async fn shorten_sessions_of(
    tx: &mut Tx,
    home: TenantId,
    account: AccountId,
    policy: SessionPolicy,
) -> Result<(), CoreError> {
    sqlx::query(
        "UPDATE session
            SET idle_secs = CASE WHEN idle_secs > $1 THEN $1 ELSE idle_secs END,
                idle_ends_at = CASE WHEN idle_ends_at > seen_at + $1 * 1000000 THEN seen_at + $1 * 1000000
                                    ELSE idle_ends_at END,
                ends_at = CASE WHEN ends_at > auth_time + $2 * 1000000 THEN auth_time + $2 * 1000000 ELSE ends_at END
          WHERE tenant_id = $3 AND account_id = $4",
    )
    .bind(i64::from(policy.idle_secs))
    .bind(i64::from(policy.absolute_secs))
    .bind(home.to_string())
    .bind(account.to_string())
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Deletes an account's unfinished sign-ins.
pub(super) async fn delete_waiting_of(tx: &mut Tx, home: TenantId, account: AccountId) -> Result<(), CoreError> {
    sqlx::query("DELETE FROM pending_sign_in WHERE tenant_id = $1 AND account_id = $2")
        .bind(home.to_string())
        .bind(account.to_string())
        .execute(tx.conn())
        .await?;
    Ok(())
}
