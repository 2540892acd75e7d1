//! The server's half of every form: one layer around pages and server functions.
//!
//! A server function answers `Err(fault)` and nothing else. The fault is the JSON body that `server_fn` makes of it, and
//! this layer reads it there:
//!
//! * for a fetch it puts the fault's own status on the answer (`server_fn` says 500 to every `Err`);
//! * a plain form post is run *as if* it were a fetch, and the answer becomes a 303 to the page it came from, with
//!   the outcome in a sealed cookie that the page's next render shows and clears.
mod fields;
pub(crate) mod flash;

use crate::pipeline::edge::{is_read, text, to, wants_page};
use crate::pipeline::faults::Told;
use crate::site::Site;
use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use fields::{Fields, decoded};
use http::header::{self, HeaderMap, HeaderName, HeaderValue};
use http::request::Parts;
use http::{Method, StatusCode};
use leptos::server_fn::ServerFn;
use portvakt_app::shell::sign_out::SignOut;
use portvakt_app::web::api::ApiError;
use portvakt_app::web::cookies;
use portvakt_app::web::request::RequestContext;
use portvakt_core::step_up;
use portvakt_core::token::Token;
use portvakt_model::fault::{Fault, Reference, Refusal};
use portvakt_model::flash::{Flash, Outcome, PROOF_HEADER, TENANT_HEADER};
use portvakt_model::local_path::LocalPath;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::timeout;

/// The most bytes of a form. The longest field is a password of at most 1,024 bytes; the rest is room for longer
/// texts.
const MAX_FORM: usize = 64 * 1024;
/// The longest that a form may take to arrive: enough for a phone in a tunnel, too little to hold connections open.
pub(crate) const BODY_TIME: Duration = Duration::from_secs(20);
/// `leptos_axum::redirect` sets it on the answer to a call.
const REDIRECT: &str = "serverfnredirect";
/// `server_fn` sets it on every `Err`.
const ERROR: &str = "serverfnerror";

/// The layer around pages and server functions.
pub(crate) async fn layer(State(site): State<Arc<Site>>, request: Request, next: Next) -> Response {
    if request.uri().path().starts_with("/rpc/") {
        return call(&site, request, next).await;
    }
    if is_read(request.method()) {
        return page(&site, request, next).await;
    }
    next.run(request).await
}

/// A call of a server function.
async fn call(site: &Site, request: Request, next: Next) -> Response {
    if request.method() != Method::POST {
        return (StatusCode::METHOD_NOT_ALLOWED, [(header::ALLOW, "POST")]).into_response();
    }
    if !same_origin(request.headers(), &site.base.origin()) {
        return StatusCode::FORBIDDEN.into_response();
    }
    let form = text(request.headers(), &header::CONTENT_TYPE).and_then(|t| t.split(';').next());
    if form.is_none_or(|form| !form.trim().eq_ignore_ascii_case("application/x-www-form-urlencoded")) {
        return StatusCode::UNSUPPORTED_MEDIA_TYPE.into_response();
    }
    let plain = wants_page(request.headers());
    let (mut parts, body) = request.into_parts();
    let body = match timeout(BODY_TIME, to_bytes(body, MAX_FORM)).await {
        Ok(Ok(body)) => body,
        Ok(Err(_)) => return StatusCode::PAYLOAD_TOO_LARGE.into_response(),
        Err(_) => return StatusCode::REQUEST_TIMEOUT.into_response(),
    };
    if !parts.headers.contains_key(header::COOKIE) {
        // A browser without cookies cannot be signed in and would not bring a flash back.
        let fault = Fault::Refused(Refusal::CookiesOff);
        return Told(fault).into_response();
    }
    let Some(fields) = Fields::read(&body) else { return Told(Fault::Unreadable).into_response() };
    if is_elsewhere(&fields, &parts) {
        // An error page, also without JavaScript: the person may not be allowed to open the form's page in the
        // current organisation.
        return Told(Fault::Refused(Refusal::OtherOrganisation)).into_response();
    }
    let proven = prove(site, &fields, &parts).await;
    let back = way_back(&fields, &parts);
    let function = parts.uri.path().to_owned();
    if plain {
        parts.headers.insert(header::ACCEPT, HeaderValue::from_static("application/json"));
    }
    let (outcome, response) = match proven {
        Ok(renewed) => {
            let (outcome, mut response) = answer(next.run(Request::from_parts(parts, Body::from(body))).await).await;
            keep_session(renewed, &mut response);
            (outcome, response)
        }
        Err(fault) => (Outcome::Refused(fault.clone()), Told(fault).into_response()),
    };
    if !plain {
        return response;
    }
    let (outcome, response) = reported(outcome, response).await;

    let (mut redirect, flash) = if let (Some(onward), Outcome::Done) = (onward(&response), &outcome) {
        (to(StatusCode::SEE_OTHER, &onward), None)
    } else {
        let flash = Flash { page: back.path().to_owned(), form: function, outcome, kept: fields.kept() };
        (to(StatusCode::SEE_OTHER, back.as_str()), flash::cookie(site, &flash).await)
    };
    for name in [header::SET_COOKIE, HeaderName::from_static("clear-site-data")] {
        for value in response.headers().get_all(&name) {
            redirect.headers_mut().append(&name, value.clone());
        }
    }
    if let Some(flash) = flash {
        redirect.headers_mut().append(header::SET_COOKIE, flash);
    }
    redirect
}

