//! Organisations: the operator, and its customers.
pub(crate) mod store;

use crate::Core;
use crate::account::NewPerson;
use crate::audit::Event;
use crate::caller::Caller;
use crate::error::CoreError;
use crate::member;
use portvakt_model::branding::Branding;
use portvakt_model::fault::Refusal;
use portvakt_model::id::{AccountId, TenantId};
use portvakt_model::role::Role;
use portvakt_model::tenant::OrganisationName;
use portvakt_model::time::Timestamp;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// The operator as it was found in the last second.
#[derive(Default)]
pub(crate) struct Recent(Mutex<Option<(Timestamp, Branding)>>);

impl Recent {
    fn of(&self) -> MutexGuard<'_, Option<(Timestamp, Branding)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// After it was changed here.
    pub(crate) fn forget(&self) {
        *self.of() = None;
    }
}

/// The operator, for the frame of every page, as of a second ago. `None` until the portal is set up.
///
/// # Errors
/// If the database fails.
pub async fn operator_branding(core: &Core) -> Result<Option<Branding>, CoreError> {
    let now = core.clock.now();
    let recent = |at: Timestamp| at <= now && now < at.plus_secs(1);
    let known = core.operator.of().clone();
    if let Some((_, operator)) = known.filter(|(at, _)| recent(*at)) {
        return Ok(Some(operator));
    }
    // That there is none is not remembered: the first person must find the portal set up at once.
    let operator = store::operator_branding(core).await?;
    *core.operator.of() = operator.clone().map(|operator| (now, operator));
    Ok(operator)
}

/// The tenant of this name, or the only one there is, with its name.
///
/// # Errors
/// [`Refusal::NotFound`] if there is none, [`Refusal::Conflict`] if there are several.
pub async fn named(core: &Core, name: Option<&str>) -> Result<(TenantId, String), CoreError> {
    let mut found = store::named(core, name).await?;
    match (found.pop(), found.is_empty()) {
        (Some(tenant), true) => Ok(tenant),
        (None, _) => Err(Refusal::NotFound.into()),
        (Some(_), false) => Err(Refusal::Conflict.into()),
    }
}

/// A customer that was just made, and its owner.
#[derive(Debug, Clone, Copy)]
pub struct Created {
    /// Which.
    pub tenant: TenantId,
    /// Whose.
    pub owner: AccountId,
}

/// Makes a customer and its first owner, who has no password yet: an organisation is never without an owner.
///
/// # Errors
/// [`Refusal::NotFound`] for whoever does not administer the operator. [`Refusal::Fields`] if the owner's address has an
/// account already.
#[tracing::instrument(name = "tenant.create", skip_all)]
pub async fn create(
    core: &Core,
    caller: &Caller,
    organisation: &OrganisationName,
    owner: &NewPerson,
) -> Result<Created, CoreError> {
    core.store
        .write(async |mut tx| {
            let operator = store::operator(tx.conn()).await?.ok_or(Refusal::NotFound)?;
            member::require_to_give(&mut tx, caller, operator, Role::Administrator).await?;
            let tenant = tx.random().id(tx.now());
            store::insert_customer(&mut tx, tenant, organisation).await?;
            let account = member::enter(&mut tx, tenant, owner, Role::Owner).await?;
            let event = Event::TenantCreated {
                operator,
                tenant,
                organisation: organisation.as_str().to_owned(),
                owner: account,
                name: owner.name.as_str().to_owned(),
                email: owner.email.as_str().to_owned(),
            };
            Ok((Created { tenant, owner: account }, tx.commit(caller, event).await?))
        })
        .await
}
