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
use portvakt_app::web::request::{MadeFor, RequestContext};
use portvakt_core::caller::Person;
use portvakt_core::error::CoreError;
use portvakt_core::invitation_list::prepare;
use portvakt_core::organisation::change_logo;
use portvakt_model::fault::{Fault, FieldRule, Refusal};
use portvakt_model::flash::{FOR_FIELD, Flash, Outcome};
use portvakt_model::id::AccountId;
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

/// A form with a file: its fields, and its sender.
struct Upload {
    context: RequestContext,
    /// The person and the organisation that the form's page was made for.
    made_for: Option<MadeFor>,
    /// `None` if the form is too large.
    parts: Option<Vec<(String, Bytes)>>,
    /// The address that the form was posted to, and its page.
    form: &'static str,
    page: &'static str,
}

/// Changes an organisation's logo.
pub(crate) async fn logo(State(site): State<Arc<Site>>, request: Request) -> Response {
    let upload = match Upload::read(&site, request, LOGO_FORM, Page::Organisation.path()).await {
        Ok(upload) => upload,
        Err(answer) => return *answer,
    };
    let person = match upload.sender(&site, Vec::new()).await {
        Ok(person) => person,
        Err(answer) => return *answer,
    };
    let outcome = match upload.part("logo") {
        Some(file) if file.is_empty() => Err(vec![FieldRule::Empty.of("logo")].into()),
        Some(file) => change_logo(&site.core, &person, file.to_vec()).await,
        None => Err(vec![FieldRule::TooLarge(256).of("logo")].into()),
    };
    upload.back(&site, &person, Vec::new(), outcome).await
}

/// Reads a list of people to invite: the text in the form's box, or the file beside it.
pub(crate) async fn invitation_list(State(site): State<Arc<Site>>, request: Request) -> Response {
    let upload = match Upload::read(&site, request, LIST_FORM, PATH).await {
        Ok(upload) => upload,
        Err(answer) => return *answer,
    };
    let text = |name| String::from_utf8_lossy(&upload.part(name).unwrap_or_default()).into_owned();
    let names = ["role", "language", "list"].into_iter();
    let kept: Vec<(String, String)> =
        names.map(|name| (name.to_owned(), text(name))).filter(|(_, text)| text.len() <= MAX_KEPT).collect();
    let person = match upload.sender(&site, kept.clone()).await {
        Ok(person) => person,
        Err(answer) => return *answer,
    };
    let outcome = match upload.part("file").zip(upload.part("list")) {
        Some((file, typed)) => {
            let list = if file.is_empty() { &typed } else { &file };
            prepare(&site.core, &person, list, &text("role"), &text("language")).await
        }
        None => Err(vec![FieldRule::TooLarge(256).of("list")].into()),
    };
    upload.back(&site, &person, kept, outcome).await
}

impl Upload {
    /// Reads a form from the portal's own pages.
    async fn read(
        site: &Site,
        request: Request,
        form: &'static str,
        page: &'static str,
    ) -> Result<Self, Box<Response>> {
        if !same_origin(request.headers(), &site.base.origin()) {
            return Err(StatusCode::FORBIDDEN.into_response().into());
        }
        if !request.headers().contains_key(header::COOKIE) {
            return Err(Told(Fault::Refused(Refusal::CookiesOff)).into_response().into());
        }
        let context = request.extensions().get::<RequestContext>().cloned().unwrap_or_default();
        let parts = parts(request).await?;
        let mut upload = Self { context, made_for: None, parts, form, page };
        if let Some(said) = upload.part(FOR_FIELD).filter(|said| !said.is_empty()) {
            let found = MadeFor::open(&site.core, &String::from_utf8_lossy(&said));
            let other = || Told(Fault::Refused(Refusal::OtherPerson)).into_response();
            upload.made_for = Some(found.ok_or_else(other)?);
        }
        Ok(upload)
    }

