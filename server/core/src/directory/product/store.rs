//! The rows of products.
use crate::Core;
use crate::error::{CoreError, Failure};
use crate::store::Tx;
use portvakt_model::id::{ProductId, TenantId};
use portvakt_model::product::Product;

/// Makes a product. `false` if its slug is taken.
pub(super) async fn insert(tx: &mut Tx, id: ProductId, product: &Product) -> Result<bool, CoreError> {
    let now = tx.now().as_micros();
    let done = sqlx::query(
        "INSERT INTO product (id, slug, name, address, created_at) VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (slug) DO NOTHING",
    )
    .bind(id.to_string())
    .bind(product.slug())
    .bind(product.name())
    .bind(product.address())
    .bind(now)
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

pub(super) async fn find_slug(tx: &mut Tx, id: ProductId) -> Result<Option<String>, CoreError> {
    let row: Option<(String,)> =
        sqlx::query_as("SELECT slug FROM product WHERE id = $1").bind(id.to_string()).fetch_optional(tx.conn()).await?;
    Ok(row.map(|(slug,)| slug))
}

/// Lets a tenant use a product. `false` if it may already.
pub(super) async fn entitle(tx: &mut Tx, tenant: TenantId, product: ProductId) -> Result<bool, CoreError> {
    let done = sqlx::query(
        "INSERT INTO tenant_product (tenant_id, product_id) VALUES ($1, $2)
         ON CONFLICT (tenant_id, product_id) DO NOTHING",
    )
    .bind(tenant.to_string())
    .bind(product.to_string())
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

/// The products that a tenant may use, in the order in which they were added to the portal.
pub(crate) async fn list(core: &Core, tenant: TenantId) -> Result<Vec<Product>, CoreError> {
    let rows: Vec<(String, String, String)> = sqlx::query_as(
        "SELECT p.slug, p.name, p.address
           FROM tenant_product t JOIN product p ON p.id = t.product_id
          WHERE t.tenant_id = $1 ORDER BY p.created_at, p.id",
    )
    .bind(tenant.to_string())
    .fetch_all(core.store.reader())
    .await?;
    rows.into_iter()
        .map(|(slug, name, address)| {
            Product::new(&slug, &name, &address).ok_or_else(|| Failure::Unreadable("a product").into())
        })
        .collect()
}
