//! Tenants' rows.
use super::NewTenant;
use crate::Core;
use crate::account::store::ids;
use crate::audit;
use crate::error::{CoreError, Failure};
use crate::store::Tx;
use crate::vault::store as keys;
use portvakt_model::accent::Accent;
use portvakt_model::branding::Branding;
use portvakt_model::fault::Refusal;
use portvakt_model::id::{AccountId, TenantId};
use portvakt_model::language::Language;
use portvakt_model::tenant::Contract;
use portvakt_model::time::Timestamp;
use sqlx::{Any, Executor, FromRow};

const UNREADABLE: Failure = Failure::Unreadable("a tenant");

/// Makes the operator, with its key and its audit log. `false` if there is one.
pub(crate) async fn insert_operator(tx: &mut Tx, id: TenantId, operator: &NewTenant) -> Result<bool, CoreError> {
    insert(tx, id, "operator", operator).await
}

/// Makes a customer, with its key and its audit log. `false` if its short name is taken.
pub(crate) async fn insert_customer(tx: &mut Tx, id: TenantId, customer: &NewTenant) -> Result<bool, CoreError> {
    insert(tx, id, "customer", customer).await
}

async fn insert(tx: &mut Tx, id: TenantId, kind: &str, tenant: &NewTenant) -> Result<bool, CoreError> {
    let now = tx.now().as_micros();
    let done = sqlx::query(
        "INSERT INTO tenant (id, kind, slug, name, language, created_at) VALUES ($1, $2, $3, $4, $5, $6)
         ON CONFLICT DO NOTHING",
    )
    .bind(id.to_string())
    .bind(kind)
    .bind(tenant.slug.as_str())
    .bind(tenant.name.as_str())
    .bind(tenant.language.tag())
    .bind(now)
    .execute(tx.conn())
    .await?;
    if done.rows_affected() == 0 {
        return Ok(false);
    }
    keys::add_tenant_key(tx, id).await?;
    audit::store::begin(tx, id).await?;
    Ok(true)
}

/// What the operator's pages wear.
pub(crate) async fn operator_branding(core: &Core) -> Result<Option<Branding>, CoreError> {
    let row: Option<BrandingRow> =
        sqlx::query_as("SELECT name AS organisation, slug, accent, logo FROM tenant WHERE kind = 'operator'")
            .fetch_optional(core.store.reader())
            .await?;
    Ok(row.map(Branding::from))
}

/// Orders those who change who may do what in a tenant: each waits here until the one before has ended. For readers it is
/// nothing.
pub(crate) async fn lock(tx: &mut Tx, id: TenantId) -> Result<(), CoreError> {
    sqlx::query("UPDATE tenant SET created_at = created_at WHERE id = $1")
        .bind(id.to_string())
        .execute(tx.conn())
        .await?;
    Ok(())
}

/// A tenant's name.
pub(crate) async fn name<'e>(database: impl Executor<'e, Database = Any>, id: TenantId) -> Result<String, CoreError> {
    let row: Option<(String,)> =
        sqlx::query_as("SELECT name FROM tenant WHERE id = $1").bind(id.to_string()).fetch_optional(database).await?;
    Ok(row.ok_or(Refusal::NotFound)?.0)
}

/// The tenants of this name, or all of them: at most two, which is enough to know whether it is one.
pub(super) async fn named(core: &Core, name: Option<&str>) -> Result<Vec<(TenantId, String)>, CoreError> {
    let rows: Vec<(String, String)> =
        sqlx::query_as("SELECT id, name FROM tenant WHERE $1 = '' OR name = $1 ORDER BY created_at, id LIMIT 2")
            .bind(name.unwrap_or_default())
            .fetch_all(core.store.reader())
            .await?;
    let tenant = |(id, name): (String, String)| TenantId::parse(&id).map(|id| (id, name));
    rows.into_iter().map(|row| tenant(row).ok_or(Failure::Unreadable("a tenant's id").into())).collect()
}

