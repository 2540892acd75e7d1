//! What machines ask to know whether to send people here, by whatever name they reach it.
use super::probe;
use crate::listen::peer::Peer;
use axum::Router;
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use http::StatusCode;
use portvakt_core::Core;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::sync::Mutex;
use tokio::time::timeout;

/// How long an answer holds.
const GOOD_FOR: Duration = Duration::from_secs(1);
/// Longest that the database may take to answer.
const PATIENCE: Duration = Duration::from_secs(2);

/// Answers `/healthz`, as long as the process does, and `/readyz`, as long as the database does.
pub(crate) async fn layer(State(health): State<Health>, request: Request, next: Next) -> Response {
    match request.uri().path() {
        "/healthz" => {
            let peer = request.extensions().get::<Peer>();
            let seen = probe::answer(&health.core.vault, request.headers(), peer);
            format!("ok\n{}", seen.unwrap_or_default()).into_response()
        }
        "/readyz" => health.ready().await,
        _ => next.run(request).await,
    }
}

/// The same on the listener for machines, which is reached where the portal itself serves its proxy alone.
pub(crate) fn router(core: Core) -> Router {
    let health = Health::new(core);
    let ready = async move || health.ready().await;
    Router::new().route("/healthz", get("ok\n")).route("/readyz", get(ready))
}

/// Whether the database answers. Anybody may ask, as often as they like, so it is asked once a second at most.
#[derive(Clone)]
pub(crate) struct Health {
    core: Core,
    found: Arc<Mutex<Option<(Instant, bool)>>>,
}

impl Health {
    pub(crate) fn new(core: Core) -> Self {
        Self { core, found: Arc::default() }
    }

    async fn ready(&self) -> Response {
        // Held while the database is asked: whoever comes meanwhile gets the same answer.
        let mut found = self.found.lock().await;
        if found.is_none_or(|(at, _)| at.elapsed() >= GOOD_FOR) {
            let answers = matches!(timeout(PATIENCE, self.core.store.ping()).await, Ok(Ok(())));
            *found = Some((Instant::now(), answers));
        }
        match *found {
            Some((_, true)) => "ready\n".into_response(),
            _ => (StatusCode::SERVICE_UNAVAILABLE, "the database does not answer\n").into_response(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use portvakt_core::testing::World;

    #[tokio::test]
    async fn whether_the_database_answers_is_asked_once_a_second_at_most() {
        let world = World::sqlite().await;
        let health = Health::new(world.core.clone());
        assert_eq!(health.ready().await.status(), StatusCode::OK);
        world.core.store.close().await;
        assert_eq!(health.ready().await.status(), StatusCode::OK, "what was found just now");
        tokio::time::sleep(GOOD_FOR).await;
        assert_eq!(health.ready().await.status(), StatusCode::SERVICE_UNAVAILABLE);
    }
}
