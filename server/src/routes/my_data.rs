//! The download of a person's own data.
use crate::pipeline::faults::Told;
use crate::pipeline::forms::same_origin;
use crate::site::Site;
use axum::extract::Request;
use axum::response::{IntoResponse, Response};
use http::{Method, StatusCode, header};
use portvakt_app::web::api::ApiError;
use portvakt_app::web::request::RequestContext;
use portvakt_core::my_data;
use portvakt_model::fault::{Fault, Refusal};
use std::sync::Arc;

/// The download's address. The guard lets only signed-in people through.
pub(crate) const PATH: &str = "/profile/data.json";

/// Answers with the file. The number of downloads an hour is limited and each is an event in the log, so a link on
/// another site and a prefetch are refused.
pub(crate) async fn download(site: Arc<Site>, request: Request) -> Response {
    if !same_origin(request.headers(), &site.base.origin()) || request.headers().contains_key("sec-purpose") {
        return StatusCode::FORBIDDEN.into_response();
    }
    if request.method() != Method::GET {
        return (StatusCode::METHOD_NOT_ALLOWED, [(header::ALLOW, "GET")]).into_response();
    }
    let context = request.extensions().get::<RequestContext>().cloned().unwrap_or_default();
    let Some(signed_in) = context.signed_in else {
        return Told(Fault::Refused(Refusal::SignedOut)).into_response();
    };
    match my_data::download(&site.core, &signed_in.person).await {
        Ok(json) => {
            let file = "attachment; filename=\"portvakt-person.json\"";
            ([(header::CONTENT_TYPE, "application/json"), (header::CONTENT_DISPOSITION, file)], json).into_response()
        }
        Err(error) => Told(ApiError::of(error, context.origin.reference).0).into_response(),
    }
}
