//! The portal's cookies. Every name begins with `__Host-`, so that no other host and no plain connection can set or
//! read the cookie.
use http::{HeaderMap, HeaderValue, header};
use leptos::prelude::use_context;
use leptos_axum::ResponseOptions;
use portvakt_core::known_device;
use portvakt_core::session::Started;
use portvakt_core::sign_in::LIFETIME_SECS;
use portvakt_core::token::Token;
use portvakt_model::link::LinkKind;
use portvakt_model::policy::Policy;

/// The session's token. The browser drops it when it closes: a session on the person's device should not outlive their
/// sitting (NIST SP 800-63B-4, section 5.1).
pub const SESSION: &str = "__Host-portvakt";
/// The token of a sign-in that waits for its second factor.
pub const WAITING: &str = "__Host-sign-in";
/// The token of the link that brought the browser here.
pub const LINK: &str = "__Host-link";
/// The language that was chosen in this browser.
pub const LANGUAGE: &str = "__Host-language";
/// The outcome of a form post without JavaScript.
pub const FLASH: &str = "__Host-flash";
/// The accounts that have signed in from this browser, sealed. It only gives each of them a lockout lane of their own.
pub const DEVICES: &str = "__Host-devices";
/// Shows that the browser keeps cookies. It has no other use.
pub const PROBE: &str = "__Host-cookies";

/// The value of a cookie that a request carries.
#[must_use]
pub fn find<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let all = headers.get_all(header::COOKIE).into_iter().filter_map(|v| v.to_str().ok());
    all.flat_map(|v| v.split(';')).find_map(|c| c.trim().strip_prefix(name)?.strip_prefix('='))
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

/// Sets the cookies of the session and the known devices in a server function's answer, and removes the cookies of the
/// link and the waiting sign-in.
pub(crate) fn begin_session(started: &Started) {
    let devices = set(DEVICES, &started.devices, Some(known_device::LIFETIME_SECS));
    answer_with([set(SESSION, &started.token.reveal(), None), devices, clear(LINK), clear(WAITING)]);
}

/// Sets the cookie of a waiting sign-in in a server function's answer.
pub(crate) fn wait(token: &Token) {
    answer_with([set(WAITING, &token.reveal(), Some(LIFETIME_SECS))]);
}

/// Sets the cookie of a new link in a server function's answer.
pub(crate) fn hold_link(kind: LinkKind, token: &Token) {
    answer_with([set(LINK, &token.reveal(), Some(kind.lifetime_secs(Policy::FLOOR.links)))]);
}

/// Removes the cookie of a used link.
pub(crate) fn drop_link() {
    answer_with([clear(LINK)]);
}

/// Removes the language that was chosen in this browser, so that the account's language applies.
pub(crate) fn forget_language() {
    answer_with([clear(LANGUAGE)]);
}

/// Removes the cookies of the session, the link and the waiting sign-in, and tells the browser to clear its cache and
/// storage.
pub(crate) fn end_session() {
    answer_with([clear(SESSION), clear(LINK), clear(WAITING)]);
    if let Some(answer) = use_context::<ResponseOptions>() {
        answer.insert_header(
            http::HeaderName::from_static("clear-site-data"),
            HeaderValue::from_static("\"cache\", \"storage\""),
        );
    }
}

fn answer_with<const N: usize>(cookies: [Option<HeaderValue>; N]) {
    let Some(answer) = use_context::<ResponseOptions>() else { return };
    for cookie in cookies.into_iter().flatten() {
        answer.append_header(header::SET_COOKIE, cookie);
    }
}
