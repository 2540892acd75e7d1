//! The list of an organisation's people as a file.
use crate::pipeline::faults::Told;
use crate::pipeline::forms::same_origin;
use crate::site::Site;
use axum::extract::Request;
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use http::header;
use portvakt_app::web::api::ApiError;
use portvakt_app::web::request::RequestContext;
use portvakt_core::user::export;
use portvakt_model::fault::{Fault, Refusal};
use portvakt_model::user::{UserQuery, Where};
use std::sync::Arc;

/// Answers with the people that the list's filter selects. A link on another site is refused: the number of exports
/// an hour is limited, and each is an event in the log.
pub(crate) async fn download(site: Arc<Site>, request: Request) -> Response {
    if !same_origin(request.headers(), &site.base.origin()) {
        return StatusCode::FORBIDDEN.into_response();
    }
    let context = request.extensions().get::<RequestContext>().cloned().unwrap_or_default();
    let Some(signed_in) = context.signed_in else {
        return Told(Fault::Refused(Refusal::SignedOut)).into_response();
    };
    let asked = request.uri().query().unwrap_or_default().as_bytes();
    let field =
        |name: &str| form_urlencoded::parse(asked).find(|(n, _)| n == name).map(|(_, value)| value.into_owned());
    let query = UserQuery { page: Where::First, ..UserQuery::read(field) };
    match export(&site.core, &signed_in.person, &query, context.language).await {
        Ok(file) => {
            let headers = [
                (header::CONTENT_TYPE, "text/csv; charset=utf-8"),
                (header::CONTENT_DISPOSITION, "attachment; filename=\"users.csv\""),
            ];
            (headers, file.csv).into_response()
        }
        Err(error) => Told(ApiError::of(error, context.origin.reference).0).into_response(),
    }
}
