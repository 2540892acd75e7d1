//! Forms with a file. The form layer takes no files, so these forms have handlers of their own. They are plain posts,
//! with and without JavaScript, and answer 303 to their page, which shows the result like that of any other form.
use crate::pipeline::edge::to;
use crate::pipeline::faults::Told;
use crate::pipeline::forms::{BODY_TIME, flash, same_origin};
use crate::site::Site;
use axum::body::{Body, Bytes};
use axum::extract::{FromRequest, Multipart, Request, State};
use axum::response::{IntoResponse, Response};
use futures_util::StreamExt;
use http::StatusCode;
use http::header::{self, HeaderMap};
use portvakt_app::administration::invitation_list::{LIST_FORM, PATH};
use portvakt_app::administration::organisation::LOGO_FORM;
use portvakt_app::web::api::ApiError;
use portvakt_app::web::request::RequestContext;
use portvakt_core::caller::Person;
use portvakt_core::error::CoreError;
use portvakt_core::invitation_list::prepare;
use portvakt_core::organisation::change_logo;
use portvakt_model::fault::{Fault, FieldRule, Refusal};
use portvakt_model::flash::{Flash, Outcome};
use portvakt_model::page::Page;
use std::sync::Arc;
use tokio::time::timeout;

/// The most bytes of a body: the largest file, and a little for the form around it.
const MAX_BODY: usize = 256 * 1024 + 4 * 1024;
/// Bytes above that limit which are read and thrown away, so that the person is told about the wrong file: a browser
/// whose upload is cut off shows its own error page.
const MAX_THROWN_AWAY: usize = 8 * 1024 * 1024;
/// The most bytes of typed text that a refusal gives back: as much as other forms can hold.
const MAX_KEPT: usize = 64 * 1024;
/// The most parts of a body.
const MAX_PARTS: usize = 8;

/// Changes an organisation's logo.
pub(crate) async fn logo(State(site): State<Arc<Site>>, request: Request) -> Response {
    let (context, person) = match sender(&site, &request) {
        Ok(sender) => sender,
        Err(answer) => return *answer,
    };
    let outcome = match parts(request).await {
        Ok(Some(parts)) => {
            let file = parts.into_iter().find(|(name, _)| name == "logo").map(|(_, file)| file).unwrap_or_default();
            if file.is_empty() {
                Err(vec![FieldRule::Empty.of("logo")].into())
            } else {
                change_logo(&site.core, &person, file.to_vec()).await
            }
        }
        Ok(None) => Err(vec![FieldRule::TooLarge(256).of("logo")].into()),
        Err(answer) => return answer,
    };
    back(&site, &context, LOGO_FORM, Page::Organisation.path(), Vec::new(), outcome).await
}

/// Reads a list of people to invite: the text in the form's box, or the file beside it.
pub(crate) async fn invitation_list(State(site): State<Arc<Site>>, request: Request) -> Response {
    let (context, person) = match sender(&site, &request) {
        Ok(sender) => sender,
        Err(answer) => return *answer,
    };
    let (kept, outcome) = match parts(request).await {
        Ok(Some(parts)) => {
            let part = |wanted| {
                parts.iter().find(|(name, _)| name == wanted).map(|(_, part)| part.clone()).unwrap_or_default()
            };
            let text = |name| String::from_utf8_lossy(&part(name)).into_owned();
            let (file, typed) = (part("file"), part("list"));
            let list = if file.is_empty() { &typed } else { &file };
            let outcome = prepare(&site.core, &person, list, &text("role"), &text("language")).await;
            let mut kept = vec![("role", text("role")), ("language", text("language"))];
            kept.extend((typed.len() <= MAX_KEPT).then(|| ("list", text("list"))));
            (kept, outcome)
        }
        Ok(None) => (Vec::new(), Err(vec![FieldRule::TooLarge(256).of("list")].into())),
        Err(answer) => return answer,
    };
    let kept = kept.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
    back(&site, &context, LIST_FORM, PATH, kept, outcome).await
}

