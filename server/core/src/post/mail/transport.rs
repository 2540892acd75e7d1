//! Delivery of mail: to a mail server, or into a folder if there is none.
use lettre::transport::smtp::Error as SmtpError;
use lettre::transport::smtp::client::{Tls, TlsParameters};
use lettre::{Address, AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor};
use portvakt_model::mail::Why;
use std::fs::{DirBuilder, OpenOptions};
use std::io::Write;
use std::net::IpAddr;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::time::Duration;
use std::{fs, io};
use tokio::task::spawn_blocking;
use tokio::time::timeout;
use url::{Host, Url};

/// The settings of a [`Mailer`].
pub struct MailerSettings<'a> {
    /// The mail server: `smtp://USER:PASSWORD@HOST:PORT` or `smtps://…`.
    pub smtp: Option<&'a str>,
    /// The folder into which mails are written if there is no mail server.
    pub folder: PathBuf,
    /// The sender's address.
    pub from: &'a str,
    /// The portal's origin, `https://HOST`, with which every link in a mail begins.
    pub origin: String,
    /// The longest time that a mail server may take over one mail.
    pub patience: Duration,
}

/// Sends mail.
pub struct Mailer {
    route: Route,
    pub(super) from: Address,
    pub(super) origin: String,
    patience: Duration,
}

enum Route {
    Smtp(Box<AsyncSmtpTransport<Tokio1Executor>>),
    Folder(PathBuf),
}

/// A setting that is wrong, so that no mail can be sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Broken {
    /// The mail server's URL.
    #[error("mail.smtp takes smtp://USER:PASSWORD@HOST:587 or smtps://USER:PASSWORD@HOST:465")]
    Smtp,
    /// The sender's address.
    #[error("mail.from takes an email address")]
    From,
}

/// The reason why a mail was not sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Undelivered {
    /// The mail is refused for good.
    #[error("refused: {0}")]
    Refused(Why),
    /// The mail is not taken now. A later try may succeed.
    #[error("not taken: {0}")]
    Later(Why),
}

impl Mailer {
    /// Whether mails are written into a folder.
    pub(super) const fn is_folder(&self) -> bool {
        matches!(self.route, Route::Folder(_))
    }

    /// A mailer with these settings. It does not connect yet.
    ///
    /// # Errors
    /// The setting that is wrong.
    pub fn new(settings: MailerSettings<'_>) -> Result<Self, Broken> {
        let from = settings.from.parse().map_err(|_| Broken::From)?;
        let route = match settings.smtp {
            Some(url) => Route::Smtp(Box::new(smtp(url)?)),
            None => Route::Folder(settings.folder),
        };
        Ok(Self { route, from, origin: settings.origin, patience: settings.patience })
    }

    /// Whether the mail server answers and accepts the portal's name and password. `None` if there is no mail server.
    ///
    /// # Errors
    /// The reason why it does not.
    pub async fn check(&self) -> Option<Result<(), Undelivered>> {
        let Route::Smtp(transport) = &self.route else { return None };
        Some(match timeout(self.patience, transport.test_connection()).await {
            Ok(Ok(true)) => Ok(()),
            Ok(Ok(false)) => Err(Undelivered::Later(Why::Unreachable)),
            Ok(Err(error)) => Err(undelivered(&error)),
            Err(_) => Err(Undelivered::Later(Why::TooSlow)),
        })
    }

    pub(super) async fn send(&self, id: &str, message: Message) -> Result<(), Undelivered> {
        match &self.route {
            Route::Smtp(transport) => match timeout(self.patience, transport.send(message)).await {
                Ok(Ok(_)) => Ok(()),
                Ok(Err(error)) => Err(undelivered(&error)),
                Err(_) => Err(Undelivered::Later(Why::TooSlow)),
            },
            Route::Folder(folder) => {
                let path = folder.join(format!("{id}.eml"));
                let written = {
                    let path = path.clone();
                    spawn_blocking(move || write(&path, &message.formatted())).await
                };
                match written {
                    Ok(Ok(())) => {
                        tracing::info!(file = %path.display(), "a mail was written: there is no mail server to send it");
                        Ok(())
                    }
                    Ok(Err(error)) => {
                        tracing::warn!(folder = %folder.display(), %error, "a mail cannot be written");
                        Err(Undelivered::Later(Why::Unwritable))
                    }
                    Err(_) => Err(Undelivered::Later(Why::Broke)),
                }
            }
        }
    }
}