/// Checks the proof of identity that a form brings, before the form's own action. The session's new token.
async fn prove(site: &Site, fields: &Fields, parts: &Parts) -> Result<Option<Token>, Fault> {
    let context = parts.extensions.get::<RequestContext>();
    let header =
        || text(&parts.headers, &HeaderName::from_static(PROOF_HEADER)).and_then(|proof| decoded(proof.as_bytes()));
    let Some((typed, context)) = fields.proof().map(str::to_owned).or_else(header).zip(context) else {
        return Ok(None);
    };
    let Some(signed_in) = &context.signed_in else { return Ok(None) };
    let told = |error| ApiError::of(error, context.origin.reference).0;
    step_up::prove(&site.core, &signed_in.person, &context.browser.devices, &typed).await.map(Some).map_err(told)
}

/// Adds the session's new token to the answer, unless the answer brings a newer one.
fn keep_session(renewed: Option<Token>, response: &mut Response) {
    let newer = format!("{}=", cookies::SESSION);
    let has_newer = |value: &HeaderValue| value.as_bytes().starts_with(newer.as_bytes());
    if response.headers().get_all(header::SET_COOKIE).iter().any(has_newer) {
        return;
    }
    let cookie = renewed.and_then(|token| cookies::set(cookies::SESSION, &token.reveal(), None));
    if let Some(cookie) = cookie {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
}

/// Whether the page was made for another organisation than the session's current one. A form says so in a field, a
/// script in a header. Signing out is the same in every organisation.
fn is_elsewhere(fields: &Fields, parts: &Parts) -> bool {
    let signed_in = parts.extensions.get::<RequestContext>().and_then(|context| context.signed_in.as_ref());
    let header = HeaderName::from_static(TENANT_HEADER);
    let Some((signed_in, said)) = signed_in.zip(fields.tenant().or_else(|| text(&parts.headers, &header))) else {
        return false;
    };
    parts.uri.path() != SignOut::PATH && signed_in.person.tenant.to_string() != said
}

/// The address to which a server function redirects the browser.
fn onward(response: &Response) -> Option<String> {
    response.headers().get(REDIRECT)?;
    Some(response.headers().get(header::LOCATION)?.to_str().ok()?.to_owned())
}

/// The page of a plain post: the form's field, or else the path of the Referer. The Referer's host is not compared,
/// because only a path of this site results.
fn way_back(fields: &Fields, parts: &Parts) -> LocalPath {
    let referer = || {
        let uri: http::Uri = text(&parts.headers, &header::REFERER)?.parse().ok()?;
        LocalPath::parse(uri.path_and_query()?.as_str())
    };
    fields.page().or_else(referer).unwrap_or_default()
}

/// Whether a request comes from the portal's own pages. Browsers tell in `Sec-Fetch-Site`, also for a page that sends
/// `Origin: null` because it sends no referrer. An `Origin` of another site is refused whatever the other headers
/// say.
pub(crate) fn same_origin(headers: &HeaderMap, ours: &str) -> bool {
    let site = HeaderName::from_static("sec-fetch-site");
    let one = |name| headers.get_all(name).iter().count() <= 1;
    if !one(&site) || !one(&header::ORIGIN) {
        return false;
    }
    match (headers.get(site).map(HeaderValue::as_bytes), headers.get(header::ORIGIN).map(HeaderValue::as_bytes)) {
        (Some(b"same-origin"), None | Some(b"null")) => true,
        (Some(b"same-origin") | None, Some(origin)) => origin == ours.as_bytes(),
        _ => false,
    }
}

/// The result of a server function, and its answer with the fault's own status.
async fn answer(response: Response) -> (Outcome, Response) {
    if !response.headers().contains_key(ERROR) {
        let done = response.status().is_success() || response.status().is_redirection();
        let outcome = if done { Outcome::Done } else { Outcome::Refused(Fault::Failed(Reference::default())) };
        return (outcome, response);
    }
    let (mut parts, body) = response.into_parts();
    let body = to_bytes(body, MAX_FORM).await.unwrap_or_default();
    let fault = serde_json::from_slice(&body).unwrap_or(Fault::Failed(Reference::default()));
    // The layer in `faults` makes the body of every error from the fault.
    let mut told = Told(fault.clone()).into_response();
    parts.headers.remove(header::CONTENT_LENGTH);
    told.headers_mut().extend(parts.headers);
    (Outcome::Refused(fault), told)
}

/// The result, with what the server function returned.
async fn reported(outcome: Outcome, response: Response) -> (Outcome, Response) {
    if outcome != Outcome::Done {
        return (outcome, response);
    }
    let (parts, body) = response.into_parts();
    let body = to_bytes(body, MAX_FORM).await.unwrap_or_default();
    // A function with nothing to tell returns `null`.
    let outcome = serde_json::from_slice::<Option<Outcome>>(&body).ok().flatten().unwrap_or(Outcome::Done);
    (outcome, Response::from_parts(parts, Body::empty()))
}

/// Gives a page its flash and clears the flash after the render. It also gives the browser a probe cookie, so that a
/// form can tell whether the browser keeps cookies.
async fn page(site: &Site, mut request: Request, next: Next) -> Response {
    // A prefetch must not use the flash up.
    let shown = !request.headers().contains_key("sec-purpose") && request.method() == Method::GET;
    let (headers, path) = (request.headers().clone(), request.uri().path().to_owned());
    let flash = if shown { flash::of(site, &headers, &path).await } else { None };
    let flashed = flash.is_some();
    if let Some(flash) = flash {
        request.extensions_mut().insert(flash);
    }
    let probed = cookies::find(request.headers(), cookies::PROBE).is_some();
    let mut response = next.run(request).await;
    let probe = cookies::set(cookies::PROBE, "on", None).filter(|_| !probed);
    let clear = cookies::clear(cookies::FLASH).filter(|_| flashed && !response.status().is_redirection());
    for cookie in [probe, clear].into_iter().flatten() {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for (name, value) in pairs {
            headers.append(*name, HeaderValue::from_static(value));
        }
        headers
    }

    #[test]
    fn only_our_own_pages_post_here() {
        const OURS: &str = "http://localhost:3000";
        for good in [
            &[("sec-fetch-site", "same-origin")][..],
            &[("sec-fetch-site", "same-origin"), ("origin", OURS)],
            &[("sec-fetch-site", "same-origin"), ("origin", "null")],
            &[("origin", OURS)],
        ] {
            assert!(same_origin(&headers(good), OURS), "{good:?}");
        }
        for bad in [
            &[][..],
            &[("origin", "null")],
            &[("origin", "https://evil.test")],
            &[("origin", "http://localhost:3000.evil.test")],
            &[("origin", "http://localhost:30000")],
            &[("origin", "https://localhost:3000")],
            &[("sec-fetch-site", "cross-site")],
            &[("sec-fetch-site", "same-site"), ("origin", OURS)],
            &[("sec-fetch-site", "none")],
            &[("sec-fetch-site", "same-origin"), ("origin", "https://evil.test")],
            &[("sec-fetch-site", "same-origin"), ("sec-fetch-site", "cross-site")],
            &[("origin", OURS), ("origin", "https://evil.test")],
        ] {
            assert!(!same_origin(&headers(bad), OURS), "{bad:?}");
        }
    }
}