/// The operator. `None` until the portal is set up.
pub(crate) async fn operator<'e>(database: impl Executor<'e, Database = Any>) -> Result<Option<TenantId>, CoreError> {
    let row: Option<(String,)> =
        sqlx::query_as("SELECT id FROM tenant WHERE kind = 'operator'").fetch_optional(database).await?;
    row.map(|(id,)| TenantId::parse(&id).ok_or_else(|| Failure::Unreadable("a tenant's id").into())).transpose()
}

/// What an organisation's pages wear, as a row says it.
#[derive(FromRow)]
pub(crate) struct BrandingRow {
    #[sqlx(rename = "organisation")]
    pub name: String,
    pub slug: String,
    pub accent: Option<String>,
    pub logo: Option<String>,
}

impl From<BrandingRow> for Branding {
    fn from(BrandingRow { name, slug, accent, logo }: BrandingRow) -> Self {
        Self { name, slug, accent: accent.as_deref().and_then(Accent::parse), logo }
    }
}

/// What an organisation's pages wear.
pub(crate) async fn branding(core: &Core, id: TenantId) -> Result<Branding, CoreError> {
    let row: Option<BrandingRow> =
        sqlx::query_as("SELECT name AS organisation, slug, accent, logo FROM tenant WHERE id = $1")
            .bind(id.to_string())
            .fetch_optional(core.store.reader())
            .await?;
    Ok(row.ok_or(Refusal::NotFound)?.into())
}

/// An organisation by its short name, and what its pages wear.
pub(crate) async fn find_branding(core: &Core, slug: &str) -> Result<Option<(TenantId, Branding)>, CoreError> {
    let Some(id) = find_by_slug(core, slug).await? else { return Ok(None) };
    Ok(Some((id, branding(core, id).await?)))
}

/// What a tenant is written to in.
pub(crate) async fn language(core: &Core, id: TenantId) -> Result<Language, CoreError> {
    let row: Option<(String,)> = sqlx::query_as("SELECT language FROM tenant WHERE id = $1")
        .bind(id.to_string())
        .fetch_optional(core.store.reader())
        .await?;
    Ok(Language::of_tag(&row.ok_or(Refusal::NotFound)?.0).unwrap_or_default())
}

#[derive(FromRow)]
struct Row {
    id: String,
    kind: String,
    slug: String,
    name: String,
    language: String,
    suspended_at: Option<i64>,
    suspended_for: Option<String>,
    ends_at: Option<i64>,
    ended_at: Option<i64>,
    created_at: i64,
}

/// A tenant.
pub(crate) struct Found {
    pub id: TenantId,
    pub is_operator: bool,
    pub slug: String,
    pub name: String,
    pub language: Language,
    pub suspended: Option<(Timestamp, String)>,
    pub ends_at: Option<Timestamp>,
    pub ended_at: Option<Timestamp>,
    pub created_at: Timestamp,
}

impl Found {
    pub(crate) const fn contract(&self) -> Contract {
        match (self.ended_at, self.ends_at, &self.suspended) {
            (Some(_), ..) => Contract::Ended,
            (None, Some(_), _) => Contract::Ending,
            (None, None, Some(_)) => Contract::Suspended,
            (None, None, None) => Contract::Active,
        }
    }
}

impl Row {
    fn found(self) -> Result<Found, CoreError> {
        let suspended_at = self.suspended_at.map(Timestamp::from_micros);
        Ok(Found {
            id: TenantId::parse(&self.id).ok_or(UNREADABLE)?,
            is_operator: self.kind == "operator",
            slug: self.slug,
            name: self.name,
            language: Language::of_tag(&self.language).ok_or(UNREADABLE)?,
            suspended: suspended_at.map(|at| (at, self.suspended_for.unwrap_or_default())),
            ends_at: self.ends_at.map(Timestamp::from_micros),
            ended_at: self.ended_at.map(Timestamp::from_micros),
            created_at: Timestamp::from_micros(self.created_at),
        })
    }
}

