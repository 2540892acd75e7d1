//! What the server found out about a request before a page or a server function sees it.
use crate::api::ApiError;
use leptos::prelude::{expect_context, use_context};
use portvakt_core::Core;
use portvakt_core::caller::{Origin, Person};
use portvakt_core::session::{Browser, SignedIn};
use portvakt_core::token::Token;
use portvakt_model::fault::Refusal;
use portvakt_model::frame::Frame;
use portvakt_model::language::Language;
use portvakt_model::policy::PasswordPolicy;

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
    /// The rules for the password that the holder of that link is to choose.
    pub rules: Option<PasswordPolicy>,
    /// The operator's name.
    pub operator: Option<String>,
}

impl RequestContext {
    /// That of the request that is being answered. Outside of one, nobody from nowhere.
    #[must_use]
    pub fn current() -> Self {
        use_context::<http::request::Parts>()
            .and_then(|parts| parts.extensions.get::<Self>().cloned())
            .unwrap_or_default()
    }

    /// What stands around the page.
    #[must_use]
    pub fn frame(&self) -> Frame {
        let signed_in = self.signed_in.as_ref();
        Frame {
            language: self.language,
            organisation: signed_in.map(|s| s.organisation.clone()).or_else(|| self.operator.clone()),
            operator: self.operator.clone(),
            person: signed_in.map(|s| s.name.clone()),
            role: signed_in.map(|s| s.role),
            is_staff: signed_in.is_some_and(|s| s.is_staff),
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
pub fn signed_in() -> Result<(Core, Person), ApiError> {
    let signed_in = RequestContext::current().signed_in.ok_or(Refusal::SignedOut)?;
    Ok((core(), signed_in.person))
}

/// The token of the link that brought the browser here.
///
/// # Errors
/// [`Refusal::NotFound`] if none did.
pub fn link() -> Result<Token, ApiError> {
    Ok(RequestContext::current().link.ok_or(Refusal::NotFound)?)
}
