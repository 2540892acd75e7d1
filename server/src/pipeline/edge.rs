//! The first steps of every request: its id and log span, the check of its host, and the headers of its answer.
use super::headers;
use crate::base::Base;
use crate::listen::peer::Peer;
use crate::site::Site;
use axum::Router;
use axum::extract::{ConnectInfo, Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http::header::{self, HeaderMap, HeaderValue};
use http::{Method, StatusCode, Uri};
use portvakt_app::web::cookies;
use portvakt_app::web::request::RequestContext;
use portvakt_core::caller::Origin;
use portvakt_model::fault::Reference;
use portvakt_model::language::Language;
use portvakt_model::local_path::LocalPath;
use std::borrow::Cow;
use std::net::SocketAddr;
use std::sync::Arc;
use tracing::Instrument;

/// Seconds that a browser remembers the chosen language: a year.
const LANGUAGE_SECS: i64 = 365 * 24 * 60 * 60;

/// Gives the request its context and its log span, and completes the answer.
pub(crate) async fn context(State(site): State<Arc<Site>>, mut request: Request, next: Next) -> Response {
    let reference = Reference(u32::from_be_bytes(site.core.random.bytes()));
    let headers = request.headers();
    let chosen = cookies::find(headers, cookies::LANGUAGE).and_then(Language::of_tag);
    let from = request.extensions().get::<ConnectInfo<SocketAddr>>().map(|peer| peer.0);
    let peer = Peer::of(&site.proxy, from, headers);
    let device = text(headers, &header::USER_AGENT).unwrap_or_default();
    let context = RequestContext {
        origin: Origin {
            network: peer.address.map(|ip| ip.to_string()).unwrap_or_default(),
            device: device.chars().filter(|c| !c.is_control()).take(Origin::MAX_DEVICE).collect(),
            reference,
        },
        language: chosen
            .or_else(|| text(headers, &header::ACCEPT_LANGUAGE).and_then(Language::accepted))
            .unwrap_or_default(),
        ..RequestContext::default()
    };
    request.extensions_mut().insert(context);
    request.extensions_mut().insert(peer);
    let span = tracing::info_span!("request", %reference, method = %request.method(), path = loggable(request.uri()));
    let mut answer = next.run(request).instrument(span).await;
    headers::complete(&mut answer, reference, site.base.is_only_https());
    answer
}

/// The part of a path that may be logged: a link's token is a secret.
fn loggable(uri: &Uri) -> &str {
    let path = uri.path();
    let second = path.char_indices().filter(|(_, c)| *c == '/').nth(1);
    second
        .map_or(path, |(at, _)| if path.starts_with("/pkg/") || path.starts_with("/rpc/") { path } else { &path[..at] })
}

/// Redirects a request to the portal's origin if it names this machine's loopback address, or if it reached the proxy
/// in the clear. Refuses every other host: links and cookies belong to one.
pub(crate) async fn host(State(site): State<Arc<Site>>, request: Request, next: Next) -> Response {
    let authority = request.uri().authority().map(http::uri::Authority::as_str);
    let hosts = request.headers().get_all(header::HOST).iter().count();
    let in_the_clear = request.extensions().get::<Peer>().is_some_and(|peer| peer.in_the_clear);
    match authority.or_else(|| text(request.headers(), &header::HOST)) {
        Some(host) if hosts <= 1 && site.base.is(host) && !in_the_clear => next.run(request).await,
        Some(host) if hosts <= 1 && (site.base.is_alias(host) || site.base.is(host)) && is_read(request.method()) => {
            let path = request.uri().path_and_query().map_or("/", |p| p.as_str());
            to(StatusCode::TEMPORARY_REDIRECT, &format!("{}{path}", site.base.origin()))
        }
        Some(_) if hosts <= 1 => StatusCode::MISDIRECTED_REQUEST.into_response(),
        _ => StatusCode::BAD_REQUEST.into_response(),
    }
}

/// Redirects plain HTTP to the portal, whatever its host, and refuses forms.
pub(crate) fn redirect(base: Base) -> Router {
    Router::new().fallback(async move |request: Request| {
        if !is_read(request.method()) {
            return StatusCode::FORBIDDEN.into_response();
        }
        let path = request.uri().path_and_query().map_or("/", |path| path.as_str());
        to(StatusCode::PERMANENT_REDIRECT, &format!("{}{path}", base.origin()))
    })
}

/// Keeps the language of `?lang=` in a cookie and redirects to the same address without it.
pub(crate) async fn language(request: Request, next: Next) -> Response {
    let query = request.uri().query().unwrap_or_default();
    let parts = || query.split('&').filter(|part| !part.is_empty());
    let asked = parts().find_map(|part| part.strip_prefix("lang=").and_then(Language::of_tag));
    let Some(language) = asked.filter(|_| is_read(request.method())) else { return next.run(request).await };
    let rest: Vec<_> = parts().filter(|part| !part.starts_with("lang=")).collect();
    let mark = if rest.is_empty() { "" } else { "?" };
    let address = format!("{}{mark}{}", request.uri().path(), rest.join("&"));
    // A browser would read a path such as `//evil.test` in a Location as another site.
    let mut answer = to(StatusCode::SEE_OTHER, LocalPath::parse(&address).unwrap_or_default().as_str());
    if let Some(cookie) = cookies::set(cookies::LANGUAGE, language.tag(), Some(LANGUAGE_SECS)) {
        answer.headers_mut().append(header::SET_COOKIE, cookie);
    }
    answer
}

/// Makes a redirect. An address that no header can hold becomes the start page.
pub(crate) fn to(status: StatusCode, address: &str) -> Response {
    let address = HeaderValue::from_str(address).unwrap_or(HeaderValue::from_static("/"));
    (status, [(header::LOCATION, address)]).into_response()
}

pub(crate) fn is_read(method: &Method) -> bool {
    method == Method::GET || method == Method::HEAD
}

/// A field of a query.
pub(crate) fn field<'q>(query: Option<&'q str>, name: &str) -> Option<Cow<'q, str>> {
    let fields = form_urlencoded::parse(query.unwrap_or_default().as_bytes());
    fields.into_iter().find(|(is, _)| is == name).map(|(_, value)| value)
}

pub(crate) fn text<'a>(headers: &'a HeaderMap, name: &http::HeaderName) -> Option<&'a str> {
    headers.get(name)?.to_str().ok()
}

/// Whether the answer is for a person: the request is a navigation or a plain form post, not a call from the page's
/// script.
pub(crate) fn wants_page(headers: &HeaderMap) -> bool {
    text(headers, &header::ACCEPT).is_some_and(|accept| accept.contains("text/html"))
}

#[test]
fn a_links_token_is_not_logged() {
    for (path, logged) in [
        ("/setup/abc", "/setup"),
        ("/reset/abc/def", "/reset"),
        ("/sign-in?next=/", "/sign-in"),
        ("/rpc/sign_in", "/rpc/sign_in"),
        ("/", "/"),
    ] {
        assert_eq!(loggable(&path.parse().unwrap()), logged);
    }
}
