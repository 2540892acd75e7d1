//! The rows of tenants.
use super::NewTenant;
use crate::Core;
use crate::audit;
use crate::error::{CoreError, Failure};
use crate::store::Tx;
use crate::vault::store as keys;
use portvakt_model::accent::Accent;
use portvakt_model::branding::Branding;
use portvakt_model::fault::Refusal;
use portvakt_model::id::TenantId;
use portvakt_model::language::Language;
use portvakt_model::tenant::Contract;
use portvakt_model::time::Timestamp;
use sqlx::{Any, Executor, FromRow};

const UNREADABLE: Failure = Failure::Unreadable("a tenant");

/// Makes the operator, with its key and its audit log. `false` if there is one.
pub(crate) async fn insert_operator(tx: &mut Tx, id: TenantId, operator: &NewTenant) -> Result<bool, CoreError> {
    insert(tx, id, "operator", operator).await
}

/// Makes a customer, with its key and its audit log. `false` if its slug is taken.
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

/// The name, colour and logo on the operator's pages. `None` until the portal is set up.
pub(crate) async fn operator_branding(core: &Core) -> Result<Option<Branding>, CoreError> {
    let row: Option<BrandingRow> =
        sqlx::query_as("SELECT name AS organisation, slug, accent, logo FROM tenant WHERE kind = 'operator'")
            .fetch_optional(core.store.reader())
            .await?;
    Ok(row.map(Branding::from))
}

/// Locks a tenant against other changes of its members' roles until this transaction ends. Readers do not wait.
pub(crate) async fn lock(tx: &mut Tx, id: TenantId) -> Result<(), CoreError> {
    sqlx::query("UPDATE tenant SET created_at = created_at WHERE id = $1")
        .bind(id.to_string())
        .execute(tx.conn())
        .await?;
    Ok(())
}

pub(crate) async fn name<'e>(database: impl Executor<'e, Database = Any>, id: TenantId) -> Result<String, CoreError> {
    let row: Option<(String,)> =
        sqlx::query_as("SELECT name FROM tenant WHERE id = $1").bind(id.to_string()).fetch_optional(database).await?;
    Ok(row.ok_or(Refusal::NotFound)?.0)
}

/// The tenants with this name, or with any name if none is given. At most two: that tells one from several.
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

/// The name, slug, colour and logo of an organisation, in a row.
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

/// The name, colour and logo on an organisation's pages.
pub(crate) async fn branding(core: &Core, id: TenantId) -> Result<Branding, CoreError> {
    let row: Option<BrandingRow> =
        sqlx::query_as("SELECT name AS organisation, slug, accent, logo FROM tenant WHERE id = $1")
            .bind(id.to_string())
            .fetch_optional(core.store.reader())
            .await?;
    Ok(row.ok_or(Refusal::NotFound)?.into())
}

/// An organisation and its branding, by its slug.
pub(crate) async fn find_branding(core: &Core, slug: &str) -> Result<Option<(TenantId, Branding)>, CoreError> {
    let Some(id) = find_by_slug(core, slug).await? else { return Ok(None) };
    Ok(Some((id, branding(core, id).await?)))
}

/// A tenant's language.
pub(crate) async fn language(core: &Core, id: TenantId) -> Result<Language, CoreError> {
    let row: Option<(String,)> = sqlx::query_as("SELECT language FROM tenant WHERE id = $1")
        .bind(id.to_string())
        .fetch_optional(core.store.reader())
        .await?;
    Ok(Language::of_tag(&row.ok_or(Refusal::NotFound)?.0).unwrap_or_default())
}

#[derive(FromRow)]
struct TenantRow {
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

/// A tenant, read from its row.
pub(crate) struct FoundTenant {
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

impl FoundTenant {
    pub(crate) const fn contract(&self) -> Contract {
        match (self.ended_at, self.ends_at, &self.suspended) {
            (Some(_), ..) => Contract::Ended,
            (None, Some(_), _) => Contract::Ending,
            (None, None, Some(_)) => Contract::Suspended,
            (None, None, None) => Contract::Active,
        }
    }
}

impl TenantRow {
    fn found(self) -> Result<FoundTenant, CoreError> {
        let suspended_at = self.suspended_at.map(Timestamp::from_micros);
        Ok(FoundTenant {
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

/// At most `most` tenants whose slug comes after `after`, sorted by slug.
pub(crate) async fn list_after(core: &Core, after: &str, most: i64) -> Result<Vec<FoundTenant>, CoreError> {
    let rows: Vec<TenantRow> = sqlx::query_as(
        "SELECT id, kind, slug, name, language, suspended_at, suspended_for, ends_at, ended_at, created_at
           FROM tenant WHERE slug > $1 ORDER BY slug LIMIT $2",
    )
    .bind(after)
    .bind(most)
    .fetch_all(core.store.reader())
    .await?;
    rows.into_iter().map(TenantRow::found).collect()
}

pub(crate) async fn find<'e>(
    database: impl Executor<'e, Database = Any>,
    id: TenantId,
) -> Result<Option<FoundTenant>, CoreError> {
    let row: Option<TenantRow> = sqlx::query_as(
        "SELECT id, kind, slug, name, language, suspended_at, suspended_for, ends_at, ended_at, created_at
           FROM tenant WHERE id = $1",
    )
    .bind(id.to_string())
    .fetch_optional(database)
    .await?;
    row.map(TenantRow::found).transpose()
}

/// The tenant with this slug.
pub(crate) async fn find_by_slug(core: &Core, slug: &str) -> Result<Option<TenantId>, CoreError> {
    let row: Option<(String,)> =
        sqlx::query_as("SELECT id FROM tenant WHERE slug = $1").bind(slug).fetch_optional(core.store.reader()).await?;
    row.map(|(id,)| TenantId::parse(&id).ok_or_else(|| UNREADABLE.into())).transpose()
}

/// Whether a tenant has an owner.
pub(crate) async fn has_owner(tx: &mut Tx, id: TenantId) -> Result<bool, CoreError> {
    let row: Option<(i64,)> =
        sqlx::query_as("SELECT 1 FROM membership WHERE tenant_id = $1 AND role = 'owner' LIMIT 1")
            .bind(id.to_string())
            .fetch_optional(tx.conn())
            .await?;
    Ok(row.is_some())
}
