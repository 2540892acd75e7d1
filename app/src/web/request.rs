//! What the server found out about a request before a page or a server function sees it.
use leptos::prelude::{expect_context, use_context};
use portvakt_core::Core;
use portvakt_core::caller::{Origin, Person};
use portvakt_core::session::{Browser, SignedIn};
use portvakt_core::token::Token;
use portvakt_model::branding::Branding;
use portvakt_model::fault::Refusal;
use portvakt_model::frame::Frame;
use portvakt_model::language::Language;
use portvakt_model::policy::{LinkPolicy, PasswordPolicy};
use portvakt_model::second_factor::Accepts;

/// Made once for each request by the server and kept in the request's extensions.
#[derive(Clone, Default)]
pub struct RequestContext {
    /// Where it comes from.
    pub origin: Origin,
    /// The language to answer in.
    pub language: Language,
    /// What the browser's cookies bring to a sign-in: a session, whether or not it is anybody's, and who is known.
    pub browser: Browser,
    /// Whose it is.
    pub signed_in: Option<SignedIn>,
    /// The token in the browser's link cookie.
    pub link: Option<Token>,
    /// The token of a sign-in in this browser that waits for its second factor.
    pub waiting: Option<Token>,
    /// What the holder of that link, or of a sign-in that waits, has to show of their second factor.
    pub accepts: Option<Accepts>,
    /// The rules for the password that the holder of that link is to choose.
    pub rules: Option<PasswordPolicy>,
    /// How long links in mail live, for a page that mails one.
    pub links: Option<LinkPolicy>,
    /// The operator.
    pub operator: Option<Branding>,
    /// The organisation that the page's address asks for.
    pub worn: Option<Branding>,
}

/// What the operator has set for every page.
#[derive(Debug, Clone, Default)]
pub struct Support {
    /// Where people get help: an email address or a page's.
    pub contact: Option<String>,
}

impl RequestContext {
    /// That of the request that is being answered. Outside of one, nobody from nowhere.
    #[must_use]
    pub fn current() -> Self {
        use_context::<http::request::Parts>()
            .and_then(|parts| parts.extensions.get::<Self>().cloned())
            .unwrap_or_default()
    }

    /// What the page wears: of the organisation of whoever is signed in, of the one that its address asks for, else of the
    /// operator.
    #[must_use]
    pub fn branding(&self) -> Option<&Branding> {
        let own = self.signed_in.as_ref().map(|signed_in| &signed_in.branding);
        own.or(self.worn.as_ref()).or(self.operator.as_ref())
    }

    /// What stands around the page.
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
            is_staff: signed_in.is_some_and(|s| s.is_staff),
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

/// Who is calling.
///
/// # Errors
/// [`Refusal::SignedOut`] if nobody is signed in.
pub fn signed_in() -> Result<(Core, Person), Refusal> {
    let signed_in = RequestContext::current().signed_in.ok_or(Refusal::SignedOut)?;
    Ok((core(), signed_in.person))
}

/// The token of the link that brought the browser here.
///
/// # Errors
/// [`Refusal::NotFound`] if none did.
pub fn link() -> Result<Token, Refusal> {
    RequestContext::current().link.ok_or(Refusal::NotFound)
}
