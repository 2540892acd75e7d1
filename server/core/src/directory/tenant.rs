//! Organisations: the operator, and its customers.
pub(crate) mod store;

use crate::Core;
use crate::account::{NewPerson, store as accounts};
use crate::caller::{Caller, Person};
use crate::error::{CoreError, Faults};
use crate::member;
use crate::store::Tx;
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

/// The operator's branding and when it was read. It is used for one second.
#[derive(Default)]
pub(crate) struct Recent(Mutex<Option<(Timestamp, Branding)>>);

impl Recent {
    fn of(&self) -> MutexGuard<'_, Option<(Timestamp, Branding)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Forgets the branding, after this process changed it.
    pub(crate) fn forget(&self) {
        *self.of() = None;
    }
}

/// The operator's branding for the frame of every page, at most a second old. `None` until the portal is set up.
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
    // A missing operator is not remembered: the first person must find the portal set up at once.
    let operator = store::operator_branding(core).await?;
    *core.operator.of() = operator.clone().map(|operator| (now, operator));
    Ok(operator)
}

/// The id and name of the tenant with this name, or of the only tenant if no name is given.
///
/// # Errors
/// [`Refusal::NotFound`] if there is no such tenant. [`Refusal::Conflict`] if there are several.
pub async fn named(core: &Core, name: Option<&str>) -> Result<(TenantId, String), CoreError> {
    let mut found = store::named(core, name).await?;
    match (found.pop(), found.is_empty()) {
        (Some(tenant), true) => Ok(tenant),
        (None, _) => Err(Refusal::NotFound.into()),
        (Some(_), false) => Err(Refusal::Conflict.into()),
    }
}

/// A new organisation.
#[derive(Debug, Clone)]
pub struct NewTenant {
    /// Its name.
    pub name: OrganisationName,
    /// Its slug.
    pub slug: Slug,
    /// Its language.
    pub language: Language,
}

impl NewTenant {
    /// A customer and its first owner, from the form's fields as typed. An empty slug is made from the name.
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
            // A slug cannot be made from an invalid name. The name's fault tells so.
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

/// A customer's first owner, from the form's fields as typed.
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

/// The operator's id. Refuses a caller who does not administer the operator, as if it did not exist.
pub(crate) async fn require_operator_in(tx: &mut Tx, caller: &Caller) -> Result<TenantId, CoreError> {
    let operator = store::operator(tx.conn()).await?.ok_or(Refusal::NotFound)?;
    member::require_to_give(tx, caller, operator, Role::Administrator).await?;
    Ok(operator)
}

/// Refuses a person who does not administer the operator. For pages that only read.
pub(crate) async fn require_operator(core: &Core, person: &Person) -> Result<(), CoreError> {
    let operator = store::operator(core.store.reader()).await?;
    if operator != Some(person.tenant) {
        return Err(Refusal::NotFound.into());
    }
    member::require(core.store.reader(), person, Role::administers).await.map(drop)
}

/// Whether an account may make the first owner of a tenant: it administers the operator, and the tenant has no owner.
pub(crate) async fn may_make_owner(tx: &mut Tx, tenant: TenantId, account: AccountId) -> Result<bool, CoreError> {
    let Some(operator) = store::operator(tx.conn()).await? else { return Ok(false) };
    let role = accounts::find_role(tx.conn(), operator, account).await?;
    Ok(role.is_some_and(Role::administers) && !store::has_owner(tx, tenant).await?)
}