    /// A part's content, empty if the form lacks it. `None` if the form is too large.
    fn part(&self, wanted: &str) -> Option<Bytes> {
        let parts = self.parts.as_ref()?;
        Some(parts.iter().find(|(name, _)| name == wanted).map(|(_, part)| part.clone()).unwrap_or_default())
    }

    /// The signed-in person, if the form's page was made for them. For another person, and for nobody, the typed fields
    /// wait.
    async fn sender(&self, site: &Site, kept: Vec<(String, String)>) -> Result<Person, Box<Response>> {
        let person = self.context.signed_in.as_ref().map(|signed_in| &signed_in.person);
        let refusal = match (person, self.made_for) {
            (Some(person), Some(made_for)) => made_for.refusal(person),
            (Some(_), None) => None,
            (None, _) => Some(Refusal::SignedOut),
        };
        match (person, refusal) {
            (Some(person), None) => Ok(person.clone()),
            (_, refusal) => {
                let refusal = refusal.unwrap_or(Refusal::SignedOut);
                let mut answer = match (&refusal, self.made_for) {
                    (Refusal::SignedOut, Some(_)) => to(StatusCode::SEE_OTHER, self.page),
                    _ => Told(Fault::Refused(refusal)).into_response(),
                };
                if let Some(made_for) = self.made_for {
                    let flash = self.flash(made_for.account, Outcome::Kept, kept);
                    let cookie = flash::cookie(site, &flash).await;
                    answer.headers_mut().extend(cookie.map(|cookie| (header::SET_COOKIE, cookie)));
                }
                Err(answer.into())
            }
        }
    }

    fn flash(&self, account: AccountId, outcome: Outcome, kept: Vec<(String, String)>) -> Flash {
        let (page, form) = (self.page.to_owned(), self.form.to_owned());
        Flash { page, form, account: Some(account), outcome, kept }
    }

    /// Redirects to the page, with the form's result.
    async fn back(
        &self,
        site: &Site,
        person: &Person,
        kept: Vec<(String, String)>,
        outcome: Result<(), CoreError>,
    ) -> Response {
        let outcome = match outcome.map_err(|error| ApiError::of(error, self.context.origin.reference)) {
            Ok(()) => Outcome::Done,
            // A person who may not open the page gets the page's own answer.
            Err(ApiError(fault @ Fault::Refused(Refusal::NotFound))) => return Told(fault).into_response(),
            Err(ApiError(fault)) => Outcome::Refused(fault),
        };
        // After a success the fields are not given back.
        let kept = if outcome == Outcome::Done { Vec::new() } else { kept };
        let flash = self.flash(person.account, outcome, kept);
        // Scrolls past the form to the preview.
        let at = if flash.outcome == Outcome::Done && self.form == LIST_FORM { "#preview" } else { "" };
        let mut answer = to(StatusCode::SEE_OTHER, &format!("{}{at}", self.page));
        answer.headers_mut().extend(flash::cookie(site, &flash).await.map(|cookie| (header::SET_COOKIE, cookie)));
        answer
    }
}

/// The parts of a form with files. `None` if the form is too large.
async fn parts(request: Request) -> Result<Option<Vec<(String, Bytes)>>, Box<Response>> {
    let (head, body) = request.into_parts();
    let body = match timeout(BODY_TIME, bounded(body, &head.headers)).await {
        Ok(Ok(Some(body))) => body,
        Ok(Ok(None)) => return Ok(None),
        Ok(Err(status)) => return Err(status.into_response().into()),
        Err(_) => return Err(StatusCode::REQUEST_TIMEOUT.into_response().into()),
    };
    let unreadable = || Box::new(Told(Fault::Unreadable).into_response());
    let request = Request::from_parts(head, Body::from(body));
    let Ok(mut form) = Multipart::from_request(request, &()).await else {
        return Err(StatusCode::UNSUPPORTED_MEDIA_TYPE.into_response().into());
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
