//! The context of a request: what the server finds out before a page or a server function runs.
use crate::web::load::of_request;
use leptos::prelude::{expect_context, use_context};
use portvakt_core::Core;
use portvakt_core::caller::{Origin, Person};
use portvakt_core::error::CoreError;
use portvakt_core::session::{Browser, SignedIn};
use portvakt_core::token::Token;
use portvakt_model::branding::Branding;
use portvakt_model::fault::Refusal;
use portvakt_model::flash::FOR_FIELD;
use portvakt_model::frame::Frame;
use portvakt_model::id::{AccountId, TenantId};
use portvakt_model::language::Language;
use portvakt_model::link::LinkKind;
use serde::{Deserialize, Serialize};

/// The context of a request. The server makes it once for each request and keeps it in the request's extensions.
#[derive(Clone, Default)]
pub struct RequestContext {
    /// The request's origin: network address, device and id.
    pub origin: Origin,
    /// The language of the answer.
    pub language: Language,
    /// The cookies that a sign-in needs: the session token, valid or not, and the known devices.
    pub browser: Browser,
    /// The signed-in person, if there is one.
    pub signed_in: Option<SignedIn>,
    /// The handle of the link or the waiting sign-in that the page is about.
    pub of: Option<String>,
    /// That link's token.
    pub link: Option<Token>,
    /// That waiting sign-in's token.
    pub waiting: Option<Token>,
    /// The operator's branding.
    pub operator: Option<Branding>,
    /// The branding of the organisation that the page's address names.
    pub worn: Option<Branding>,
}

/// The operator's settings for every page.
#[derive(Debug, Clone, Default)]
pub struct Support {
    /// Where people get help: an email address or a page's address.
    pub contact: Option<String>,
}

impl RequestContext {
    /// The context of the current request. Outside a request, the empty context.
    #[must_use]
    pub fn current() -> Self {
        of_request().unwrap_or_default()
    }

    /// The page's branding: the signed-in person's organisation, else the organisation that the address names, else the
    /// operator.
    #[must_use]
    pub fn branding(&self) -> Option<&Branding> {
        let own = self.signed_in.as_ref().map(|signed_in| &signed_in.branding);
        own.or(self.worn.as_ref()).or(self.operator.as_ref())
    }

    /// The page's frame.
    #[must_use]
    pub fn frame(&self) -> Frame {
        let (signed_in, branding) = (self.signed_in.as_ref(), self.branding());
        Frame {
            language: self.language,
            organisation: branding.map(|branding| branding.name.clone()),
            logo: branding.and_then(Branding::logo),
            worn: self.worn.as_ref().map(|worn| format!("?tenant={}", worn.slug)).unwrap_or_default(),
            operator: self.operator.as_ref().map(|operator| operator.name.clone()),
            person: signed_in.map(|s| s.name.clone()),
            email: signed_in.map(|s| s.email.clone()),
            role: signed_in.map(|s| s.role),
            in_operator: signed_in.is_some_and(|s| s.in_operator),
            passkeys: use_context::<Core>().is_some_and(|core| core.has_passkeys()),
            support: use_context::<Support>().and_then(|support| support.contact),
            made_for: signed_in.zip(use_context::<Core>()).map(|(s, core)| MadeFor::of(&s.person).seal(&core)),
            elsewhere: signed_in.map(|s| s.elsewhere.clone()).unwrap_or_default(),
        }
    }
}

/// The account and the organisation that a page was made for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct MadeFor {
    /// The account.
    pub account: AccountId,
    /// The organisation in which the person acted.
    pub tenant: TenantId,
}

impl MadeFor {
    /// As the person acts now.
    #[must_use]
    pub fn of(person: &Person) -> Self {
        Self { account: person.account, tenant: person.tenant }
    }

    /// The refusal of an act that a page for `self` asks for, now that another person or organisation has the session.
    #[must_use]
    pub fn refusal(self, now: &Person) -> Option<Refusal> {
        let other = if self.account == now.account { Refusal::OtherOrganisation } else { Refusal::OtherPerson };
        (self != Self::of(now)).then_some(other)
    }

    fn seal(self, core: &Core) -> String {
        core.vault.seal_cookie(FOR_FIELD, &serde_json::to_vec(&self).unwrap_or_default())
    }

    /// Opens the text of a form's field or a call's header. `None` if no page of this portal had it.
    #[must_use]
    pub fn open(core: &Core, text: &str) -> Option<Self> {
        serde_json::from_slice(&core.vault.open_cookie(FOR_FIELD, text)?).ok()
    }
}

/// The services.
#[must_use]
pub fn core() -> Core {
    expect_context::<Core>()
}

/// The caller, and the services.
///
/// # Errors
/// [`Refusal::SignedOut`] if the caller is not signed in.
pub fn signed_in() -> Result<(Core, Person), Refusal> {
    let signed_in = RequestContext::current().signed_in.ok_or(Refusal::SignedOut)?;
    Ok((core(), signed_in.person))
}

/// The token of the link that the page is about.
///
/// # Errors
/// [`Refusal::DeadLink`] if the browser does not hold that link.
pub fn link(kind: LinkKind) -> Result<Token, Refusal> {
    RequestContext::current().link.ok_or(Refusal::DeadLink(kind))
}

/// The error of a service that acts on a link: what it did not find is the link.
pub fn dead(kind: LinkKind) -> impl FnOnce(CoreError) -> CoreError {
    move |error| match error {
        CoreError::Refused(Refusal::NotFound) => Refusal::DeadLink(kind).into(),
        other => other,
    }
}
