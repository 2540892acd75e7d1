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

use crate::pipeline::edge::{field, is_read, text, to, wants_page};
use crate::pipeline::faults::Told;
use crate::pipeline::session::be_about;
use crate::site::Site;
use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use fields::Fields;
use http::header::{self, HeaderMap, HeaderName, HeaderValue};
use http::request::Parts;
use http::{Method, StatusCode};
use leptos::server_fn::ServerFn;
use portvakt_app::shell::sign_out::SignOut;
use portvakt_app::web::api::ApiError;
use portvakt_app::web::cookies;
use portvakt_app::web::request::{MadeFor, RequestContext};
use portvakt_core::step_up;
use portvakt_core::token::Token;
use portvakt_model::fault::{Fault, Reference, Refusal};
use portvakt_model::flash::{FOR_HEADER, Flash, OF, Outcome, PROOF_HEADER, TypedWaits};
use portvakt_model::local_path::LocalPath;
use portvakt_model::page::Page;
use portvakt_model::urlencoded::decoded;
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
    let back = way_back(&fields, &parts);
    if plain && let Some(context) = parts.extensions.get_mut::<RequestContext>() {
        be_about(context, &parts.headers, field(back.query(), OF).as_deref());
    }
    let function = parts.uri.path().to_owned();
    let made_for = match made_for(site, &fields, &parts.headers) {
        Ok(made_for) => made_for,
        Err(refusal) => return Told(Fault::Refused(refusal)).into_response(),
    };
    let keep = async |made_for: MadeFor| {
        let (page, kept, account) = (flash::place(&back), fields.kept(), Some(made_for.account));
        flash::cookie(site, &Flash { page, form: function.clone(), account, outcome: Outcome::Kept, kept }).await
    };
    if plain
        && fields.is_again()
        && let Some(made_for) = made_for
    {
        return with_cookie(to(StatusCode::SEE_OTHER, back.as_str()), keep(made_for).await);
    }
    if let Some((refusal, made_for)) = made_for.and_then(|made_for| Some((elsewhere(made_for, &parts)?, made_for))) {
        // An error page, also without JavaScript: the person may not be allowed to open the form's page.
        let kept = if plain { keep(made_for).await } else { None };
        return with_cookie(Told(Fault::Refused(refusal)).into_response(), kept);
    }
    let proven = prove(site, &fields, &parts).await;
    let signed_in = parts.extensions.get::<RequestContext>().and_then(|context| context.signed_in.as_ref());
    let account = signed_in.map(|signed_in| signed_in.person.account);
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
    if outcome == Outcome::Refused(Fault::Refused(Refusal::SignedOut))
        && let Some(made_for) = made_for
    {
        return with_cookie(to(StatusCode::SEE_OTHER, back.as_str()), keep(made_for).await);
    }
    let (outcome, response) = reported(outcome, response).await;

    let (mut redirect, flash) = if let (Some(onward), Outcome::Done) = (onward(&response), &outcome) {
        (to(StatusCode::SEE_OTHER, &onward), None)
    } else {
        let flash = Flash { page: flash::place(&back), form: function, account, outcome, kept: fields.kept() };
        (to(StatusCode::SEE_OTHER, back.as_str()), flash::cookie(site, &flash).await)
    };
    for name in [header::SET_COOKIE, HeaderName::from_static("clear-site-data")] {
        for value in response.headers().get_all(&name) {
            redirect.headers_mut().append(&name, value.clone());
        }
    }
    with_cookie(redirect, flash)
}

fn with_cookie(mut answer: Response, cookie: Option<HeaderValue>) -> Response {
    if let Some(cookie) = cookie {
        answer.headers_mut().append(header::SET_COOKIE, cookie);
    }
    answer
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

/// The person and the organisation that the page was made for. A form says so in a field, a script in a header. A text
/// that this portal never wrote is refused like another person's.
fn made_for(site: &Site, fields: &Fields, headers: &HeaderMap) -> Result<Option<MadeFor>, Refusal> {
    let said = fields.made_for().or_else(|| text(headers, &HeaderName::from_static(FOR_HEADER)));
    said.map(|said| MadeFor::open(&site.core, said).ok_or(Refusal::OtherPerson)).transpose()
}

/// The refusal of a form whose page was made for another person or another organisation than the session's current ones.
/// Signing out is the same for all of them.
fn elsewhere(made_for: MadeFor, parts: &Parts) -> Option<Refusal> {
    let context = parts.extensions.get::<RequestContext>()?;
    let refusal = made_for.refusal(&context.signed_in.as_ref()?.person);
    refusal.filter(|_| parts.uri.path() != SignOut::PATH)
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
    let headers = request.headers().clone();
    let here = request.uri().path_and_query().and_then(|here| LocalPath::parse(here.as_str())).unwrap_or_default();
    let signed_in = request.extensions().get::<RequestContext>().and_then(|context| context.signed_in.as_ref());
    let account = signed_in.map(|signed_in| signed_in.person.account);
    let flash = if shown { flash::of(site, &headers, &here, account).await } else { None };
    let flashed = flash.as_ref().map(|(name, _)| *name);
    if let Some((_, flash)) = flash {
        request.extensions_mut().insert(flash);
    }
    let onward = field(request.uri().query(), "next").and_then(|next| LocalPath::parse(&next));
    if here.path() == Page::SignIn.path() && onward.is_some_and(|onward| flash::waits(site, &headers, &onward)) {
        request.extensions_mut().insert(TypedWaits);
    }
    let probed = cookies::find(request.headers(), cookies::PROBE).is_some();
    let mut response = next.run(request).await;
    let probe = cookies::set(cookies::PROBE, "on", None).filter(|_| !probed);
    let clear = flashed.filter(|_| !response.status().is_redirection()).and_then(cookies::clear);
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
