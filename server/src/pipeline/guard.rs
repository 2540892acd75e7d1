//! Sends a visitor elsewhere who lacks the session, the waiting sign-in or the link that a page needs, and loads what the
//! pages of links and of sign-ins show. Core decides about roles.
use crate::pipeline::edge::{field, to};
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
use portvakt_core::{link_holder, policy, reset, sign_in};
use portvakt_model::fault::{Fault, Refusal};
use portvakt_model::link::LinkKind;
use portvakt_model::local_path::LocalPath;
use portvakt_model::page::{Access, Page};
use portvakt_model::stage::Stage;
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
        (Access::SignedOut, false) => match dress(&site, &mut request, context).await {
            Ok(()) => next.run(request).await,
            Err(ApiError(fault)) => Told(fault).into_response(),
        },
        // The page shows the recovery codes of the last step once more.
        (Access::Waiting(Stage::EnrolSecondFactor), true)
            if cookies::find(request.headers(), cookies::FLASH).is_some() =>
        {
            next.run(request).await
        }
        (Access::SignedOut, true) => to(StatusCode::SEE_OTHER, asked_for(request.uri().query()).as_str()),
        (Access::SignedIn | Access::Administrators | Access::Auditors | Access::Operator, false) => {
            let asked = request.uri().path_and_query().and_then(|p| LocalPath::parse(p.as_str())).unwrap_or_default();
            to(StatusCode::SEE_OTHER, leading_to(Page::SignIn.path(), None, &asked).as_str())
        }
        (Access::Waiting(page), is_signed_in) => match waiting(&site, &mut request, &context).await {
            Ok(Some(stage)) if stage == page => next.run(request).await,
            // The page shows the new recovery codes even if the stage has moved on.
            Ok(_) if page == Stage::EnrolSecondFactor && cookies::find(request.headers(), cookies::FLASH).is_some() => {
                next.run(request).await
            }
            // After the last try the page shows its refusal once more.
            Ok(None) if cookies::find(request.headers(), cookies::FLASH).is_some() => next.run(request).await,
            Ok(stage) => {
                let asked = asked_for(request.uri().query());
                let there = match (stage, is_signed_in) {
                    (None, true) => asked,
                    (None, false) => leading_to(Page::SignIn.path(), None, &asked),
                    (Some(stage), _) => leading_to(page_of(stage), context.of.as_deref(), &asked),
                };
                to(StatusCode::SEE_OTHER, there.as_str())
            }
            Err(ApiError(fault)) => Told(fault).into_response(),
        },
        (Access::Link(kind), _) => match opens(&site, kind, &mut request, &context).await {
            Ok(true) => next.run(request).await,
            Ok(false) => Told(Fault::Refused(Refusal::DeadLink(kind))).into_response(),
            Err(ApiError(fault)) => Told(fault).into_response(),
        },
    }
}

/// Whether the link works. If it does, the request gets the password rules for the link's page, and the second factors
/// that the page may ask for.
async fn opens(site: &Site, kind: LinkKind, request: &mut Request, of: &RequestContext) -> Result<bool, ApiError> {
    let told = |e| ApiError::of(e, of.origin.reference);
    let Some(token) = &of.link else { return Ok(false) };
    if !link_holder::is_open(&site.core, kind, token).await.map_err(told)? {
        return Ok(false);
    }
    request.extensions_mut().insert(link_holder::policy_of(&site.core, kind, token).await.map_err(told)?.password);
    if kind == LinkKind::Reset
        && let Some(accepts) = reset::accepts(&site.core, token).await.map_err(told)?
    {
        request.extensions_mut().insert(accepts);
    }
    name_holder(site, request, of).await?;
    Ok(true)
}

/// Gives the request the account that its page is about.
async fn name_holder(site: &Site, request: &mut Request, of: &RequestContext) -> Result<(), ApiError> {
    let found = link_holder::holder(&site.core, of.link.as_ref(), of.waiting.as_ref()).await;
    if let Some(holder) = found.map_err(|e| ApiError::of(e, of.origin.reference))? {
        request.extensions_mut().insert(holder);
    }
    Ok(())
}

/// The stage of the sign-in that waits in this browser, if one does. The request gets the second factors or the password
/// rules that its page needs.
async fn waiting(site: &Site, request: &mut Request, of: &RequestContext) -> Result<Option<Stage>, ApiError> {
    let Some(token) = &of.waiting else { return Ok(None) };
    let told = |e| ApiError::of(e, of.origin.reference);
    let stage = sign_in::stage(&site.core, token).await.map_err(told)?;
    if let Some(rules) = sign_in::rules(&site.core, token).await.map_err(told)? {
        request.extensions_mut().insert(rules);
    }
    if let Some(accepts) = sign_in::accepts(&site.core, token).await.map_err(told)? {
        request.extensions_mut().insert(accepts);
    }
    name_holder(site, request, of).await?;
    Ok(stage)
}

/// Gives the request the lifetimes of mailed links, and the branding of the organisation in `?tenant=`. An unknown
/// organisation counts as none.
async fn dress(site: &Site, request: &mut Request, of: RequestContext) -> Result<(), ApiError> {
    let told = |e| ApiError::of(e, of.origin.reference);
    let worn = match field(request.uri().query(), "tenant") {
        Some(slug) => find_branding(&site.core, &slug).await.map_err(told)?,
        None => None,
    };
    let links = policy::platform(&site.core).await.map_err(told)?.links;
    request.extensions_mut().insert(links);
    request.extensions_mut().insert(RequestContext { worn, ..of });
    Ok(())
}

/// The page that the person asked for before the sign-in.
fn asked_for(query: Option<&str>) -> LocalPath {
    field(query, "next").and_then(|next| LocalPath::parse(&next)).unwrap_or_default()
}

#[test]
fn the_page_that_was_asked_for_survives_signing_in() {
    let next = LocalPath::parse("/profile/sessions?page=2&x=a%20b").unwrap();
    let address = leading_to("/sign-in", None, &next);
    assert_eq!(asked_for(address.as_str().split_once('?').map(|(_, query)| query)), next);
    let long = |length| LocalPath::parse(&format!("/{}", "&".repeat(length - 1))).unwrap();
    let address = leading_to("/sign-in", None, &long(LocalPath::MAX_CARRIED));
    assert!(address.as_str().contains("?next="), "a form finds back to it");
    assert_eq!(leading_to("/sign-in", None, &long(LocalPath::MAX_CARRIED + 1)).as_str(), "/sign-in");
    assert_eq!(leading_to("/sign-in", None, &LocalPath::default()).as_str(), "/sign-in");
    assert_eq!(asked_for(Some("next=https://evil.test")), LocalPath::default());
}
