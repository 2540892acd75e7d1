//! `portvakt serve`: starts the portal, serves it, and stops without cutting requests off.
mod demo;

use crate::base::{self, Base, listen_on};
use crate::config::Config;
use crate::listen::accept::{self, Door, Limits};
use crate::listen::tls::{self, Certificate};
use crate::lock::OnlyOne;
use crate::mail;
use crate::pipeline::{edge, metrics};
use crate::routes::router::router;
use crate::services;
use ::metrics::counter;
use anyhow::{Context, Result, bail};
use axum::Router;
use demo::Demo;
use ipnet::IpNet;
use portvakt_app::web::request::Support;
use portvakt_core::error::{CoreError, chain};
use portvakt_core::token::Token;
use portvakt_core::{Core, housekeeping, setup};
use portvakt_model::link::LinkKind;
use portvakt_model::policy::Policy;
use std::io::{self, Write};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::watch;
use tokio::time::sleep;

/// The limits that a proxy in front and the time-out of a stop have to allow for.
pub const LIMITS: Limits = Limits {
    connections: 4096,
    a_network: 256,
    headers: Duration::from_secs(10),
    takes: Duration::from_secs(30),
    grace: Duration::from_secs(10),
};
/// Open files other than connections: the database's and the listeners'.
const OTHER_FILES: usize = 128;

/// Serves until SIGTERM or Ctrl-C.
///
/// # Errors
/// If the database does not open or the port is taken; one line that says what to do.
pub async fn serve(config: &Config, demo: bool) -> Result<()> {
    let wanted = config.base()?;
    if cfg!(feature = "qa") && !base::is_local(&config.server.listen) {
        bail!("this build is for tests (feature `qa`) and answers its own machine alone: listen on localhost:PORT");
    }
    let certificate = match (&config.tls.cert, &config.tls.key) {
        (Some(cert), Some(key)) => Some(Certificate::open(cert, key)?),
        _ => None,
    };
    // Listens for SIGTERM from here on, so that none is missed while a demonstration is made, or after the ready line
    // is printed.
    let mut terminate = signal(SignalKind::terminate())?;
    let (core, demo, mut only_one) = if demo {
        let (core, demo) = demo::open(config).await?;
        (core, Some(demo), None)
    } else {
        let only_one = OnlyOne::take(config)?;
        (services::open(config, true).await?, None, only_one)
    };
    if let Some(only_one) = &mut only_one {
        if only_one.unclean {
            check(&core).await?;
        }
        only_one.begin();
    }
    let listeners = bind(config).await?;
    let base = wanted.on_port(listeners[0].local_addr()?.port());
    let link = setup::new_link(&core).await.map_err(|e| match e {
        CoreError::Failed(failure) => anyhow::Error::from(failure),
        other => other.into(),
    })?;
    let mut posting = config.clone();
    if demo.is_some() {
        // A demonstration's visitors type any address, so its mail never leaves this machine.
        posting.mail.smtp = None;
    }
    let mailer = mail::mailer(&posting, &base, mail_folder(config, demo.as_ref()))?;
    let doors = doors(config, &core, &base, listeners, certificate.as_ref()).await?;
    greet(config, &base, link.as_ref(), demo.as_ref());

    let (stop, stopped) = watch::channel(false);
    tokio::spawn(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = tokio::signal::ctrl_c() => {}
        }
        tracing::info!("stopping");
        let _ = stop.send(true);
    });
    let following = certificate.map(|certificate| tokio::spawn(certificate.follow(tls::LOOK)));
    let keeping = tokio::spawn(keep_house(core.clone()));
    let sending = mail::send(core.clone(), mailer, stopped.clone());
    let each = open_files().saturating_sub(OTHER_FILES) / doors.len();
    let connections = each.min(LIMITS.connections);
    accept::serve(doors, Limits { connections, ..LIMITS }, stopped).await;
    keeping.abort();
    mail::end(sending).await;
    if let Some(following) = following {
        following.abort();
    }
    tidy(&core).await;
    core.store.close().await;
    if let Some(only_one) = only_one {
        only_one.end();
    }
    if let Some(demo) = demo {
        demo.end();
    }
    Ok(())
}

/// The folder for mail without a mail server. A demonstration's mail is deleted with it.
fn mail_folder(config: &Config, demo: Option<&Demo>) -> PathBuf {
    demo.map_or(config.server.data.as_path(), Demo::folder).join(mail::FOLDER)
}

/// Checks the database file after an unclean end: before the start, or in the background if the file is large.
async fn check(core: &Core) -> Result<()> {
    tracing::info!("the portal did not stop cleanly last time: its database is checked");
    if core.is_small().await.map_err(services::in_one_line)? {
        return core.check_file().await.map_err(services::in_one_line);
    }
    let core = core.clone();
    tokio::spawn(async move {
        if let Err(error) = core.check_file().await {
            counter!("portvakt_database_damaged_total").increment(1);
            tracing::error!(error = chain(&error), "the database file is damaged: put a backup in its place");
        }
    });
    Ok(())
}

