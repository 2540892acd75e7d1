//! Lets a request through to a page that the person may open, and redirects every other one.
use crate::pipeline::edge::to;
use crate::pipeline::faults::Told;
use crate::site::Site;
use axum::extract::{MatchedPath, Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use portvakt_app::gate::sign_in::{leading_to, page_of};
use portvakt_app::web::api::ApiError;
use portvakt_app::web::cookies;
use portvakt_app::web::request::RequestContext;
use portvakt_core::organisation::find_branding;
use portvakt_core::{links, policy, reset, sign_in};
use portvakt_model::link::LinkKind;
use portvakt_model::local_path::LocalPath;
use portvakt_model::page::{Access, Page};
use portvakt_model::stage::Stage;
use std::borrow::Cow;
use std::sync::Arc;

/// Lets a request through to its page or redirects it. Server functions check for themselves.
pub(crate) async fn layer(State(site): State<Arc<Site>>, mut request: Request, next: Next) -> Response {
    let route = request.extensions().get::<MatchedPath>().map_or("", |route| route.as_str());
    if route.starts_with("/rpc/") {
        return next.run(request).await;
    }
    // What is no page of the table is for people who are signed in.
    let access = Page::of_route(route).map_or(Access::SignedIn, Page::access);
    let context = request.extensions().get::<RequestContext>().cloned().unwrap_or_default();
    match (access, context.signed_in.is_some()) {
        (Access::Anyone | Access::Public, _) => next.run(request).await,
        (Access::SignedIn | Access::Administrators | Access::Auditors | Access::Operator, true) => {
            next.run(request).await
        }
        (Access::SignedOut, false) => match dressed(&site, request.uri().query(), context).await {
            Ok(context) => {
                request.extensions_mut().insert(context);
                next.run(request).await
            }
            Err(ApiError(fault)) => Told(fault).into_response(),
        },
        // The page shows the recovery codes of the last step once more.
        (Access::Waiting(Stage::EnrolSecondFactor), true)
            if cookies::find(request.headers(), cookies::FLASH).is_some() =>
        {
            next.run(request).await
        }
        (Access::SignedOut | Access::Waiting(_), true) => {
            to(StatusCode::SEE_OTHER, asked_for(request.uri().query()).as_str())
        }
        (Access::SignedIn | Access::Administrators | Access::Auditors | Access::Operator, false) => {
            let asked = request.uri().path_and_query().and_then(|p| LocalPath::parse(p.as_str())).unwrap_or_default();
            to(StatusCode::SEE_OTHER, leading_to("/sign-in", &asked).as_str())
        }
        (Access::Waiting(page), false) => match waiting(&site, context).await {
            Ok((Some(stage), context)) if stage == page => {
                request.extensions_mut().insert(context);
                next.run(request).await
            }
            // The page shows the new recovery codes even if the stage has moved on.
            Ok(_) if page == Stage::EnrolSecondFactor && cookies::find(request.headers(), cookies::FLASH).is_some() => {
                next.run(request).await
            }
            // After the last try the page shows its refusal once more.
            Ok((None, _)) if cookies::find(request.headers(), cookies::FLASH).is_some() => next.run(request).await,
            Ok((stage, _)) => {
                let asked = asked_for(request.uri().query());
                let there = page_of(stage.unwrap_or(Stage::Password));
                to(StatusCode::SEE_OTHER, leading_to(there, &asked).as_str())
            }
            Err(ApiError(fault)) => Told(fault).into_response(),
        },
        (Access::Link(kind), _) => match open(&site, kind, context).await {
            Ok(Some(context)) => {
                request.extensions_mut().insert(context);
                next.run(request).await
            }
            // A link that does not work answers like an address that does not exist.
            Ok(None) => StatusCode::NOT_FOUND.into_response(),
            Err(ApiError(fault)) => Told(fault).into_response(),
        },
    }
}

/// The context with the password rules of the link's page. `None` if the link does not work.
async fn open(site: &Site, kind: LinkKind, context: RequestContext) -> Result<Option<RequestContext>, ApiError> {
    let told = |e| ApiError::of(e, context.origin.reference);
    let Some(token) = &context.link else { return Ok(None) };
    if !links::is_open(&site.core, kind, token).await.map_err(told)? {
        return Ok(None);
    }
    let policy = links::policy_of(&site.core, kind, token).await.map_err(told)?;
    let accepts = match kind {
        LinkKind::Reset => reset::accepts(&site.core, token).await.map_err(told)?,
        _ => None,
    };
    Ok(Some(RequestContext { rules: Some(policy.password), accepts, ..context }))
}

/// The stage of the sign-in that waits in this browser, if one does, and the context with the second factors or the
/// password rules that its page needs.
async fn waiting(site: &Site, context: RequestContext) -> Result<(Option<Stage>, RequestContext), ApiError> {
    let Some(token) = &context.waiting else { return Ok((None, context)) };
    let told = |e| ApiError::of(e, context.origin.reference);
    let stage = sign_in::stage(&site.core, token).await.map_err(told)?;
    let rules = sign_in::rules(&site.core, token).await.map_err(told)?;
    let accepts = sign_in::accepts(&site.core, token).await.map_err(told)?;
    Ok((stage, RequestContext { rules, accepts, ..context }))
}

/// The context with the look of the organisation in `?tenant=` and with the lifetimes of mailed links. An unknown
/// organisation counts as none.
async fn dressed(site: &Site, query: Option<&str>, context: RequestContext) -> Result<RequestContext, ApiError> {
    let told = |e| ApiError::of(e, context.origin.reference);
    let worn = match field(query, "tenant") {
        Some(slug) => find_branding(&site.core, &slug).await.map_err(told)?,
        None => None,
    };
    let links = policy::platform(&site.core).await.map_err(told)?.links;
    Ok(RequestContext { worn, links: Some(links), ..context })
}

/// A field of a query.
fn field<'q>(query: Option<&'q str>, name: &str) -> Option<Cow<'q, str>> {
    let fields = form_urlencoded::parse(query.unwrap_or_default().as_bytes());
    fields.into_iter().find(|(is, _)| is == name).map(|(_, value)| value)
}

/// The page that the person asked for before the sign-in.
fn asked_for(query: Option<&str>) -> LocalPath {
    field(query, "next").and_then(|next| LocalPath::parse(&next)).unwrap_or_default()
}

#[test]
fn the_page_that_was_asked_for_survives_signing_in() {
    let next = LocalPath::parse("/profile/sessions?page=2&x=a%20b").unwrap();
    let address = leading_to("/sign-in", &next);
    assert_eq!(asked_for(address.as_str().split_once('?').map(|(_, query)| query)), next);
    let long = |length| LocalPath::parse(&format!("/{}", "&".repeat(length - 1))).unwrap();
    let address = leading_to("/sign-in", &long(LocalPath::MAX_CARRIED));
    assert!(address.as_str().contains("?next="), "a form finds back to it");
    assert_eq!(leading_to("/sign-in", &long(LocalPath::MAX_CARRIED + 1)).as_str(), "/sign-in");
    assert_eq!(leading_to("/sign-in", &LocalPath::default()).as_str(), "/sign-in");
    assert_eq!(asked_for(Some("next=https://evil.test")), LocalPath::default());
}