/// Some tenants in the order of their short names, from the one after `after`.
pub(super) async fn list_after(core: &Core, after: &str, most: i64) -> Result<Vec<Found>, CoreError> {
    let rows: Vec<Row> = sqlx::query_as(
        "SELECT id, kind, slug, name, language, suspended_at, suspended_for, ends_at, ended_at, created_at
           FROM tenant WHERE slug > $1 ORDER BY slug LIMIT $2",
    )
    .bind(after)
    .bind(most)
    .fetch_all(core.store.reader())
    .await?;
    rows.into_iter().map(Row::found).collect()
}

pub(super) async fn count(core: &Core) -> Result<i64, CoreError> {
    let (count,): (i64,) = sqlx::query_as("SELECT count(*) FROM tenant").fetch_one(core.store.reader()).await?;
    Ok(count)
}

pub(crate) async fn find<'e>(
    database: impl Executor<'e, Database = Any>,
    id: TenantId,
) -> Result<Option<Found>, CoreError> {
    let row: Option<Row> = sqlx::query_as(
        "SELECT id, kind, slug, name, language, suspended_at, suspended_for, ends_at, ended_at, created_at
           FROM tenant WHERE id = $1",
    )
    .bind(id.to_string())
    .fetch_optional(database)
    .await?;
    row.map(Row::found).transpose()
}

/// The tenant of a short name.
pub(super) async fn find_by_slug(core: &Core, slug: &str) -> Result<Option<TenantId>, CoreError> {
    let row: Option<(String,)> =
        sqlx::query_as("SELECT id FROM tenant WHERE slug = $1").bind(slug).fetch_optional(core.store.reader()).await?;
    row.map(|(id,)| TenantId::parse(&id).ok_or_else(|| UNREADABLE.into())).transpose()
}

/// How many belong to a tenant, and when the last event was written to its log.
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

/// The names of those who own a tenant.
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

/// Whether somebody owns a tenant.
pub(crate) async fn has_owner(tx: &mut Tx, id: TenantId) -> Result<bool, CoreError> {
    let row: Option<(i64,)> =
        sqlx::query_as("SELECT 1 FROM membership WHERE tenant_id = $1 AND role = 'owner' LIMIT 1")
            .bind(id.to_string())
            .fetch_optional(tx.conn())
            .await?;
    Ok(row.is_some())
}

/// `false` if it is the operator, or suspended already.
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

/// `false` if it is not suspended, or has ended.
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

/// Lets a contract come to its end, until when it is suspended. `false` if it is the operator's, or comes to its end already.
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

/// The tenants whose contract has come to its end and whose keys are still there.
pub(super) async fn list_due(core: &Core) -> Result<Vec<TenantId>, CoreError> {
    let rows: Vec<(String,)> =
        sqlx::query_as("SELECT id FROM tenant WHERE ends_at <= $1 AND ended_at IS NULL ORDER BY ends_at")
            .bind(core.clock.now().as_micros())
            .fetch_all(core.store.reader())
            .await?;
    rows.into_iter().map(|(id,)| Ok(TenantId::parse(&id).ok_or(UNREADABLE)?)).collect()
}

/// Notes that a contract has ended. `false` if another process was faster, or the end was taken back.
pub(super) async fn note_ended(tx: &mut Tx, id: TenantId) -> Result<bool, CoreError> {
    let now = tx.now().as_micros();
    let done = sqlx::query("UPDATE tenant SET ended_at = $1 WHERE id = $2 AND ends_at <= $1 AND ended_at IS NULL")
        .bind(now)
        .bind(id.to_string())
        .execute(tx.conn())
        .await?;
    Ok(done.rows_affected() == 1)
}

/// The people of a tenant who are guests of others, and whose.
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

/// What a tenant has, in an order in which nothing is left without what it points at; its people's memberships of others
/// come with them. Its row and its audit log stay.
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

/// Takes away what a tenant has.
pub(super) async fn delete_content(tx: &mut Tx, tenant: TenantId) -> Result<(), CoreError> {
    for statement in CONTENT {
        sqlx::query(statement).bind(tenant.to_string()).execute(tx.conn()).await?;
    }
    Ok(())
}
