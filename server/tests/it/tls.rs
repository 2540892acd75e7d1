//! TLS by the portal itself.
use axum::Router;
use axum::routing::get;
use portvakt::listen::accept::{Door, Limits, serve};
use portvakt::listen::tls::Certificate;
use rcgen::{CertifiedKey, generate_simple_self_signed};
use rustls::crypto::ring;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, ProtocolVersion, RootCertStore, SupportedProtocolVersion, version};
use std::fs::File;
use std::io::Write as _;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, SystemTime};
use tempfile::TempDir;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::time::{sleep, timeout};
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

const LIMITS: Limits = Limits {
    connections: 8,
    a_network: 8,
    headers: Duration::from_millis(400),
    takes: Duration::from_secs(5),
    grace: Duration::from_secs(1),
};

struct Portal {
    dir: TempDir,
    address: SocketAddr,
    certificate: Arc<Certificate>,
    roots: RootCertStore,
    _stop: watch::Sender<bool>,
}

/// Writes a file with another modification time than the earlier one's, however soon it follows.
fn write(path: &Path, text: &str, nth: u64) {
    let mut file = File::create(path).unwrap();
    file.write_all(text.as_bytes()).unwrap();
    file.set_modified(SystemTime::UNIX_EPOCH + Duration::from_secs(nth)).unwrap();
}

/// Writes a new certificate and its key, and returns the certificate to trust.
fn renew(dir: &Path, nth: u64) -> CertificateDer<'static> {
    let CertifiedKey { cert, signing_key } = generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    write(&dir.join("key.pem"), &signing_key.serialize_pem(), nth);
    write(&dir.join("cert.pem"), &cert.pem(), nth);
    cert.der().clone()
}

async fn start() -> Portal {
    let dir = TempDir::new().unwrap();
    let mut roots = RootCertStore::empty();
    roots.add(renew(dir.path(), 0)).unwrap();
    let certificate = Certificate::open(&dir.path().join("cert.pem"), &dir.path().join("key.pem")).unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let app = Router::new().route("/", get(async || "hello"));
    let tls = Some(certificate.acceptor().unwrap());
    let (stop, stopped) = watch::channel(false);
    tokio::spawn(serve(vec![Door { listener, tls, app, proxies: Arc::default() }], LIMITS, stopped));
    Portal { dir, address, certificate, roots, _stop: stop }
}

impl Portal {
    async fn connect(
        &self,
        versions: &[&'static SupportedProtocolVersion],
        alpn: &[u8],
    ) -> std::io::Result<TlsStream<TcpStream>> {
        let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()));
        let config = config.with_protocol_versions(versions).unwrap().with_root_certificates(self.roots.clone());
        let mut config = config.with_no_client_auth();
        config.alpn_protocols = vec![alpn.to_vec()];
        let stream = TcpStream::connect(self.address).await?;
        TlsConnector::from(Arc::new(config)).connect(ServerName::try_from("localhost").unwrap(), stream).await
    }
}

async fn rest(stream: &mut (impl AsyncReadExt + Unpin)) -> Vec<u8> {
    let mut all = Vec::new();
    let _ = timeout(Duration::from_secs(5), stream.read_to_end(&mut all)).await.expect("closed by the server");
    all
}

const REQUEST: &[u8] = b"GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";

#[tokio::test]
async fn both_versions_are_spoken_and_both_protocols() {
    let portal = start().await;
    for (asked, spoken) in [(&version::TLS13, ProtocolVersion::TLSv1_3), (&version::TLS12, ProtocolVersion::TLSv1_2)] {
        let mut stream = portal.connect(&[asked], b"http/1.1").await.unwrap();
        assert_eq!(stream.get_ref().1.protocol_version(), Some(spoken));
        stream.write_all(REQUEST).await.unwrap();
        assert!(String::from_utf8(rest(&mut stream).await).unwrap().contains("hello"));
    }
    let mut stream = portal.connect(&[&version::TLS13], b"h2").await.unwrap();
    assert_eq!(stream.get_ref().1.alpn_protocol(), Some(&b"h2"[..]));
    // The connection's preface and empty settings; the server's settings are the answer (RFC 9113, 3.4).
    stream.write_all(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0").await.unwrap();
    let mut frame = [0; 9];
    timeout(Duration::from_secs(5), stream.read_exact(&mut frame)).await.unwrap().unwrap();
    assert_eq!(frame[3], 4, "a SETTINGS frame");
}

#[tokio::test]
async fn plain_http_and_silence_are_not_answered() {
    let portal = start().await;
    for sent in [REQUEST, b""] {
        let mut stream = TcpStream::connect(portal.address).await.unwrap();
        stream.write_all(sent).await.unwrap();
        assert!(!String::from_utf8_lossy(&rest(&mut stream).await).contains("HTTP"), "{sent:?}");
    }
}

#[tokio::test]
async fn a_renewed_certificate_is_taken_up_and_a_broken_one_is_not() {
    let mut portal = start().await;
    write(&portal.dir.path().join("cert.pem"), "nothing", 1);
    portal.certificate.look();
    portal.connect(&[&version::TLS13], b"http/1.1").await.expect("the earlier one stays");
    let new = renew(portal.dir.path(), 2);
    portal.certificate.look();
    assert!(portal.connect(&[&version::TLS13], b"http/1.1").await.is_err(), "the earlier one is gone");
    portal.roots.add(new).unwrap();
    portal.connect(&[&version::TLS13], b"http/1.1").await.expect("the new one is used");
}

#[tokio::test]
async fn the_files_are_looked_at_again_and_again() {
    let mut portal = start().await;
    let following = tokio::spawn(Arc::clone(&portal.certificate).follow(Duration::from_millis(5)));
    for nth in 1..3 {
        portal.roots = RootCertStore::empty();
        portal.roots.add(renew(portal.dir.path(), nth)).unwrap();
        let is_used = async {
            while portal.connect(&[&version::TLS13], b"http/1.1").await.is_err() {
                sleep(Duration::from_millis(5)).await;
            }
        };
        timeout(Duration::from_secs(10), is_used).await.expect("the new one is used");
    }
    following.abort();
}
