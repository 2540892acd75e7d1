//! The accept loop against misbehaving clients.
use axum::Router;
use axum::routing::get;
use portvakt::listen::accept::{Door, Limits, serve};
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Notify, watch};
use tokio::task::JoinHandle;
use tokio::time::{sleep, timeout};

const HEADERS: Duration = Duration::from_millis(400);
const LIMITS: Limits = Limits {
    connections: 2,
    a_network: 2,
    headers: HEADERS,
    takes: Duration::from_millis(400),
    grace: Duration::from_millis(1500),
};
/// More bytes than the system buffers for a client that does not read.
const LARGE: usize = 64 << 20;
const REQUEST: &[u8] = b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n";

async fn start() -> (SocketAddr, watch::Sender<bool>, JoinHandle<()>) {
    start_with(Router::new()).await
}

async fn start_with(more: Router) -> (SocketAddr, watch::Sender<bool>, JoinHandle<()>) {
    let large = async || "x".repeat(LARGE);
    let app = more.route("/", get(async || "hello")).route("/large", get(large));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let door = Door { listener, tls: None, app, proxies: Arc::default() };
    let (stop, stopped) = watch::channel(false);
    (address, stop, tokio::spawn(serve(vec![door], LIMITS, stopped)))
}

async fn asked(address: SocketAddr, request: &[u8]) -> TcpStream {
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(request).await.unwrap();
    stream
}

/// Reads until the server closes the connection.
async fn rest(stream: &mut TcpStream) -> String {
    let mut all = Vec::new();
    timeout(Duration::from_secs(10), stream.read_to_end(&mut all)).await.expect("closed by the server").unwrap();
    String::from_utf8(all).unwrap()
}

#[tokio::test]
async fn the_silent_and_the_idle_are_cut_off() {
    let (address, _stop, _) = start().await;
    for (sent, answered) in [(&b""[..], false), (b"GET / HTTP/1.1\r\nHost: loc", false), (REQUEST, true)] {
        let begun = Instant::now();
        let said = rest(&mut asked(address, sent).await).await;
        assert_eq!(said.contains("hello"), answered, "{said}");
        assert!(begun.elapsed() > HEADERS / 2, "{:?}", begun.elapsed());
    }
}

#[tokio::test]
async fn one_byte_at_a_time_does_not_help() {
    let (address, _stop, _) = start().await;
    let mut stream = TcpStream::connect(address).await.unwrap();
    let begun = Instant::now();
    for byte in REQUEST.iter().cycle() {
        if stream.write_all(&[*byte]).await.is_err() || begun.elapsed() > Duration::from_secs(8) {
            break;
        }
        sleep(Duration::from_millis(100)).await;
    }
    assert!(begun.elapsed() < Duration::from_secs(8), "it was cut off");
}

#[tokio::test]
async fn a_connection_too_many_waits_for_another_to_end() {
    let (address, _stop, _) = start().await;
    let (_one, _two) = (TcpStream::connect(address).await.unwrap(), TcpStream::connect(address).await.unwrap());
    let begun = Instant::now();
    let said = rest(&mut asked(address, b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").await).await;
    assert!(said.contains("hello") && begun.elapsed() > HEADERS / 2, "{:?} {said}", begun.elapsed());
}

#[tokio::test]
async fn too_many_headers_and_too_long_ones_are_refused() {
    let (address, _stop, _) = start().await;
    let many = "x: y\r\n".repeat(200);
    let long = format!("x: {}\r\n", "y".repeat(300_000));
    for (what, headers) in [("many", many), ("long", long)] {
        let request = format!("GET / HTTP/1.1\r\nHost: x\r\n{headers}\r\n");
        let mut stream = TcpStream::connect(address).await.unwrap();
        // The server may close the connection before the whole request is sent.
        let _ = stream.write_all(request.as_bytes()).await;
        let mut first = vec![0; 64];
        let read = timeout(Duration::from_secs(5), stream.read(&mut first)).await.unwrap().unwrap_or(0);
        let said = String::from_utf8_lossy(&first[..read]).into_owned();
        assert!(said.is_empty() || said.starts_with("HTTP/1.1 431"), "{what}: {said}");
    }
}

#[tokio::test]
async fn a_stop_finishes_running_requests_and_takes_no_new_ones() {
    // The handler signals that it runs, and waits for the signal to answer.
    let (runs, answers) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
    let (at, until) = (Arc::clone(&runs), Arc::clone(&answers));
    let slow = async move || {
        at.notify_one();
        until.notified().await;
        "late"
    };
    let (address, stop, done) = start_with(Router::new().route("/slow", get(slow))).await;
    let mut running = asked(address, b"GET /slow HTTP/1.1\r\nHost: x\r\n\r\n").await;
    runs.notified().await;
    stop.send(true).unwrap();
    let closes = async {
        while TcpStream::connect(address).await.is_ok() {
            sleep(Duration::from_millis(1)).await;
        }
    };
    timeout(LIMITS.grace / 2, closes).await.expect("the port is closed");
    answers.notify_one();
    assert!(rest(&mut running).await.contains("late"));
    timeout(Duration::from_secs(5), done).await.expect("it ends").unwrap();
}

#[tokio::test]
async fn a_client_that_reads_no_answer_is_cut_off() {
    let (address, _stop, _) = start().await;
    let mut greedy = asked(address, b"GET /large HTTP/1.1\r\nHost: x\r\n\r\n").await;
    sleep(LIMITS.takes * 3).await;
    let mut all = Vec::new();
    // The connection ends early or is reset.
    let _ = timeout(Duration::from_secs(10), greedy.read_to_end(&mut all)).await.expect("closed by the server");
    assert!(!all.is_empty() && all.len() < LARGE, "{} bytes", all.len());
}

#[tokio::test]
async fn behind_a_proxy_only_the_trusted_proxy_is_served() {
    for (trusted, served) in [("10.0.0.0/8", false), ("127.0.0.0/8", true)] {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let app = Router::new().route("/", get(async || "hello"));
        let (_stop, stopped) = watch::channel(false);
        let door = Door { listener, tls: None, app, proxies: Arc::new([trusted.parse().unwrap()]) };
        tokio::spawn(serve(vec![door], LIMITS, stopped));
        let mut all = Vec::new();
        let mut stream = TcpStream::connect(address).await.unwrap();
        let _ = stream.write_all(REQUEST).await;
        let _ = timeout(Duration::from_secs(5), stream.read_to_end(&mut all)).await.expect("closed by the server");
        assert_eq!(String::from_utf8_lossy(&all).contains("hello"), served, "{trusted}");
    }
}
