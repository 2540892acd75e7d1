//! The rows of organisations' settings.
use super::Parsed;
use super::logo::Png;
use crate::Core;
use crate::error::CoreError;
use crate::store::Tx;
use portvakt_model::fault::Refusal;
use portvakt_model::id::TenantId;
use sqlx::{Any, Executor, FromRow};

#[derive(FromRow)]
pub(super) struct OrganisationRow {
    pub name: String,
    pub accent: Option<String>,
    pub language: String,
    pub security_contact: String,
    pub version: i64,
}

pub(super) async fn find<'e>(
    database: impl Executor<'e, Database = Any>,
    tenant: TenantId,
) -> Result<OrganisationRow, CoreError> {
    let row = sqlx::query_as("SELECT name, accent, language, security_contact, version FROM tenant WHERE id = $1")
        .bind(tenant.to_string())
        .fetch_optional(database)
        .await?;
    Ok(row.ok_or(Refusal::NotFound)?)
}

/// Saves the settings. `false` if the row has another version.
pub(super) async fn set(tx: &mut Tx, tenant: TenantId, to: &Parsed, version: i64) -> Result<bool, CoreError> {
    let done = sqlx::query(
        "UPDATE tenant SET name = $1, accent = $2, language = $3, security_contact = $4, version = version + 1
          WHERE id = $5 AND version = $6",
    )
    .bind(to.name.as_str())
    .bind(to.accent.map(|accent| accent.to_string()))
    .bind(to.language.tag())
    .bind(&to.security_contact)
    .bind(tenant.to_string())
    .bind(version)
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

/// The domains of an organisation, sorted by their bytes.
pub(super) async fn domains<'e>(
    database: impl Executor<'e, Database = Any>,
    tenant: TenantId,
) -> Result<Vec<String>, CoreError> {
    let rows: Vec<(String,)> = sqlx::query_as("SELECT domain FROM mail_domain WHERE tenant_id = $1")
        .bind(tenant.to_string())
        .fetch_all(database)
        .await?;
    let mut domains: Vec<_> = rows.into_iter().map(|(domain,)| domain).collect();
    // Sorted here, because the databases' collations differ.
    domains.sort_unstable();
    Ok(domains)
}

/// Adds a domain. `false` if another organisation has it.
pub(super) async fn insert_domain(tx: &mut Tx, tenant: TenantId, domain: &str) -> Result<bool, CoreError> {
    let done =
        sqlx::query("INSERT INTO mail_domain (domain, tenant_id) VALUES ($1, $2) ON CONFLICT (domain) DO NOTHING")
            .bind(domain)
            .bind(tenant.to_string())
            .execute(tx.conn())
            .await?;
    Ok(done.rows_affected() == 1)
}

pub(super) async fn delete_domain(tx: &mut Tx, tenant: TenantId, domain: &str) -> Result<(), CoreError> {
    sqlx::query("DELETE FROM mail_domain WHERE tenant_id = $1 AND domain = $2")
        .bind(tenant.to_string())
        .bind(domain)
        .execute(tx.conn())
        .await?;
    Ok(())
}

/// Replaces or deletes the logo. Returns the earlier logo's name.
pub(super) async fn set_logo(tx: &mut Tx, tenant: TenantId, png: Option<&Png>) -> Result<Option<String>, CoreError> {
    // Locks the row first: of two changes at the same time, the second one reads the first one's logo.
    sqlx::query("UPDATE tenant SET logo = logo WHERE id = $1").bind(tenant.to_string()).execute(tx.conn()).await?;
    let row: Option<(Option<String>,)> = sqlx::query_as("SELECT logo FROM tenant WHERE id = $1")
        .bind(tenant.to_string())
        .fetch_optional(tx.conn())
        .await?;
    let (before,) = row.ok_or(Refusal::NotFound)?;
    sqlx::query("UPDATE tenant SET logo = $1 WHERE id = $2")
        .bind(png.map(|png| png.hash.clone()))
        .bind(tenant.to_string())
        .execute(tx.conn())
        .await?;
    match png {
        Some(Png { hash, bytes }) => sqlx::query(
            "INSERT INTO tenant_logo (tenant_id, hash, png) VALUES ($1, $2, $3)
             ON CONFLICT (tenant_id) DO UPDATE SET hash = excluded.hash, png = excluded.png",
        )
        .bind(tenant.to_string())
        .bind(hash)
        .bind(bytes.clone()),
        None => sqlx::query("DELETE FROM tenant_logo WHERE tenant_id = $1").bind(tenant.to_string()),
    }
    .execute(tx.conn())
    .await?;
    Ok(before)
}

pub(crate) async fn logo(core: &Core, tenant: TenantId, name: &str) -> Result<Option<Vec<u8>>, CoreError> {
    let row: Option<(Vec<u8>,)> = sqlx::query_as("SELECT png FROM tenant_logo WHERE tenant_id = $1 AND hash = $2")
        .bind(tenant.to_string())
        .bind(name)
        .fetch_optional(core.store.reader())
        .await?;
    Ok(row.map(|(png,)| png))
}