/// What a build with the feature `qa` says of itself.
const QA_BANNER: &str = "This build is for tests and for trying on this machine: it has a gallery, and a clock that a test moves. \
                         `cargo xtask build --release` makes the one to run.";

/// Prints the portal's address, and the link to set it up. The portal is served even if standard output is closed.
fn greet(config: &Config, base: &Base, link: Option<&Token>, demo: Option<&Demo>) {
    if cfg!(feature = "qa") {
        // Apart from the lines that a program may read.
        let _ = writeln!(io::stderr().lock(), "{QA_BANNER}");
    }
    let mut lines = vec![format!("Portvakt is ready at {}", base.origin())];
    if let Some(token) = link {
        let minutes = LinkKind::Setup.lifetime_secs(Policy::FLOOR.links) / 60;
        let address = base.link(LinkKind::Setup, token);
        lines.push(format!("Set it up here, within {minutes} minutes: {address}"));
        let key = config.server.data.join(services::MASTER_KEY);
        lines.push(format!("Keep a copy of {} elsewhere: without it the database cannot be read.", key.display()));
    }
    lines.extend(demo.into_iter().flat_map(Demo::lines));
    let _ = writeln!(io::stdout().lock(), "{}", lines.join("\n"));
}

/// The portal's own listeners, the redirect from plain HTTP, and the listener for figures.
async fn doors(
    config: &Config,
    core: &Core,
    base: &Base,
    listeners: Vec<TcpListener>,
    certificate: Option<&Arc<Certificate>>,
) -> Result<Vec<Door>> {
    let proxies: Arc<[IpNet]> = config.proxy.trusted.clone().into();
    let tls = certificate.map(Certificate::acceptor).transpose()?;
    let support = Support { contact: config.support.contact.clone().map(|contact| contact.0) };
    let app = router(core.clone(), base.clone(), config.proxy.clone(), support);
    let door = |listener| Door { listener, tls: tls.clone(), app: app.clone(), proxies: Arc::clone(&proxies) };
    let mut doors: Vec<_> = listeners.into_iter().map(door).collect();
    if let Some(address) = config.tls.redirect {
        doors.push(plain(address, "tls.redirect", edge::redirect(base.clone())).await?);
    }
    if let Some(address) = config.metrics.listen {
        doors.push(plain(address, "metrics.listen", metrics::router(core.clone())?).await?);
    }
    Ok(doors)
}

async fn plain(address: SocketAddr, name: &str, app: Router) -> Result<Door> {
    let listener = TcpListener::bind(address).await;
    let listener = listener.map_err(|e| closed(&address.to_string(), name, e))?;
    Ok(Door { listener, tls: None, app, proxies: Arc::default() })
}

/// Does the housekeeping at intervals until it is aborted.
async fn keep_house(core: Core) {
    loop {
        tidy(&core).await;
        sleep(housekeeping::EVERY).await;
    }
}

async fn tidy(core: &Core) {
    let done = housekeeping::round(core).await;
    counter!("portvakt_housekeeping_total", "outcome" => if done.is_ok() { "done" } else { "failed" }).increment(1);
    if let Err(error) = done {
        tracing::warn!(error = chain(&error), "housekeeping was not finished");
    }
}

/// The number of open files that all connections need.
pub(crate) const fn wanted_files() -> usize {
    LIMITS.connections + OTHER_FILES
}

/// The number of files that this process may open, raised as far as the system allows. Each connection needs one.
pub(crate) fn open_files() -> usize {
    let most = rlimit::increase_nofile_limit(u64::MAX).unwrap_or(1024);
    usize::try_from(most).unwrap_or(usize::MAX)
}

/// The reason why an address cannot be listened on, and the remedy.
fn closed(address: &str, setting: &str, error: io::Error) -> anyhow::Error {
    let remedy = match error.kind() {
        io::ErrorKind::PermissionDenied => "give the process CAP_NET_BIND_SERVICE, or choose a port from 1024 in",
        _ => "choose another in",
    };
    anyhow::Error::new(error).context(format!("{address} cannot be opened: {remedy} {setting}"))
}

/// Listens on every address of `server.listen`, on one port. On a machine without IPv6 the IPv4 address is enough.
async fn bind(config: &Config) -> Result<Vec<TcpListener>> {
    let listen = &config.server.listen;
    let (addresses, mut port, _) = listen_on(listen).context("server.listen is not an address")?;
    let taken = |e| closed(listen, "server.listen or with --listen", e);
    let mut listeners: Vec<TcpListener> = Vec::new();
    for address in addresses {
        match TcpListener::bind((address, port)).await {
            Ok(listener) => {
                port = listener.local_addr()?.port();
                listeners.push(listener);
            }
            Err(e) if listeners.is_empty() || e.kind() == io::ErrorKind::AddrInUse => {
                return Err(taken(e));
            }
            Err(e) => tracing::info!(error = %e, "no IPv6 on this machine"),
        }
    }
    Ok(listeners)
}
