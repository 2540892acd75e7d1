//! An organisation's settings: its name, colour, logo, language, mail domains, and its contact for security faults.
mod domains;
mod logo;
pub(crate) mod store;

use crate::Core;
use crate::audit::Event;
use crate::caller::{Caller, Person};
use crate::error::{CoreError, Faults};
use crate::member;
use crate::tenant::store as tenants;
use portvakt_model::accent::Accent;
use portvakt_model::audit::Field;
use portvakt_model::branding::Branding;
use portvakt_model::email::EmailAddress;
use portvakt_model::fault::{FieldRule, Refusal};
use portvakt_model::language::Language;
use portvakt_model::organisation::Organisation;
use portvakt_model::page::Page;
use portvakt_model::role::Role;
use portvakt_model::tenant::OrganisationName;
use std::collections::BTreeSet;

/// The fields of the form, as typed.
#[derive(Debug, Clone, Copy)]
pub struct OrganisationForm<'a> {
    /// The organisation's name.
    pub name: &'a str,
    /// Its colour, as `#rrggbb`. Portvakt's own colour is stored as none.
    pub accent: &'a str,
    /// The tag of its language.
    pub language: &'a str,
    /// The domains of its addresses, one a line.
    pub domains: &'a str,
    /// The address for reports of security faults, or empty.
    pub security_contact: &'a str,
    /// The version of the settings that the caller read.
    pub version: i64,
}

/// The form's values, valid by every rule.
struct Parsed {
    name: OrganisationName,
    accent: Option<Accent>,
    language: Language,
    domains: Vec<domains::Domain>,
    security_contact: String,
}

impl Parsed {
    fn of(form: OrganisationForm<'_>) -> Result<Self, CoreError> {
        let mut faults = Faults::default();
        let name = faults.take(OrganisationName::parse(form.name).map_err(|rule| rule.of("name")));
        let accent = faults.take(Accent::parse(form.accent).ok_or(FieldRule::NoColour.of("accent")));
        let language = faults.take(Language::of_tag(form.language).ok_or(FieldRule::Empty.of("language")));
        let domains = faults.take(domains::parse(form.domains).map_err(|rule| rule.of("domains")));
        let security_contact = match form.security_contact.trim() {
            "" => Some(String::new()),
            text => faults
                .take(EmailAddress::parse(text).map_err(|rule| rule.of("security_contact")))
                .map(|email| email.as_str().to_owned()),
        };
        match (name, accent, language, domains, security_contact) {
            (Some(name), Some(accent), Some(language), Some(domains), Some(security_contact)) => {
                let accent = Some(accent).filter(|accent| *accent != Accent::PORTVAKT);
                Ok(Self { name, accent, language, domains, security_contact })
            }
            _ => Err(faults.refuse()),
        }
    }
}

/// The settings of the organisation in which the caller acts.
///
/// # Errors
/// [`Refusal::NotFound`] if the caller does not administer it.
pub async fn load(core: &Core, person: &Person) -> Result<Organisation, CoreError> {
    member::require(core.store.reader(), person, Role::administers).await?;
    let row = store::find(core.store.reader(), person.tenant).await?;
    let branding = tenants::branding(core, person.tenant).await?;
    Ok(Organisation {
        name: row.name,
        accent: branding.accent.unwrap_or(Accent::PORTVAKT).to_string(),
        language: Language::of_tag(&row.language).unwrap_or_default(),
        domains: store::domains(core.store.reader(), person.tenant).await?,
        security_contact: row.security_contact,
        version: row.version,
        logo: branding.logo(),
        sign_in: format!("{}?tenant={}", Page::SignIn.path(), branding.slug),
    })
}

