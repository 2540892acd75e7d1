//! Turns every error answer into a page in the person's language with the request's id, a typed fault for the page's
//! script, or a line for another program.
use crate::pipeline::edge::{is_read, wants_page};
use crate::site::Site;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use http::header::{self, HeaderValue};
use portvakt_app::ui::fault::{FaultBar, fault_page};
use portvakt_app::web::request::RequestContext;
use portvakt_model::fault::Fault;
use portvakt_model::language::Language;
use portvakt_model::local_path::LocalPath;
use std::any::Any;
use std::sync::Arc;

/// No script: the page has to work if nothing else does.
const POLICY: &str =
    "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// An answer with a fault to report.
pub(crate) struct Told(pub Fault);

impl IntoResponse for Told {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.0.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let mut answer = status.into_response();
        if let Some(seconds) = self.0.retry_after_secs() {
            answer.headers_mut().insert(header::RETRY_AFTER, seconds.into());
        }
        answer.extensions_mut().insert(self.0);
        answer
    }
}

/// The answer after a panic. The panic's message goes to the log only, because it may hold anything.
#[expect(clippy::needless_pass_by_value, reason = "the layer gives it away")]
pub(crate) fn panicked(panic: Box<dyn Any + Send>) -> Response {
    let message = panic.downcast_ref::<String>().map(String::as_str).or_else(|| panic.downcast_ref::<&str>().copied());
    tracing::error!(panic = message.unwrap_or("without a message"), "a request panicked");
    StatusCode::INTERNAL_SERVER_ERROR.into_response()
}

/// Reports every error in the form that the client reads: a page, a typed fault for a call from the page's script, or
/// a line.
pub(crate) async fn layer(State(site): State<Arc<Site>>, request: Request, next: Next) -> Response {
    let context = request.extensions().get::<RequestContext>().cloned().unwrap_or_default();
    let page = wants_page(request.headers());
    let fetch = request.uri().path().starts_with("/rpc/");
    // A browser would read a path such as `//evil.test` in a link as another site.
    let again = request.uri().path_and_query().and_then(|asked| LocalPath::parse(asked.as_str()));
    let again = again.filter(|_| is_read(request.method())).map(|asked| asked.as_str().to_owned());
    let answer = next.run(request).await;
    let status = answer.status();
    if !(status.is_client_error() || status.is_server_error()) {
        return answer;
    }
    let (mut parts, _) = answer.into_parts();
    let language = parts.extensions.get::<Language>().copied().unwrap_or(context.language);
    let fault = parts.extensions.remove::<Fault>();
    let bar = parts.extensions.remove::<FaultBar>().unwrap_or_default();
    let reference = context.origin.reference;
    for name in [header::CONTENT_LENGTH, header::CONTENT_ENCODING, header::CONTENT_SECURITY_POLICY, header::ETAG] {
        parts.headers.remove(name);
    }
    let (kind, body) = if page {
        parts.headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY));
        let again = again.filter(|_| status.is_server_error());
        let stylesheet = format!("/{}/{}.css", site.options.site_pkg_dir, site.options.output_name);
        ("text/html; charset=utf-8", fault_page(&stylesheet, bar, language, status.as_u16(), fault, reference, again))
    } else if fetch {
        let ours = if status.is_server_error() { Fault::Failed(reference) } else { Fault::Unreadable };
        ("application/json", serde_json::to_string(&fault.unwrap_or(ours)).unwrap_or_default())
    } else {
        let reason = status.canonical_reason().unwrap_or("Error");
        ("text/plain; charset=utf-8", format!("{} {reason}, reference {reference}\n", status.as_u16()))
    };
    parts.headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    Response::from_parts(parts, Body::from(body))
}
