//! An organisation's accent colour, as a style sheet, and its logo. Both are public.
use crate::pipeline::faults::Told;
use crate::site::Site;
use axum::extract::{Path, Request, State};
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use http::header::{self, HeaderValue};
use portvakt_app::web::api::ApiError;
use portvakt_app::web::request::RequestContext;
use portvakt_core::error::CoreError;
use portvakt_core::organisation::{find_branding, find_logo};
use std::sync::Arc;

/// For a file whose address changes with its content.
const FOR_EVER: HeaderValue = HeaderValue::from_static("public, max-age=31536000, immutable");

/// `/theme/SLUG.css?RRGGBB`. Only the address that pages link is cached; any other query gets the same style sheet
/// uncached.
pub(crate) async fn stylesheet(State(site): State<Arc<Site>>, Path(file): Path<String>, request: Request) -> Response {
    let Some(slug) = file.strip_suffix(".css") else { return StatusCode::NOT_FOUND.into_response() };
    let branding = match find_branding(&site.core, slug).await {
        Ok(branding) => branding,
        Err(error) => return told(&request, error),
    };
    let Some((branding, accent)) = branding.and_then(|b| b.accent.map(|accent| (b, accent))) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let css = format!(":root {{ --tenant-accent: {accent}; }}\n");
    let mut answer = ([(header::CONTENT_TYPE, "text/css")], css).into_response();
    let asked = request.uri().path_and_query().map(http::uri::PathAndQuery::as_str);
    if branding.stylesheet().as_deref() == asked {
        answer.headers_mut().insert(header::CACHE_CONTROL, FOR_EVER);
    }
    answer
}

/// `/theme/SLUG/logo/HASH.png`.
pub(crate) async fn logo(
    State(site): State<Arc<Site>>,
    Path((slug, file)): Path<(String, String)>,
    request: Request,
) -> Response {
    let Some(name) = file.strip_suffix(".png") else { return StatusCode::NOT_FOUND.into_response() };
    match find_logo(&site.core, &slug, name).await {
        Ok(Some(png)) => {
            let headers =
                [(header::CONTENT_TYPE, HeaderValue::from_static("image/png")), (header::CACHE_CONTROL, FOR_EVER)];
            (headers, png).into_response()
        }
        Ok(None) => StatusCode::NOT_FOUND.into_response(),
        Err(error) => told(&request, error),
    }
}

fn told(request: &Request, error: CoreError) -> Response {
    let reference = request.extensions().get::<RequestContext>().map(|c| c.origin.reference).unwrap_or_default();
    Told(ApiError::of(error, reference).0).into_response()
}
