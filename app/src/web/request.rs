//! The context of a request: what the server finds out before a page or a server function runs.
use crate::web::load::of_request;
use leptos::prelude::{expect_context, use_context};
use portvakt_core::Core;
use portvakt_core::caller::{Origin, Person};
use portvakt_core::session::{Browser, SignedIn};
use portvakt_core::token::Token;
use portvakt_model::branding::Branding;
use portvakt_model::fault::Refusal;
use portvakt_model::frame::Frame;
use portvakt_model::language::Language;

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
    /// The token in the browser's link cookie.
    pub link: Option<Token>,
    /// The token of this browser's waiting sign-in.
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
            tenant: signed_in.map(|s| s.person.tenant),
            elsewhere: signed_in.map(|s| s.elsewhere.clone()).unwrap_or_default(),
        }
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

/// The token of the link that brought the browser here.
///
/// # Errors
/// [`Refusal::NotFound`] if the browser has no link's token.
pub fn link() -> Result<Token, Refusal> {
    RequestContext::current().link.ok_or(Refusal::NotFound)
}
