//! The portal's set-up: the first person creates the operator and becomes its owner.
use crate::Core;
use crate::account::{NewAccount, Proven, store as accounts};
use crate::audit::Event;
use crate::caller::{Caller, Origin};
use crate::error::{CoreError, Faults};
use crate::identifier::Identifier;
use crate::link::store as links;
use crate::link_holder::is_open;
use crate::password::{Context, Password, store as passwords};
use crate::policy;
use crate::session::{self, Browser, Started};
use crate::tenant::{NewTenant, store as tenants};
use crate::token::Token;
use portvakt_model::email::EmailAddress;
use portvakt_model::fault::{FieldRule, Refusal};
use portvakt_model::id::{AccountId, TenantId};
use portvakt_model::language::Language;
use portvakt_model::link::LinkKind;
use portvakt_model::profile::DisplayName;
use portvakt_model::role::Role;
use portvakt_model::tenant::{OrganisationName, Slug};

/// The form of the set-up, as typed.
#[derive(Clone, Copy)]
pub struct SetUp<'a> {
    /// The person's name.
    pub name: &'a str,
    /// The operator's name.
    pub organisation: &'a str,
    /// The person's address.
    pub email: &'a str,
    /// The same address again, because a typing mistake would lock the person out.
    pub email_again: &'a str,
    /// The person's password.
    pub password: &'a str,
    /// The language in which the person reads the page.
    pub language: Language,
}

/// Makes a set-up link, in place of an earlier one. `None` if the portal is set up.
///
/// # Errors
/// If the database fails.
pub async fn new_link(core: &Core) -> Result<Option<Token>, CoreError> {
    if tenants::operator(core.store.reader()).await?.is_some() {
        return Ok(None);
    }
    let token = Token::new(&core.random);
    core.store
        .tidy(async |mut tx| {
            links::replace_setup(&mut tx, &token).await?;
            Ok(((), tx.commit_housekeeping("set-up link").await?))
        })
        .await?;
    Ok(Some(token))
}

/// Creates the operator and its owner, and signs the owner in.
///
/// # Errors
/// [`Refusal::NotFound`] if the link cannot be used, or was used in the meantime; [`Refusal::Fields`].
#[tracing::instrument(name = "set_up", skip_all)]
pub async fn set_up(
    core: &Core,
    origin: &Origin,
    token: &Token,
    browser: &Browser,
    form: SetUp<'_>,
) -> Result<Started, CoreError> {
    if !is_open(core, LinkKind::Setup, token).await? {
        return Err(Refusal::NotFound.into());
    }
    let mut faults = Faults::default();
    let name = faults.take(DisplayName::parse(form.name).map_err(|rule| rule.of("name")));
    let organisation = faults.take(OrganisationName::parse(form.organisation).map_err(|rule| rule.of("organisation")));
    let email = faults.take(EmailAddress::parse(form.email).map_err(|rule| rule.of("email")));
    let again = match (&email, form.email_again.trim()) {
        (_, "") => Err(FieldRule::Empty),
        (Some(email), again) if Identifier::of(again) != Identifier::of(email.as_str()) => Err(FieldRule::NotTheSame),
        _ => Ok(()),
    };
    let again = faults.take(again.map_err(|rule| rule.of("email_again")));
    let policy = policy::platform(core).await?;
    let context = Context::new(&[form.name, form.organisation, form.email]);
    let password = faults.take_all(Password::chosen(core, &policy.password, &context, form.password, "password"));
    let (Some(name), Some(organisation), Some(email), Some(()), Some(password)) =
        (name, organisation, email, again, password)
    else {
        return Err(faults.refuse());
    };
    // A name in another script gives no short name. The form does not ask for one, because there are no other
    // organisations yet.
    let slug =
        Slug::of_name(organisation.as_str()).or_else(|| Slug::parse("operator").ok()).ok_or(Refusal::NotFound)?;
    let operator = NewTenant { name: organisation, slug, language: form.language };
    let new_password = password.hashed(core, &policy.password).await?;
    let now = core.clock.now();
    let (home, account): (TenantId, AccountId) = (core.random.id(now), core.random.id(now));
    let session_token = Token::new(&core.random);
    let (person, version) = core
        .store
        .write(async |mut tx| {
            if links::consume(&mut tx, LinkKind::Setup, token).await?.is_none()
                || !tenants::insert_operator(&mut tx, home, &operator).await?
            {
                return Err(Refusal::NotFound.into());
            }
            let new = NewAccount { id: account, home, email: &email, name: &name, language: form.language };
            if !accounts::insert(&mut tx, &new).await? {
                return Err(Refusal::NotFound.into());
            }
            accounts::add_member(&mut tx, home, account, Role::Owner).await?;
            let version = passwords::set_password(&mut tx, home, account, &new_password).await?;
            let proven = Proven { home, account, version };
            let started =
                session::start(&mut tx, proven, policy.session.into(), &session_token, browser, origin).await?;
            let (person, _) = started.ok_or(Refusal::NotFound)?;
            let event = Event::portal_set_up(&person, operator.name.as_str(), name.as_str(), email.as_str());
            Ok(((person.clone(), version), tx.commit(&Caller::from(person), event).await?))
        })
        .await?;
    session::begun(core, browser, session_token, person, version).await
}