/// The sender of a form from the portal's own pages.
fn sender(site: &Site, request: &Request) -> Result<(RequestContext, Person), Box<Response>> {
    if !same_origin(request.headers(), &site.base.origin()) {
        return Err(StatusCode::FORBIDDEN.into_response().into());
    }
    if !request.headers().contains_key(header::COOKIE) {
        return Err(Told(Fault::Refused(Refusal::CookiesOff)).into_response().into());
    }
    let context = request.extensions().get::<RequestContext>().cloned().unwrap_or_default();
    match context.signed_in.as_ref().map(|signed_in| signed_in.person.clone()) {
        Some(person) => Ok((context, person)),
        None => Err(Told(Fault::Refused(Refusal::SignedOut)).into_response().into()),
    }
}

/// The parts of a form with files. `None` if the form is too large.
async fn parts(request: Request) -> Result<Option<Vec<(String, Bytes)>>, Response> {
    let (head, body) = request.into_parts();
    let body = match timeout(BODY_TIME, bounded(body, &head.headers)).await {
        Ok(Ok(Some(body))) => body,
        Ok(Ok(None)) => return Ok(None),
        Ok(Err(status)) => return Err(status.into_response()),
        Err(_) => return Err(StatusCode::REQUEST_TIMEOUT.into_response()),
    };
    let unreadable = || Told(Fault::Unreadable).into_response();
    let request = Request::from_parts(head, Body::from(body));
    let Ok(mut form) = Multipart::from_request(request, &()).await else {
        return Err(StatusCode::UNSUPPORTED_MEDIA_TYPE.into_response());
    };
    let mut parts = Vec::new();
    while let Some(part) = form.next_field().await.map_err(|_| unreadable())? {
        if parts.len() == MAX_PARTS {
            return Err(unreadable());
        }
        // The file's name on the person's machine is not read.
        let name = part.name().unwrap_or_default().to_owned();
        parts.push((name, part.bytes().await.map_err(|_| unreadable())?));
    }
    Ok(Some(parts))
}

/// Reads a body. `None` if it is too large. A far larger one is not read to its end.
async fn bounded(body: Body, headers: &HeaderMap) -> Result<Option<Vec<u8>>, StatusCode> {
    let said = headers.get(header::CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse().ok());
    if said.is_some_and(|length: usize| length > MAX_BODY + MAX_THROWN_AWAY) {
        return Err(StatusCode::PAYLOAD_TOO_LARGE);
    }
    let (mut taken, mut stream, mut length) = (Vec::new(), body.into_data_stream(), 0);
    while let Some(data) = stream.next().await {
        let data = data.map_err(|_| StatusCode::BAD_REQUEST)?;
        length += data.len();
        if length > MAX_BODY + MAX_THROWN_AWAY {
            return Err(StatusCode::PAYLOAD_TOO_LARGE);
        }
        if length <= MAX_BODY {
            taken.extend_from_slice(&data);
        } else {
            taken = Vec::new();
        }
    }
    Ok((length <= MAX_BODY).then_some(taken))
}

/// Redirects to the page, with the form's result.
async fn back(
    site: &Site,
    context: &RequestContext,
    form: &str,
    page: &str,
    kept: Vec<(String, String)>,
    outcome: Result<(), CoreError>,
) -> Response {
    let outcome = match outcome.map_err(|error| ApiError::of(error, context.origin.reference)) {
        Ok(()) => Outcome::Done,
        // A person who may not open the page gets the page's own answer.
        Err(ApiError(fault @ Fault::Refused(Refusal::NotFound))) => return Told(fault).into_response(),
        Err(ApiError(fault)) => Outcome::Refused(fault),
    };
    // After a success the fields are not given back.
    let kept = if outcome == Outcome::Done { Vec::new() } else { kept };
    let flash = Flash { page: page.to_owned(), form: form.to_owned(), outcome, kept };
    // Scrolls past the form to the preview.
    let at = if flash.outcome == Outcome::Done && form == LIST_FORM { "#preview" } else { "" };
    let mut answer = to(StatusCode::SEE_OTHER, &format!("{page}{at}"));
    if let Some(cookie) = flash::cookie(site, &flash).await {
        answer.headers_mut().append(header::SET_COOKIE, cookie);
    }
    answer
}
