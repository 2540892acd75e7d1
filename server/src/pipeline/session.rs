//! Finds the session of each request, once.
use crate::pipeline::edge::{field, text};
use crate::pipeline::faults::Told;
use crate::site::Site;
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http::header::{HeaderMap, HeaderName};
use portvakt_app::ui::fault::FaultBar;
use portvakt_app::web::api::ApiError;
use portvakt_app::web::cookies;
use portvakt_app::web::request::RequestContext;
use portvakt_core::error::CoreError;
use portvakt_core::known_device::KnownDevices;
use portvakt_core::session::{Browser, authenticate};
use portvakt_core::tenant::operator_branding;
use portvakt_core::token::Token;
use portvakt_model::fault::Fault;
use portvakt_model::flash::{OF, OF_HEADER};
use std::borrow::Cow;
use std::sync::Arc;

/// Completes the request's context with the session and the tokens in its cookies.
pub(crate) async fn layer(State(site): State<Arc<Site>>, mut request: Request, next: Next) -> Response {
    let known = request.extensions().get::<RequestContext>().cloned().unwrap_or_default();
    let context = match complete(&site, known, request.headers(), request.uri().query()).await {
        Ok(context) => context,
        Err(fault) => return Told(fault).into_response(),
    };
    let language = context.language;
    let bar = FaultBar {
        organisation: context.branding().map(|branding| branding.name.clone()),
        person: context.signed_in.as_ref().map(|signed_in| signed_in.name.clone()),
    };
    request.extensions_mut().insert(context);
    let mut answer = next.run(request).await;
    answer.extensions_mut().insert(language);
    // For the page of an error.
    answer.extensions_mut().insert(bar);
    answer
}

async fn complete(
    site: &Site,
    known: RequestContext,
    headers: &HeaderMap,
    query: Option<&str>,
) -> Result<RequestContext, Fault> {
    let told = |error: CoreError| ApiError::of(error, known.origin.reference).0;
    let token = |name| cookies::find(headers, name).and_then(Token::parse);
    let session = token(cookies::SESSION);
    let devices = cookies::find(headers, cookies::DEVICES);
    let devices = devices.map(|cookie| KnownDevices::open(&site.core, cookie)).unwrap_or_default();
    let signed_in = match &session {
        Some(token) => authenticate(&site.core, token, known.origin.clone()).await.map_err(told)?,
        None => None,
    };
    let operator = operator_branding(&site.core).await.map_err(told)?;
    // The language chosen in this browser, or else the account's, or else the one the browser asks for.
    let chosen = cookies::find(headers, cookies::LANGUAGE).is_some();
    let of_account = signed_in.as_ref().map(|s| s.language).filter(|_| !chosen);
    let language = of_account.unwrap_or(known.language);
    let mut context = RequestContext { browser: Browser { session, devices }, signed_in, operator, language, ..known };
    let of = text(headers, &HeaderName::from_static(OF_HEADER)).map(Cow::Borrowed).or_else(|| field(query, OF));
    be_about(&mut context, headers, of.as_deref());
    Ok(context)
}

/// Finds the link and the waiting sign-in that the page is about, by their handle.
pub(super) fn be_about(context: &mut RequestContext, headers: &HeaderMap, of: Option<&str>) {
    let held = |kind| of.and_then(|of| cookies::held(headers, kind, of));
    (context.link, context.waiting) = (held(cookies::LINK), held(cookies::WAITING));
    context.of = of.filter(|_| context.link.is_some() || context.waiting.is_some()).map(str::to_owned);
}
