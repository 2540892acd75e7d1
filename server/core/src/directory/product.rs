//! The vendor's products, and which organisations may use them.
pub(crate) mod store;

use crate::Core;
use crate::audit::Event;
use crate::caller::Caller;
use crate::error::CoreError;
use crate::tenant::require_operator_in;
use portvakt_model::fault::{FieldRule, Refusal};
use portvakt_model::id::{ProductId, TenantId};
use portvakt_model::product::Product;

/// Adds a product. No organisation may use it yet.
///
/// # Errors
/// [`Refusal::NotFound`] if the caller does not administer the operator. [`Refusal::Fields`] if the slug is taken.
#[tracing::instrument(name = "product.add", skip_all)]
pub async fn add(core: &Core, caller: &Caller, product: &Product) -> Result<ProductId, CoreError> {
    core.store
        .write(async |mut tx| {
            let operator = require_operator_in(&mut tx, caller).await?;
            let id = tx.random().id(tx.now());
            if !store::insert(&mut tx, id, product).await? {
                return Err(vec![FieldRule::Taken.of("slug")].into());
            }
            Ok((id, tx.commit(caller, Event::product_added(operator, product)).await?))
        })
        .await
}

/// Lets an organisation use a product.
///
/// # Errors
/// [`Refusal::NotFound`] if the caller does not administer the operator, if there is no such product, or if the
/// organisation may use it already.
#[tracing::instrument(name = "product.entitle", skip_all)]
pub async fn entitle(core: &Core, caller: &Caller, tenant: TenantId, product: ProductId) -> Result<(), CoreError> {
    core.store
        .write(async |mut tx| {
            let operator = require_operator_in(&mut tx, caller).await?;
            let slug = store::find_slug(&mut tx, product).await?.ok_or(Refusal::NotFound)?;
            if !store::entitle(&mut tx, tenant, product).await? {
                return Err(Refusal::NotFound.into());
            }
            Ok(((), tx.commit(caller, Event::tenant_entitled(operator, tenant, &slug)).await?))
        })
        .await
}
