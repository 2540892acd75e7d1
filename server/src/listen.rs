//! The accept loop: `axum::serve` has no time-out for headers and no limit on connections.
use axum::Router;
use axum::body::Body;
use axum::extract::{ConnectInfo, Request};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::{GracefulShutdown, Watcher};
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};
use tower::ServiceExt;

/// What a client may take of us.
#[derive(Clone, Copy)]
pub struct Limits {
    /// Open at once on each address; one more waits in the system's queue, where it costs nothing.
    pub connections: usize,
    /// For each request's headers, and so also between two requests.
    pub headers: Duration,
    /// For what still runs at the end.
    pub grace: Duration,
}

/// Serves on every listener until `stop` says so, then lets what runs finish.
pub async fn serve(listeners: Vec<TcpListener>, app: Router, limits: Limits, stop: watch::Receiver<bool>) {
    let mut loops = JoinSet::new();
    for listener in listeners {
        loops.spawn(serve_one(listener, app.clone(), limits, stop.clone()));
    }
    loops.join_all().await;
}

async fn serve_one(listener: TcpListener, app: Router, limits: Limits, mut stop: watch::Receiver<bool>) {
    let running = GracefulShutdown::new();
    let free = Arc::new(Semaphore::new(limits.connections));
    loop {
        let accepted = tokio::select! {
            next = accept(&listener, &free) => next,
            _ = stop.wait_for(|stop| *stop) => break,
        };
        let Some((permit, stream, peer)) = accepted else { break };
        let (app, watcher) = (app.clone(), running.watcher());
        tokio::spawn(async move {
            let _permit = permit;
            connection(stream, peer, app, limits, watcher).await;
        });
    }
    drop(listener);
    if timeout(limits.grace, running.shutdown()).await.is_err() {
        tracing::warn!(grace = ?limits.grace, "some requests were cut off");
    }
}

/// The permit comes first, so that a connection too many is not accepted.
async fn accept(
    listener: &TcpListener,
    free: &Arc<Semaphore>,
) -> Option<(OwnedSemaphorePermit, TcpStream, SocketAddr)> {
    let permit = Arc::clone(free).acquire_owned().await.ok()?;
    loop {
        match listener.accept().await {
            Ok((stream, peer)) => {
                let _ = stream.set_nodelay(true);
                return Some((permit, stream, peer));
            }
            // Out of file descriptors, most likely: trying again at once would burn a core.
            Err(e) => {
                tracing::warn!(error = %e, "a connection was not accepted");
                sleep(Duration::from_millis(100)).await;
            }
        }
    }
}

async fn connection(stream: TcpStream, peer: SocketAddr, app: Router, limits: Limits, watcher: Watcher) {
    let service = service_fn(move |mut request: Request<Incoming>| {
        request.extensions_mut().insert(ConnectInfo(peer));
        app.clone().oneshot(request.map(Body::new))
    });
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new()).header_read_timeout(limits.headers).max_buf_size(64 * 1024).max_headers(100);
    // A broken connection is the other side's business.
    let _ = watcher.watch(http.serve_connection(TokioIo::new(stream), service)).await;
}
