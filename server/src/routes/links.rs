//! Follows links. A GET puts the token into a cookie without using it and redirects to a clean address with the form.
//! So no mail scanner uses the link up, and no address bar, history or Referer keeps the token.
use crate::pipeline::edge::to;
use crate::pipeline::faults::Told;
use crate::site::Site;
use axum::extract::{Path, Request, State};
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use http::header::{self, HeaderValue};
use portvakt_app::web::api::ApiError;
use portvakt_app::web::cookies;
use portvakt_app::web::request::RequestContext;
use portvakt_core::link_holder;
use portvakt_core::token::Token;
use portvakt_model::fault::{Fault, Refusal};
use portvakt_model::flash::OF;
use portvakt_model::link::LinkKind;
use portvakt_model::policy::Policy;
use std::sync::Arc;

/// `/KIND/TOKEN`. A link that does not work, and one that never was one, get the same answer.
pub(crate) async fn follow(
    kind: LinkKind,
    State(site): State<Arc<Site>>,
    Path(token): Path<String>,
    request: Request,
) -> Response {
    let reference = request.extensions().get::<RequestContext>().map(|c| c.origin.reference).unwrap_or_default();
    let Some(token) = Token::parse(&token) else { return StatusCode::NOT_FOUND.into_response() };
    // The longest that any policy lets a link live. The database has the link's own end.
    let longest = kind.lifetime_secs(Policy::FLOOR.links);
    let cookies = cookies::hold(request.headers(), cookies::LINK, &token, longest);
    let mut answer = match link_holder::is_open(&site.core, kind, &token).await {
        Ok(true) => {
            let mut answer = to(StatusCode::SEE_OTHER, &format!("/{}?{OF}={}", kind.name(), token.handle()));
            answer.headers_mut().extend(cookies.into_iter().map(|cookie| (header::SET_COOKIE, cookie)));
            answer
        }
        Ok(false) => Told(Fault::Refused(Refusal::DeadLink(kind))).into_response(),
        Err(e) => Told(ApiError::of(e, reference).0).into_response(),
    };
    answer.headers_mut().insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    answer
}
