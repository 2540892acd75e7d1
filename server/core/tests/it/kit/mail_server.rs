//! A mail server that accepts mail, or fails in a chosen way.
use rcgen::{CertifiedKey, generate_simple_self_signed};
use rustls::ServerConfig;
use rustls::crypto::ring;
use rustls::pki_types::PrivateKeyDer;
use std::sync::{Arc, Mutex};
use tokio::io::{AsyncBufReadExt, AsyncWrite, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Does {
    /// Accepts every mail.
    Take,
    /// Answers every recipient with this line.
    Refuse(&'static str),
    /// Asks for a name and a password, and refuses them all.
    LetNobodyIn,
    /// Reads the whole mail and never answers.
    Hang,
    /// Offers encryption with an untrusted certificate.
    EncryptBadly,
}

#[derive(Clone, Default)]
pub struct Taken {
    pub recipients: Vec<String>,
    pub data: String,
}

#[derive(Clone)]
pub struct MailServer {
    pub port: u16,
    does: Arc<Mutex<Does>>,
    taken: Arc<Mutex<Vec<Taken>>>,
}

impl MailServer {
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let server = Self { port, does: Arc::new(Mutex::new(Does::Take)), taken: Arc::default() };
        let serving = server.clone();
        tokio::spawn(async move {
            while let Ok((connection, _)) = listener.accept().await {
                let server = serving.clone();
                tokio::spawn(async move { server.talk(BufReader::new(connection)).await });
            }
        });
        server
    }

    pub fn url(&self) -> String {
        format!("smtp://127.0.0.1:{}", self.port)
    }

    pub fn does(&self, what: Does) {
        *self.does.lock().unwrap() = what;
    }

    /// Forgets the mails accepted so far.
    pub fn forget(&self) {
        self.taken.lock().unwrap().clear();
    }

    pub fn taken(&self) -> Vec<Taken> {
        self.taken.lock().unwrap().clone()
    }

    /// Returns `None` when the client has disconnected.
    async fn talk(&self, mut connection: BufReader<TcpStream>) -> Option<()> {
        let does = *self.does.lock().unwrap();
        let mut mail = Taken::default();
        say(&mut connection, "220 mail.test").await?;
        loop {
            let mut line = String::new();
            if connection.read_line(&mut line).await.ok()? == 0 {
                return None;
            }
            let line = line.trim_end();
            match line.get(..4).unwrap_or_default() {
                "EHLO" if does == Does::EncryptBadly => say(&mut connection, "250-mail.test\r\n250 STARTTLS").await?,
                "EHLO" if does == Does::LetNobodyIn => say(&mut connection, "250-mail.test\r\n250 AUTH PLAIN").await?,
                "EHLO" => say(&mut connection, "250-mail.test\r\n250-8BITMIME\r\n250 SMTPUTF8").await?,
                "STAR" => {
                    say(&mut connection, "220 go on").await?;
                    let _ = untrusted().accept(connection).await;
                    return None;
                }
                "AUTH" => say(&mut connection, "535 who are you").await?,
                "RCPT" => {
                    let Does::Refuse(answer) = does else {
                        mail.recipients.push(line.to_owned());
                        say(&mut connection, "250 yes").await?;
                        continue;
                    };
                    say(&mut connection, answer).await?;
                }
                "DATA" => {
                    say(&mut connection, "354 go on").await?;
                    loop {
                        // The client sends the end by itself, and its kernel waits for an acknowledgement of the rest.
                        connection.get_ref().set_quickack(true).ok()?;
                        let mut line = String::new();
                        connection.read_line(&mut line).await.ok().filter(|read| *read > 0)?;
                        if line == ".\r\n" {
                            break;
                        }
                        mail.data.push_str(&line);
                    }
                    if does == Does::Hang {
                        std::future::pending::<()>().await;
                    }
                    self.taken.lock().unwrap().push(std::mem::take(&mut mail));
                    say(&mut connection, "250 taken").await?;
                }
                "QUIT" => {
                    say(&mut connection, "221 bye").await?;
                    return Some(());
                }
                _ => say(&mut connection, "250 yes").await?,
            }
        }
    }
}

async fn say(to: &mut (impl AsyncWrite + Unpin), line: &str) -> Option<()> {
    to.write_all(format!("{line}\r\n").as_bytes()).await.ok()
}

fn untrusted() -> TlsAcceptor {
    let CertifiedKey { cert, signing_key } = generate_simple_self_signed(["127.0.0.1".to_owned()]).unwrap();
    let key = PrivateKeyDer::Pkcs8(signing_key.serialize_der().into());
    let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![cert.der().clone()], key)
        .unwrap();
    TlsAcceptor::from(Arc::new(config))
}
