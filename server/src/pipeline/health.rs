//! The health checks for load balancers and supervisors, under any host name.
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

/// How long a result is kept.
const GOOD_FOR: Duration = Duration::from_secs(1);
/// The longest that the database may take to answer.
const PATIENCE: Duration = Duration::from_secs(2);

/// Answers `/healthz` while the process runs, and `/readyz` while the database answers.
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

/// The same on the listener for machines, which can be reached when the portal itself serves only its proxy.
pub(crate) fn router(core: Core) -> Router {
    let health = Health::new(core);
    let ready = async move || health.ready().await;
    Router::new().route("/healthz", get("ok\n")).route("/readyz", get(ready))
}

/// The health of the database. Any client may ask as often as it likes, so the database is asked at most once a
/// second.
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
        // The lock is held during the question: clients who come meanwhile get the same answer.
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
    async fn readiness_asks_the_database_at_most_once_a_second() {
        let world = World::sqlite().await;
        let health = Health::new(world.core.clone());
        assert_eq!(health.ready().await.status(), StatusCode::OK);
        world.core.store.close().await;
        assert_eq!(health.ready().await.status(), StatusCode::OK, "what was found just now");
        tokio::time::sleep(GOOD_FOR).await;
        assert_eq!(health.ready().await.status(), StatusCode::SERVICE_UNAVAILABLE);
    }
}
