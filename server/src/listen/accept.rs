//! The accept loop. `axum::serve` has no time-out for headers and no limit on connections.
use axum::Router;
use axum::body::Body;
use axum::extract::{ConnectInfo, Request};
use hyper::body::Incoming;
use hyper::server::conn::{http1, http2};
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::graceful::{GracefulShutdown, Watcher};
use ipnet::IpNet;
use portvakt_core::network::Network;
use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};
use tokio_io_timeout::TimeoutWriter;
use tokio_rustls::TlsAcceptor;
use tower::ServiceExt;

/// The most bytes of a request's headers.
const MAX_HEADERS: usize = 64 * 1024;

/// The limits on connections.
#[derive(Clone, Copy)]
pub struct Limits {
    /// The most open connections on each address. The next one waits in the system's queue, where it costs nothing.
    pub connections: usize,
    /// The most open connections from one network. The next one is closed.
    pub a_network: usize,
    /// The time for each request's headers, and so also the time between two requests.
    pub headers: Duration,
    /// The longest time in which a client takes none of the bytes sent to it.
    pub takes: Duration,
    /// The time that running requests have to finish after the stop.
    pub grace: Duration,
}

/// A listening address and the service behind it.
pub struct Door {
    /// Accepts the connections.
    pub listener: TcpListener,
    /// Encrypts the connections.
    pub tls: Option<TlsAcceptor>,
    /// Answers the requests.
    pub app: Router,
    /// The proxies, if only they are served. A proxy's connections carry many clients, so they are not counted for
    /// one network.
    pub proxies: Arc<[IpNet]>,
}

/// Serves at every door until `stop` is set, then lets running requests finish.
pub async fn serve(doors: Vec<Door>, limits: Limits, stop: watch::Receiver<bool>) {
    let mut loops = JoinSet::new();
    for door in doors {
        loops.spawn(serve_one(door, limits, stop.clone()));
    }
    loops.join_all().await;
}

async fn serve_one(door: Door, limits: Limits, mut stop: watch::Receiver<bool>) {
    let running = GracefulShutdown::new();
    let free = Arc::new(Semaphore::new(limits.connections));
    let guests = Guests::default();
    let Door { listener, tls, app, proxies } = door;
    loop {
        let accepted = tokio::select! {
            next = accept(&listener, &free) => next,
            _ = stop.wait_for(|stop| *stop) => break,
        };
        let Some((permit, stream, peer)) = accepted else { break };
        let ip = peer.ip().to_canonical();
        let proxy = proxies.iter().any(|network| network.contains(&ip));
        if !proxies.is_empty() && !proxy {
            continue;
        }
        let guest = if proxy { None } else { guests.let_in(ip, limits.a_network) };
        if guest.is_none() && !proxy {
            continue;
        }
        let (app, watcher, tls) = (app.clone(), running.watcher(), tls.clone());
        tokio::spawn(async move {
            let _held = (permit, guest);
            connection(stream, peer, tls, app, limits, watcher).await;
        });
    }
    drop(listener);
    if timeout(limits.grace, running.shutdown()).await.is_err() {
        tracing::warn!(grace = ?limits.grace, "some requests were cut off");
    }
}

/// Takes the permit first, so that no connection above the limit is accepted.
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
            // Most likely out of file descriptors: trying again at once would keep a core busy.
            Err(e) => {
                tracing::warn!(error = %e, "a connection was not accepted");
                sleep(Duration::from_millis(100)).await;
            }
        }
    }
}

/// The number of open connections of each network.
#[derive(Clone, Default)]
struct Guests(Arc<Mutex<HashMap<Network, usize>>>);

/// One open connection. It counts until it is dropped.
struct Guest(Guests, Option<Network>);

impl Guests {
    /// `None` if the network has as many connections as it may have.
    fn let_in(&self, address: IpAddr, most: usize) -> Option<Guest> {
        let network = Network::of(address);
        if let Some(network) = network {
            let mut open = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            let of_network = open.entry(network).or_default();
            if *of_network >= most {
                return None;
            }
            *of_network += 1;
        }
        Some(Guest(self.clone(), network))
    }
}

impl Drop for Guest {
    fn drop(&mut self) {
        let Some(network) = self.1 else { return };
        let mut open = self.0.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Entry::Occupied(mut of_network) = open.entry(network) {
            *of_network.get_mut() -= 1;
            if *of_network.get() == 0 {
                of_network.remove();
            }
        }
    }
}

async fn connection(
    stream: TcpStream,
    peer: SocketAddr,
    tls: Option<TlsAcceptor>,
    app: Router,
    limits: Limits,
    watcher: Watcher,
) {
    let mut stream = TimeoutWriter::new(stream);
    stream.set_timeout(Some(limits.takes));
    let stream = Box::pin(stream);
    let service = service_fn(move |mut request: Request<Incoming>| {
        request.extensions_mut().insert(ConnectInfo(peer));
        app.clone().oneshot(request.map(Body::new))
    });
    let mut http1 = http1::Builder::new();
    http1.timer(TokioTimer::new()).header_read_timeout(limits.headers).max_buf_size(MAX_HEADERS).max_headers(100);
    // A broken connection or a failed handshake is the client's fault, so it is not reported.
    let Some(tls) = tls else {
        let _ = watcher.watch(http1.serve_connection(TokioIo::new(stream), service)).await;
        return;
    };
    let Ok(Ok(stream)) = timeout(limits.headers, tls.accept(stream)).await else { return };
    if stream.get_ref().1.alpn_protocol() == Some(b"h2") {
        let mut http2 = http2::Builder::new(TokioExecutor::new());
        http2
            .timer(TokioTimer::new())
            .max_concurrent_streams(100)
            .max_header_list_size(u32::try_from(MAX_HEADERS).unwrap_or(u32::MAX))
            .keep_alive_interval(limits.headers)
            .keep_alive_timeout(limits.headers);
        let _ = watcher.watch(http2.serve_connection(TokioIo::new(stream), service)).await;
    } else {
        let _ = watcher.watch(http1.serve_connection(TokioIo::new(stream), service)).await;
    }
}

#[test]
fn one_network_does_not_take_every_connection() {
    let guests = Guests::default();
    let let_in = |address: &str| guests.let_in(address.parse().unwrap(), 2);
    let first = [let_in("192.0.2.1"), let_in("192.0.2.2")];
    assert!(first.iter().all(Option::is_some) && let_in("192.0.2.3").is_none());
    assert!(let_in("198.51.100.1").is_some());
    drop(first);
    assert!(let_in("192.0.2.3").is_some());
    assert!(guests.0.lock().unwrap().is_empty(), "nobody who has left is remembered");
    assert!((0..10).map(|_| let_in("127.0.0.1")).all(|guest| guest.is_some()), "this machine");
}
