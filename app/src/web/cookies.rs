//! The portal's cookies. Every name begins with `__Host-`, so that no other host and no plain connection can set or
//! read the cookie.
use crate::web::request::RequestContext;
use http::request::Parts;
use http::{HeaderMap, HeaderValue, header};
use leptos::prelude::use_context;
use leptos_axum::ResponseOptions;
use portvakt_core::known_device;
use portvakt_core::session::Started;
use portvakt_core::sign_in::LIFETIME_SECS;
use portvakt_core::token::Token;
use portvakt_model::language::Language;
use portvakt_model::link::LinkKind;
use portvakt_model::policy::Policy;

/// The session's token. The browser drops it when it closes: a session on the person's device should not outlive their
/// sitting (NIST SP 800-63B-4, section 5.1).
pub const SESSION: &str = "__Host-portvakt";
/// The tokens of sign-ins that wait for their next stage. Each cookie has the token's handle behind this name, so that
/// several people can sign in at once.
pub const WAITING: &str = "__Host-sign-in-";
/// The tokens of links that were opened in this browser, named in the same way.
pub const LINK: &str = "__Host-link-";
/// The language that was chosen in this browser.
pub const LANGUAGE: &str = "__Host-language";
/// The outcome of a form post without JavaScript.
pub const FLASH: &str = "__Host-flash";
/// The fields of a form whose person had to sign in again.
pub const KEPT: &str = "__Host-kept";
/// The accounts that have signed in from this browser, sealed. It only gives each of them a lockout lane of their own.
pub const DEVICES: &str = "__Host-devices";
/// Shows that the browser keeps cookies. It has no other use.
pub const PROBE: &str = "__Host-cookies";

/// The value of a cookie that a request carries.
#[must_use]
pub fn find<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    all(headers).find_map(|c| c.strip_prefix(name)?.strip_prefix('='))
}

fn all(headers: &HeaderMap) -> impl Iterator<Item = &str> {
    let lines = headers.get_all(header::COOKIE).into_iter().filter_map(|v| v.to_str().ok());
    lines.flat_map(|v| v.split(';')).map(str::trim)
}

/// A `Set-Cookie` header that lasts for `seconds`, or until the browser closes. `None` if a cookie cannot hold the
/// value.
#[must_use]
pub fn set(name: &str, value: &str, seconds: Option<i64>) -> Option<HeaderValue> {
    let age = seconds.map(|s| format!("; Max-Age={s}")).unwrap_or_default();
    HeaderValue::from_str(&format!("{name}={value}; Path=/; Secure; HttpOnly; SameSite=Lax{age}")).ok()
}

/// A `Set-Cookie` header that removes a cookie.
#[must_use]
pub fn clear(name: &str) -> Option<HeaderValue> {
    set(name, "", Some(0))
}

/// The most links, and the most waiting sign-ins, that one browser holds. One more replaces the oldest one.
const MOST: usize = 5;

/// The token that a browser holds under a handle, of a link or of a waiting sign-in.
#[must_use]
pub fn held(headers: &HeaderMap, kind: &str, handle: &str) -> Option<Token> {
    // A value of the wrong name under this handle is somebody's own making.
    find(headers, &format!("{kind}{handle}")).and_then(Token::parse).filter(|token| token.handle() == handle)
}

/// The headers with which a browser holds a token for `seconds` under its handle.
#[must_use]
pub fn hold(headers: &HeaderMap, kind: &str, token: &Token, seconds: i64) -> Vec<HeaderValue> {
    let name = format!("{kind}{}", token.handle());
    let held = all(headers).filter_map(|c| c.split_once('=')).map(|(is, _)| is);
    // Browsers send the oldest cookie first.
    let others: Vec<&str> = held.filter(|is| is.starts_with(kind) && *is != name).collect();
    let over = others.iter().take((others.len() + 1).saturating_sub(MOST));
    over.filter_map(|is| clear(is)).chain(set(&name, &token.reveal(), Some(seconds))).collect()
}

/// Sets the cookies of the session and the known devices in a server function's answer.
pub(crate) fn begin_session(started: &Started) {
    let devices = set(DEVICES, &started.devices, Some(known_device::LIFETIME_SECS));
    answer_with([set(SESSION, &started.token.reveal(), None), devices].into_iter().flatten());
}

/// Sets the cookie of a waiting sign-in in a server function's answer.
pub(crate) fn wait(token: &Token) {
    answer_with(hold(&headers(), WAITING, token, LIFETIME_SECS));
}

/// Sets the cookie of a new link in a server function's answer.
pub(crate) fn hold_link(kind: LinkKind, token: &Token) {
    answer_with(hold(&headers(), LINK, token, kind.lifetime_secs(Policy::FLOOR.links)));
}

/// Removes the cookie of the link or the waiting sign-in that the request was about.
pub(crate) fn drop_held() {
    if let Some(handle) = RequestContext::current().of {
        let names = [LINK, WAITING].map(|kind| format!("{kind}{handle}"));
        let headers = headers();
        answer_with(names.iter().filter(|name| find(&headers, name).is_some()).filter_map(|name| clear(name)));
    }
}

/// The language that was chosen in this browser.
pub(crate) fn chosen_language() -> Option<Language> {
    Language::of_tag(find(&headers(), LANGUAGE)?)
}

/// Removes the language that was chosen in this browser, so that the account's language applies.
pub(crate) fn forget_language() {
    answer_with(clear(LANGUAGE));
}

/// Removes the cookie of the session, and tells the browser to clear its cache and storage. Links stay: a guest signs out
/// in order to open one as somebody else.
pub(crate) fn end_session() {
    answer_with(clear(SESSION));
    if let Some(answer) = use_context::<ResponseOptions>() {
        answer.insert_header(
            http::HeaderName::from_static("clear-site-data"),
            HeaderValue::from_static("\"cache\", \"storage\""),
        );
    }
}

/// The headers of the request that is being answered.
fn headers() -> HeaderMap {
    use_context::<Parts>().map(|parts| parts.headers).unwrap_or_default()
}

fn answer_with(cookies: impl IntoIterator<Item = HeaderValue>) {
    let Some(answer) = use_context::<ResponseOptions>() else { return };
    for cookie in cookies {
        answer.append_header(header::SET_COOKIE, cookie);
    }
}
