//! The organisations, as the operator creates, lists and ends them.
mod contract;
mod list;
mod store;

pub(crate) use contract::end_due;
pub use contract::{WAIT_SECS, end, restore, suspend};
pub use list::{TenantLine, TenantQuery, every, find_by_slug, list, show};

use crate::Core;
use crate::account::NewPerson;
use crate::audit::Event;
use crate::caller::Caller;
use crate::error::CoreError;
use crate::invitation;
use crate::policy;
use crate::tenant::{NewTenant, require_operator_in, store as tenants};
use crate::token::Token;
use portvakt_model::fault::{FieldRule, Refusal};
use portvakt_model::id::TenantId;

/// A new customer.
pub struct Created {
    /// The customer.
    pub tenant: TenantId,
    /// The token of its owner's invitation. The command line prints it if the portal sends no mail.
    pub invitation: Token,
    /// Seconds that the invitation works.
    pub lifetime_secs: u32,
}

/// Creates a customer and invites its first owner.
///
/// # Errors
/// [`Refusal::NotFound`] if the caller does not administer the operator. [`Refusal::Fields`] if the short name is
/// taken. [`Refusal::TooMany`] if the owner's address has reached its limit of invitation mails.
#[tracing::instrument(name = "tenant.create", skip_all)]
pub async fn create(
    core: &Core,
    caller: &Caller,
    customer: &NewTenant,
    owner: &NewPerson,
) -> Result<Created, CoreError> {
    let (token, links) = (Token::new(&core.random), policy::platform(core).await?.links);
    let tenant = core
        .store
        .write(async |mut tx| {
            let operator = require_operator_in(&mut tx, caller).await?;
            let tenant = tx.random().id(tx.now());
            if !tenants::insert_customer(&mut tx, tenant, customer).await? {
                return Err(vec![FieldRule::Taken.of("slug")].into());
            }
            let invitation = invitation::invite_owner(&mut tx, caller, tenant, owner, &token, links).await?;
            let (name, slug) = (customer.name.as_str(), customer.slug.as_str());
            let event = Event::tenant_created(operator, tenant, name, slug, Some(invitation));
            Ok((tenant, tx.commit(caller, event).await?))
        })
        .await?;
    Ok(Created { tenant, invitation: token, lifetime_secs: links.invitation_secs })
}

/// Invites the first owner of a customer without an owner, in place of the person invited before.
///
/// # Errors
/// [`Refusal::NotFound`] if the caller does not administer the operator, and if there is no such customer.
/// [`Refusal::Conflict`] if the customer has an owner, or if its contract is not active. [`Refusal::TooMany`] if the
/// owner's address has reached its limit of invitation mails.
#[tracing::instrument(name = "tenant.invite_owner", skip_all)]
pub async fn invite_owner(core: &Core, caller: &Caller, tenant: TenantId, owner: &NewPerson) -> Result<(), CoreError> {
    let (token, links) = (Token::new(&core.random), policy::platform(core).await?.links);
    core.store
        .write(async |mut tx| {
            let operator = require_operator_in(&mut tx, caller).await?;
            let found = tenants::find(tx.conn(), tenant).await?.ok_or(Refusal::NotFound)?;
            if found.suspended.is_some() || tenants::has_owner(&mut tx, tenant).await? {
                return Err(Refusal::Conflict.into());
            }
            let invitation = invitation::invite_owner(&mut tx, caller, tenant, owner, &token, links).await?;
            Ok(((), tx.commit(caller, Event::owner_invited(operator, tenant, invitation)).await?))
        })
        .await
}
