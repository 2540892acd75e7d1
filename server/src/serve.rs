//! `portvakt serve`: from nothing to answering, and to an end without cutting anybody off.
use crate::base::Base;
use crate::command::Serve;
use crate::demo::{self, Demo};
use crate::listen::{self, Limits};
use crate::router::router;
use anyhow::{Context, Result};
use portvakt_core::error::{CoreError, chain};
use portvakt_core::{Core, housekeeping, setup};
use portvakt_model::link::LinkKind;
use std::io::{self, Write};
use std::net::{Ipv4Addr, Ipv6Addr};
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::watch;
use tokio::time::sleep;

const LIMITS: Limits = Limits {
    connections: 4096,
    a_network: 256,
    headers: Duration::from_secs(10),
    takes: Duration::from_secs(30),
    grace: Duration::from_secs(10),
};
/// Open files that are no connections: the database's, and the listeners.
const OTHER_FILES: usize = 128;

/// Serves until SIGTERM or Ctrl-C.
///
/// # Errors
/// If the database does not open or the port is taken; one line that says what to do.
pub async fn serve(options: &Serve) -> Result<()> {
    let wanted = Base::of_listen(&options.place.listen)?;
    // From here on, so that none is missed while a demonstration is made.
    let mut terminate = signal(SignalKind::terminate())?;
    let (core, demo) = demo::open(options).await?;
    let (listeners, base) = bind(&wanted).await?;
    let link = setup::new_link(&core).await.map_err(|e| match e {
        CoreError::Failed(failure) => anyhow::Error::from(failure),
        other => other.into(),
    })?;

    let mut greeting = vec![format!("Portvakt is ready at {}", base.origin())];
    if let Some(token) = link {
        let minutes = LinkKind::Setup.lifetime_secs() / 60;
        let address = base.link(LinkKind::Setup, &token);
        greeting.push(format!("Set it up here, within {minutes} minutes: {address}"));
        let key = options.place.data.join("master.key");
        greeting.push(format!("Keep a copy of {} elsewhere: without it the database cannot be read.", key.display()));
    }
    greeting.extend(demo.iter().flat_map(Demo::lines));
    // A closed pipe is no reason not to serve.
    let _ = writeln!(io::stdout().lock(), "{}", greeting.join("\n"));

    let (stop, stopped) = watch::channel(false);
    tokio::spawn(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = tokio::signal::ctrl_c() => {}
        }
        tracing::info!("stopping");
        let _ = stop.send(true);
    });
    let keeping = tokio::spawn(keep_house(core.clone()));
    let each = open_files().saturating_sub(OTHER_FILES) / listeners.len();
    let connections = each.min(LIMITS.connections);
    listen::serve(listeners, router(core.clone(), base), Limits { connections, ..LIMITS }, stopped).await;
    keeping.abort();
    tidy(&core).await;
    if let Some(demo) = demo {
        demo.end();
    }
    Ok(())
}

/// Does what has to be done every now and then, until it is stopped.
async fn keep_house(core: Core) {
    loop {
        tidy(&core).await;
        sleep(housekeeping::EVERY).await;
    }
}

async fn tidy(core: &Core) {
    if let Err(error) = housekeeping::round(core).await {
        tracing::warn!(error = chain(&error), "housekeeping was not finished");
    }
}

/// How many files this process may have open, raised as far as the system lets it: a connection is one.
fn open_files() -> usize {
    let most = rlimit::increase_nofile_limit(u64::MAX).unwrap_or(1024);
    usize::try_from(most).unwrap_or(usize::MAX)
}

/// Both loopback addresses on one port. A machine without IPv6 is served by the other alone.
async fn bind(wanted: &Base) -> Result<(Vec<TcpListener>, Base)> {
    let taken = || format!("port {} cannot be opened: choose another with --listen localhost:PORT", wanted.port());
    let first = TcpListener::bind((Ipv4Addr::LOCALHOST, wanted.port())).await.with_context(taken)?;
    let base = Base::on_port(first.local_addr()?.port());
    let mut listeners = vec![first];
    match TcpListener::bind((Ipv6Addr::LOCALHOST, base.port())).await {
        Ok(second) => listeners.push(second),
        Err(e) if e.kind() == io::ErrorKind::AddrInUse => return Err(e).with_context(taken),
        Err(e) => tracing::info!(error = %e, "no IPv6 on this machine"),
    }
    Ok((listeners, base))
}
