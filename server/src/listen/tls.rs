//! TLS with a certificate from files, which are read again when they change.
use anyhow::{Context, Result, bail};
use rustls::crypto::ring;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::{ClientHello, ResolvesServerCert};
use rustls::sign::CertifiedKey;
use rustls::{ServerConfig, version};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::time::{Duration, SystemTime};
use tokio::time::sleep;
use tokio_rustls::TlsAcceptor;

/// The time between two looks at the files.
pub const LOOK: Duration = Duration::from_secs(2);

/// A certificate and its key, from two files.
#[derive(Debug)]
pub struct Certificate {
    cert: PathBuf,
    key: PathBuf,
    current: RwLock<Arc<CertifiedKey>>,
    /// The times of change of the files that were read last.
    seen: Mutex<Changed>,
}

type Changed = [Option<SystemTime>; 2];

impl Certificate {
    /// Reads both files.
    ///
    /// # Errors
    /// If a file cannot be read, or the two do not belong together.
    pub fn open(cert: &Path, key: &Path) -> Result<Arc<Self>> {
        // Taken before the files are read, so that a change while they are read is seen at the next look.
        let seen = Mutex::new(changed(cert, key));
        let current = RwLock::new(read(cert, key)?);
        Ok(Arc::new(Self { cert: cert.to_owned(), key: key.to_owned(), current, seen }))
    }

    /// Makes an acceptor with this certificate: TLS 1.3 and 1.2 with the suites that rustls considers safe, all of
    /// them with forward secrecy and authenticated encryption.
    ///
    /// # Errors
    /// Never in practice: the versions and suites are rustls' own.
    pub fn acceptor(self: &Arc<Self>) -> Result<TlsAcceptor> {
        let provider = Arc::new(ring::default_provider());
        let mut config = ServerConfig::builder_with_provider(provider)
            .with_protocol_versions(&[&version::TLS13, &version::TLS12])?
            .with_no_client_auth()
            .with_cert_resolver(Arc::<Self>::clone(self));
        config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
        Ok(Arc::new(config).into())
    }

    /// Looks at the files after each interval, until the task is aborted.
    pub async fn follow(self: Arc<Self>, every: Duration) {
        loop {
            sleep(every).await;
            self.look();
        }
    }

    /// Takes up changed files. If they cannot be used, the log says so and the earlier certificate stays.
    pub fn look(&self) {
        let now = changed(&self.cert, &self.key);
        let before = std::mem::replace(&mut *self.seen.lock().unwrap_or_else(PoisonError::into_inner), now);
        if now == before {
            return;
        }
        match read(&self.cert, &self.key) {
            Ok(new) => {
                *self.current.write().unwrap_or_else(PoisonError::into_inner) = new;
                tracing::info!("a new TLS certificate is in use");
            }
            Err(error) => tracing::error!(
                error = format!("{error:#}"),
                "the new TLS certificate cannot be used, the earlier one stays"
            ),
        }
    }
}

fn changed(cert: &Path, key: &Path) -> Changed {
    [cert, key].map(|path| fs::metadata(path).and_then(|file| file.modified()).ok())
}

impl ResolvesServerCert for Certificate {
    fn resolve(&self, _: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        Some(Arc::clone(&self.current.read().unwrap_or_else(PoisonError::into_inner)))
    }
}

fn read(cert: &Path, key: &Path) -> Result<Arc<CertifiedKey>> {
    let chain = CertificateDer::pem_file_iter(cert).and_then(Iterator::collect::<Result<Vec<_>, _>>);
    let chain = chain.with_context(|| format!("tls.cert: {} cannot be read as PEM", cert.display()))?;
    if chain.is_empty() {
        bail!("tls.cert: {} holds no certificate", cert.display());
    }
    let private = PrivateKeyDer::from_pem_file(key);
    let private = private.with_context(|| format!("tls.key: {} cannot be read as PEM", key.display()))?;
    let pair = CertifiedKey::from_der(chain, private, &ring::default_provider());
    let pair = pair.with_context(|| format!("{} and {} do not belong together", cert.display(), key.display()))?;
    Ok(Arc::new(pair))
}
