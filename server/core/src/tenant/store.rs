//! Tenants' rows.
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
use portvakt_model::tenant::OrganisationName;
use sqlx::{Any, Executor, FromRow};

/// Makes the operator, with its key and its audit log. `false` if there is one.
pub(crate) async fn insert_operator(tx: &mut Tx, id: TenantId, name: &OrganisationName) -> Result<bool, CoreError> {
    let now = tx.now().as_micros();
    let done = sqlx::query(
        "INSERT INTO tenant (id, kind, name, created_at) VALUES ($1, 'operator', $2, $3)
         ON CONFLICT (kind) WHERE kind = 'operator' DO NOTHING",
    )
    .bind(id.to_string())
    .bind(name.as_str())
    .bind(now)
    .execute(tx.conn())
    .await?;
    if done.rows_affected() == 0 {
        return Ok(false);
    }
    begin(tx, id).await?;
    Ok(true)
}

/// Makes a customer, with its key and its audit log.
pub(crate) async fn insert_customer(tx: &mut Tx, id: TenantId, name: &OrganisationName) -> Result<(), CoreError> {
    let now = tx.now().as_micros();
    sqlx::query("INSERT INTO tenant (id, kind, name, created_at) VALUES ($1, 'customer', $2, $3)")
        .bind(id.to_string())
        .bind(name.as_str())
        .bind(now)
        .execute(tx.conn())
        .await?;
    begin(tx, id).await
}

async fn begin(tx: &mut Tx, id: TenantId) -> Result<(), CoreError> {
    keys::add_tenant_key(tx, id).await?;
    audit::store::begin(tx, id).await
}

/// What the operator's pages wear.
pub(crate) async fn operator_branding(core: &Core) -> Result<Option<Branding>, CoreError> {
    let row: Option<BrandingRow> =
        sqlx::query_as("SELECT name AS organisation, id AS slug, accent, logo FROM tenant WHERE kind = 'operator'")
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
pub(crate) async fn name(core: &Core, id: TenantId) -> Result<String, CoreError> {
    let row: Option<(String,)> = sqlx::query_as("SELECT name FROM tenant WHERE id = $1")
        .bind(id.to_string())
        .fetch_optional(core.store.reader())
        .await?;
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
        sqlx::query_as("SELECT name AS organisation, id AS slug, accent, logo FROM tenant WHERE id = $1")
            .bind(id.to_string())
            .fetch_optional(core.store.reader())
            .await?;
    Ok(row.ok_or(Refusal::NotFound)?.into())
}

/// An organisation by its name in addresses, and what its pages wear.
pub(crate) async fn find_branding(core: &Core, slug: &str) -> Result<Option<(TenantId, Branding)>, CoreError> {
    let Some(id) = TenantId::parse(slug) else { return Ok(None) };
    match branding(core, id).await {
        Ok(branding) => Ok(Some((id, branding))),
        Err(CoreError::Refused(Refusal::NotFound)) => Ok(None),
        Err(error) => Err(error),
    }
}

/// What a tenant is written to in.
pub(crate) async fn language(core: &Core, id: TenantId) -> Result<Language, CoreError> {
    let row: Option<(String,)> = sqlx::query_as("SELECT language FROM tenant WHERE id = $1")
        .bind(id.to_string())
        .fetch_optional(core.store.reader())
        .await?;
    Ok(Language::of_tag(&row.ok_or(Refusal::NotFound)?.0).unwrap_or_default())
}
