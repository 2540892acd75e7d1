//! Organisations: the operator, and its customers.
mod contract;
mod list;
pub(crate) mod store;

pub(crate) use contract::end_due;
pub use contract::{WAIT_SECS, end, restore, suspend};
pub use list::{Asked, Row, every, find_by_slug, list, show};

use crate::Core;
use crate::account::{NewPerson, store as accounts};
use crate::audit::Event;
use crate::caller::{Caller, Person};
use crate::error::{CoreError, Faults};
use crate::invitation;
use crate::member;
use crate::policy;
use crate::store::Tx;
use crate::token::Token;
use portvakt_model::branding::Branding;
use portvakt_model::email::EmailAddress;
use portvakt_model::fault::{FieldRule, Refusal};
use portvakt_model::id::{AccountId, TenantId};
use portvakt_model::language::Language;
use portvakt_model::profile::DisplayName;
use portvakt_model::role::Role;
use portvakt_model::tenant::{OrganisationName, Slug};
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

/// An organisation that is to be made.
#[derive(Debug, Clone)]
pub struct NewTenant {
    /// Its name.
    pub name: OrganisationName,
    /// Its short name.
    pub slug: Slug,
    /// The language that it is written to in.
    pub language: Language,
}

impl NewTenant {
    /// A customer and its first owner, from what somebody typed. The short name is made of the name where it is empty.
    ///
    /// # Errors
    /// Every rule that a field breaks.
    pub fn parse(
        name: &str,
        slug: &str,
        language: &str,
        owner_name: &str,
        owner_email: &str,
    ) -> Result<(Self, NewPerson), CoreError> {
        let mut faults = Faults::default();
        let parsed = faults.take(OrganisationName::parse(name).map_err(|rule| rule.of("name")));
        let slug = match slug.trim() {
            // Without a name there is nothing to make it of, and that is said of the name.
            "" if parsed.is_none() => None,
            "" => faults.take(Slug::of_name(name).ok_or(FieldRule::NotASlug.of("slug"))),
            slug => faults.take(Slug::parse(slug).map_err(|rule| rule.of("slug"))),
        };
        let owner = first_owner(&mut faults, language, owner_name, owner_email);
        match (parsed, slug, owner) {
            (Some(name), Some(slug), Some(owner)) => Ok((Self { name, slug, language: owner.language }, owner)),
            _ => Err(faults.refuse()),
        }
    }
}

/// A customer's first owner, from what somebody typed.
///
/// # Errors
/// Every rule that a field breaks.
pub fn parse_owner(language: &str, owner_name: &str, owner_email: &str) -> Result<NewPerson, CoreError> {
    let mut faults = Faults::default();
    first_owner(&mut faults, language, owner_name, owner_email).ok_or_else(|| faults.refuse())
}

fn first_owner(faults: &mut Faults, language: &str, name: &str, email: &str) -> Option<NewPerson> {
    let language = faults.take(Language::of_tag(language).ok_or(FieldRule::Empty.of("language")));
    let name = faults.take(DisplayName::parse(name).map_err(|rule| rule.of("owner_name")));
    let email = faults.take(EmailAddress::parse(email).map_err(|rule| rule.of("owner_email")));
    Some(NewPerson { email: email?, name: name?, language: language? })
}

/// A customer that was just made.
pub struct Created {
    /// Which.
    pub tenant: TenantId,
    /// The token of its owner's invitation, for whoever has to pass it on where no mail leaves.
    pub invitation: Token,
    /// Seconds that it can be used.
    pub lifetime_secs: u32,
}

/// Makes a customer and invites its first owner.
///
/// # Errors
/// [`Refusal::NotFound`] for whoever does not administer the operator. [`Refusal::Fields`] if the short name is taken.
/// [`Refusal::TooMany`] if the owner was mailed too often.
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
            let operator = require_operator(&mut tx, caller).await?;
            let tenant = tx.random().id(tx.now());
            if !store::insert_customer(&mut tx, tenant, customer).await? {
                return Err(vec![FieldRule::Taken.of("slug")].into());
            }
            let invitation = invitation::invite_owner(&mut tx, caller, tenant, owner, &token, links).await?;
            let event = Event::TenantCreated {
                operator,
                tenant,
                organisation: customer.name.as_str().to_owned(),
                slug: customer.slug.as_str().to_owned(),
                invitation: Some(invitation),
            };
            Ok((tenant, tx.commit(caller, event).await?))
        })
        .await?;
    Ok(Created { tenant, invitation: token, lifetime_secs: links.invitation_secs })
}

/// Invites the first owner of a customer that has none yet, in place of whoever was invited before.
///
/// # Errors
/// [`Refusal::NotFound`] for whoever does not administer the operator, and if there is no such customer. [`Refusal::Conflict`]
/// if it has an owner by now, or its contract is not active. [`Refusal::TooMany`] if they were mailed too often.
#[tracing::instrument(name = "tenant.invite_owner", skip_all)]
pub async fn invite_owner(core: &Core, caller: &Caller, tenant: TenantId, owner: &NewPerson) -> Result<(), CoreError> {
    let (token, links) = (Token::new(&core.random), policy::platform(core).await?.links);
    core.store
        .write(async |mut tx| {
            let operator = require_operator(&mut tx, caller).await?;
            let found = store::find(tx.conn(), tenant).await?.ok_or(Refusal::NotFound)?;
            if found.suspended.is_some() || store::has_owner(&mut tx, tenant).await? {
                return Err(Refusal::Conflict.into());
            }
            let invitation = invitation::invite_owner(&mut tx, caller, tenant, owner, &token, links).await?;
            Ok(((), tx.commit(caller, Event::OwnerInvited { operator, tenant, invitation }).await?))
        })
        .await
}

/// The operator. Refuses whoever does not administer it, as if what they ask for were not there.
pub(crate) async fn require_operator(tx: &mut Tx, caller: &Caller) -> Result<TenantId, CoreError> {
    let operator = store::operator(tx.conn()).await?.ok_or(Refusal::NotFound)?;
    member::require_to_give(tx, caller, operator, Role::Administrator).await?;
    Ok(operator)
}

/// The same for whoever only looks.
pub(crate) async fn require_staff(core: &Core, person: &Person) -> Result<(), CoreError> {
    let operator = store::operator(core.store.reader()).await?;
    if operator != Some(person.tenant) {
        return Err(Refusal::NotFound.into());
    }
    member::require(core.store.reader(), person, Role::administers).await.map(drop)
}

/// Whether somebody may make the first owner of a tenant: they administer the operator, and it has none yet.
pub(crate) async fn may_make_owner(tx: &mut Tx, tenant: TenantId, account: AccountId) -> Result<bool, CoreError> {
    let Some(operator) = store::operator(tx.conn()).await? else { return Ok(false) };
    let role = accounts::find_role(tx.conn(), operator, account).await?;
    Ok(role.is_some_and(Role::administers) && !store::has_owner(tx, tenant).await?)
}
