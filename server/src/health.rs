//! What machines ask to know whether to send people here, by whatever name they reach it.
use crate::peer::Peer;
use crate::probe;
use crate::router::Site;
use axum::Router;
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use http::StatusCode;
use portvakt_core::Core;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::timeout;

/// Longest that the database may take to answer.
const PATIENCE: Duration = Duration::from_secs(2);

/// Answers `/healthz`, as long as the process does, and `/readyz`, as long as the database does.
pub(crate) async fn layer(State(site): State<Arc<Site>>, request: Request, next: Next) -> Response {
    match request.uri().path() {
        "/healthz" => {
            let peer = request.extensions().get::<Peer>();
            let seen = probe::answer(&site.core.vault, request.headers(), peer);
            format!("ok\n{}", seen.unwrap_or_default()).into_response()
        }
        "/readyz" => ready(&site.core).await,
        _ => next.run(request).await,
    }
}

/// The same on the listener for machines, which is reached where the portal itself serves its proxy alone.
pub(crate) fn router(core: Core) -> Router {
    let ready = async move || ready(&core).await;
    Router::new().route("/healthz", get("ok\n")).route("/readyz", get(ready))
}

async fn ready(core: &Core) -> Response {
    match timeout(PATIENCE, core.store.ping()).await {
        Ok(Ok(())) => "ready\n".into_response(),
        Ok(Err(_)) | Err(_) => (StatusCode::SERVICE_UNAVAILABLE, "the database does not answer\n").into_response(),
    }
}