/// Saves an organisation's settings, unless another administrator has saved since the caller read them.
///
/// # Errors
/// [`Refusal::NotFound`] if the caller does not administer the organisation. [`Refusal::Conflict`] if the version has
/// changed. [`Refusal::Fields`] for every rule that a field breaks, and for a domain that another organisation has.
#[tracing::instrument(name = "organisation.change", skip_all)]
pub async fn change(core: &Core, person: &Person, form: OrganisationForm<'_>) -> Result<(), CoreError> {
    let caller = Caller::from(person.clone());
    // Before the form is parsed: a caller who may not save learns none of its faults.
    member::require(core.store.reader(), person, Role::administers).await?;
    let parsed = Parsed::of(form)?;
    core.store
        .write(async |mut tx| {
            member::require(tx.conn(), person, Role::administers).await?;
            let before = store::find(tx.conn(), person.tenant).await?;
            if !store::set(&mut tx, person.tenant, &parsed, form.version).await? {
                return Err(Refusal::Conflict.into());
            }
            let had = store::domains(tx.conn(), person.tenant).await?;
            let has: BTreeSet<&str> = parsed.domains.iter().map(|domain| domain.name.as_str()).collect();
            for gone in had.iter().filter(|domain| !has.contains(domain.as_str())) {
                store::delete_domain(&mut tx, person.tenant, gone).await?;
            }
            for new in parsed.domains.iter().filter(|domain| !had.contains(&domain.name)) {
                if !store::insert_domain(&mut tx, person.tenant, &new.name).await? {
                    return Err(vec![FieldRule::DomainTaken(new.line).of("domains")].into());
                }
            }
            let has: Vec<&str> = has.into_iter().collect();
            let fields = [
                (Field::Name, before.name, parsed.name.as_str().to_owned()),
                (
                    Field::Accent,
                    before.accent.unwrap_or_default(),
                    parsed.accent.map(|a| a.to_string()).unwrap_or_default(),
                ),
                (Field::Language, before.language, parsed.language.tag().to_owned()),
                (Field::Domains, had.join(" "), has.join(" ")),
                (Field::SecurityContact, before.security_contact, parsed.security_contact.clone()),
            ];
            let changed: Vec<_> = fields.into_iter().filter(|(_, before, after)| before != after).collect();
            let event = Event::organisation_changed(person.tenant, &changed);
            Ok(((), tx.commit(&caller, event).await?))
        })
        .await?;
    seen_at_once(core, person);
    Ok(())
}

/// Gives an organisation a logo, drawn anew from a PNG file: only the file's pixels are kept.
///
/// # Errors
/// [`Refusal::NotFound`] if the caller does not administer the organisation. [`Refusal::Fields`] if the file is no PNG
/// or too large. [`Refusal::Busy`] if the logo waits too long for other logos.
#[tracing::instrument(name = "organisation.change_logo", skip_all)]
pub async fn change_logo(core: &Core, person: &Person, file: Vec<u8>) -> Result<(), CoreError> {
    member::require(core.store.reader(), person, Role::administers).await?;
    let png = logo::redrawn(core, file).await?;
    set_logo(core, person, Some(png)).await
}

/// Removes an organisation's logo. It is no error if there is none.
///
/// # Errors
/// [`Refusal::NotFound`] if the caller does not administer the organisation.
#[tracing::instrument(name = "organisation.remove_logo", skip_all)]
pub async fn remove_logo(core: &Core, person: &Person) -> Result<(), CoreError> {
    set_logo(core, person, None).await
}

async fn set_logo(core: &Core, person: &Person, png: Option<logo::Png>) -> Result<(), CoreError> {
    let caller = Caller::from(person.clone());
    core.store
        .write(async |mut tx| {
            member::require(tx.conn(), person, Role::administers).await?;
            let before = store::set_logo(&mut tx, person.tenant, png.as_ref()).await?;
            let after = png.as_ref().map(|png| png.hash.as_str());
            let event = Event::logo_changed(person.tenant, before.as_deref(), after);
            Ok(((), tx.commit(&caller, event).await?))
        })
        .await?;
    seen_at_once(core, person);
    Ok(())
}

/// Shows the caller the change on their next page. Everybody else sees it within a second.
fn seen_at_once(core: &Core, person: &Person) {
    core.sessions.forget(person.account);
    core.operator.forget();
}

/// The name, colour and logo on an organisation's pages. `None` if no organisation has this slug.
///
/// # Errors
/// If the database fails.
pub async fn find_branding(core: &Core, slug: &str) -> Result<Option<Branding>, CoreError> {
    Ok(tenants::find_branding(core, slug).await?.map(|(_, branding)| branding))
}

/// The PNG file of an organisation's logo. `None` if its logo of now has another name.
///
/// # Errors
/// If the database fails.
pub async fn find_logo(core: &Core, slug: &str, name: &str) -> Result<Option<Vec<u8>>, CoreError> {
    match tenants::find_branding(core, slug).await? {
        Some((tenant, _)) => store::logo(core, tenant, name).await,
        None => Ok(None),
    }
}