/// The connection to a mail server. It is always encrypted to another machine, and on this machine if the mail server
/// offers it. The ports, if the URL has none: 465 for `smtps`, 587 for `smtp`.
fn smtp(url: &str) -> Result<AsyncSmtpTransport<Tokio1Executor>, Broken> {
    let at = Url::parse(url).map_err(|_| Broken::Smtp)?;
    let host = at.host().ok_or(Broken::Smtp)?;
    // The parser leaves an IP address as text, because it does not know the schemes.
    let name = at.host_str().ok_or(Broken::Smtp)?.trim_matches(['[', ']']).to_owned();
    let is_local = match host {
        Host::Ipv4(ip) => ip.is_loopback(),
        Host::Ipv6(ip) => ip.is_loopback(),
        Host::Domain(_) => name == "localhost" || name.parse().is_ok_and(|ip: IpAddr| ip.is_loopback()),
    };
    let rest = matches!(at.path(), "" | "/") && at.query().is_none() && at.fragment().is_none();
    let parameters = TlsParameters::new(name).map_err(|_| Broken::Smtp)?;
    let (tls, port) = match at.scheme() {
        "smtps" => (Tls::Wrapper(parameters), 465),
        "smtp" if is_local => (Tls::Opportunistic(parameters), 587),
        "smtp" => (Tls::Required(parameters), 587),
        _ => return Err(Broken::Smtp),
    };
    if !rest {
        return Err(Broken::Smtp);
    }
    // `from_url` also decodes the name and the password.
    let builder = AsyncSmtpTransport::<Tokio1Executor>::from_url(url).map_err(|_| Broken::Smtp)?;
    Ok(builder.tls(tls).port(at.port().unwrap_or(port)).build())
}

fn undelivered(error: &SmtpError) -> Undelivered {
    // The server's text may hold the recipient's address, so only its number is kept.
    match error.status().map(u16::from) {
        // The portal's own name, password or encryption is refused, not this mail.
        Some(code @ (530 | 534 | 535 | 538)) => Undelivered::Later(Why::NotLetIn(code)),
        Some(code) if error.is_permanent() => Undelivered::Refused(Why::Refused(code)),
        Some(code) => Undelivered::Later(Why::NotNow(code)),
        None if error.is_tls() => Undelivered::Later(Why::Untrusted),
        None if error.is_timeout() => Undelivered::Later(Why::TooSlow),
        None => Undelivered::Later(Why::Unreachable),
    }
}

/// Writes a mail that only the portal's user can read: it may hold a link.
fn write(path: &Path, mail: &[u8]) -> io::Result<()> {
    if let Some(folder) = path.parent() {
        DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
    }
    // The file gets its name when it is whole.
    let draft = path.with_extension("draft");
    let _ = fs::remove_file(&draft);
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&draft)?;
    file.write_all(mail)?;
    file.sync_all()?;
    fs::rename(&draft, path)
}

#[test]
fn a_mail_server_is_named_by_its_url() {
    for good in
        ["smtp://localhost:2525", "smtp://a%40b:p%2Fw@mail.example:587", "smtps://mail.example", "smtp://[::1]:25"]
    {
        assert!(smtp(good).is_ok(), "{good}");
    }
    for bad in
        ["mail.example", "http://mail.example", "smtp://", "smtp://mail.example/x", "smtp://mail.example?tls=none"]
    {
        assert_eq!(smtp(bad).err(), Some(Broken::Smtp), "{bad}");
    }
}
