//! The routes, and the pipeline in front of them.
use super::{assets, links, my_data, theme, upload, users};
use crate::base::Base;
use crate::config::Proxy;
use crate::pipeline::budget::{self, Budget};
use crate::pipeline::health::{self, Health};
use crate::pipeline::{edge, faults, forms, guard, metrics, session};
use crate::site::Site;
use axum::Router;
use axum::extract::{Path, Request, State};
use axum::middleware::{Next, from_fn, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::{any, get, post};
use http::StatusCode;
use leptos::prelude::provide_context;
use leptos_axum::{AxumRouteListing, LeptosRoutes, generate_route_list};
use portvakt_app::administration::invitation_list::LIST_FORM;
use portvakt_app::administration::organisation::LOGO_FORM;
use portvakt_app::app::{App, shell};
use portvakt_app::web::request::Support;
use portvakt_core::Core;
use portvakt_model::link::LinkKind;
use std::sync::{Arc, LazyLock};
use tower_http::catch_panic::CatchPanicLayer;

/// The pages, from the app's own list of routes. The list is made once a process: while Leptos makes it, a resource
/// that another thread loads never resolves (leptos 0.8.23, `SuppressResourceLoad`), and the page that waits for it
/// hangs.
pub fn pages() -> &'static [AxumRouteListing] {
    static PAGES: LazyLock<Vec<AxumRouteListing>> = LazyLock::new(|| generate_route_list(App));
    &PAGES
}

/// The router of the whole server.
pub fn router(core: Core, base: Base, proxy: Proxy, support: Support) -> Router {
    let core = core.at(&base.origin());
    let options = assets::options();
    let manifest = assets::split_manifest(&options);
    let context = {
        let core = core.clone();
        move || {
            provide_context(core.clone());
            provide_context(support.clone());
            provide_context(manifest.clone());
        }
    };
    let document = {
        let options = options.clone();
        move || shell(options.clone())
    };
    let health = Health::new(core.clone());
    let budget = (Arc::<Budget>::default(), core.clock.clone());
    let site = Arc::new(Site { core, base, proxy, options: options.clone() });
    let download = {
        let site = Arc::clone(&site);
        move |request: Request| users::download(Arc::clone(&site), request)
    };
    let own_data = {
        let site = Arc::clone(&site);
        move |request: Request| my_data::download(Arc::clone(&site), request)
    };
    let pages = Router::new()
        .leptos_routes_with_context(&options, pages().to_vec(), context, document)
        .route(portvakt_app::administration::users::EXPORT, get(download))
        .route(my_data::PATH, any(own_data))
        .route_layer(from_fn_with_state(Arc::clone(&site), forms::layer))
        .route_layer(from_fn_with_state(Arc::clone(&site), guard::layer))
        .with_state::<Arc<Site>>(options);
    let links = LinkKind::ALL.into_iter().fold(Router::new(), |links, kind| {
        let follow = move |site: State<Arc<Site>>, token: Path<String>, request: Request| {
            links::follow(kind, site, token, request)
        };
        links.route(&format!("/{}/{{token}}", kind.name()), get(follow))
    });
    let files = Router::new()
        .route("/theme/{file}", get(theme::stylesheet))
        .route("/theme/{slug}/logo/{file}", get(theme::logo))
        .route(LOGO_FORM, post(upload::logo))
        .route(LIST_FORM, post(upload::invitation_list));
    // The last layer is the outermost one.
    pages
        .merge(links)
        .merge(files)
        .fallback(async || StatusCode::NOT_FOUND.into_response())
        .layer(from_fn_with_state(Arc::clone(&site), session::layer))
        .layer(from_fn(edge::language))
        .layer(from_fn_with_state(budget, budget::layer))
        .layer(from_fn(file))
        .layer(from_fn_with_state(Arc::clone(&site), edge::host))
        .layer(CatchPanicLayer::custom(faults::panicked))
        .layer(from_fn_with_state(Arc::clone(&site), faults::layer))
        .layer(from_fn_with_state(health, health::layer))
        .layer(from_fn_with_state(Arc::clone(&site), edge::context))
        .layer(from_fn(metrics::route))
        .with_state(site)
}

/// Answers with a file of the site if the address is a file's. This needs nothing that the later steps find out.
async fn file(request: Request, next: Next) -> Response {
    if edge::is_read(request.method())
        && let Some(file) = assets::get(request.uri().path(), request.headers())
    {
        return file;
    }
    next.run(request).await
}
