//! `serve --demo`: a portal to try, in a private folder that is deleted at the end. It leaves `--data` and
//! `--database` alone.
use crate::base::is_local;
use crate::config::Config;
use anyhow::{Context, Result, bail};
use portvakt_core::clock::Clock;
use portvakt_core::demo::{DemoPerson, PASSWORD, Size, seed};
use portvakt_core::hasher::Cost;
use portvakt_core::random::Random;
use portvakt_core::sign_in::REFUSED_AFTER;
use portvakt_core::store::sqlite_url;
use portvakt_core::{Core, CoreSettings};
use rustix::thread::{CpuSet, sched_getcpu, sched_setaffinity};
use std::fs::Permissions;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::thread;
use std::time::Duration;
use tempfile::{Builder, TempDir};
use tokio::runtime;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::oneshot;

/// A running demonstration.
pub(crate) struct Demo {
    folder: TempDir,
    people: Vec<DemoPerson>,
}

/// Makes a demonstration and opens its services.
///
/// # Errors
/// If the database does not open, or if the demonstration would be reached from other machines: its password is
/// public.
pub(crate) async fn open(config: &Config) -> Result<(Core, Demo)> {
    if !is_local(&config.server.listen) {
        bail!("the password of a demonstration is public: listen on localhost:PORT, which only this machine reaches");
    }
    let (done, made) = oneshot::channel();
    thread::spawn(move || drop(done.send(on_one_processor(make()))));
    let (settings, demo) = made.await.context("the demonstration was not made")??;
    Ok((Core::open(&settings, Clock::system(), Random::system()).await?, demo))
}

/// Runs on this thread, and holds it and the threads that it starts to one processor. Each statement goes to the
/// database's own thread and its answer back. Waking another processor twice for each statement made a demonstration
/// take 4.7 s instead of 1.2 s.
fn on_one_processor<T>(work: impl Future<Output = Result<T>>) -> Result<T> {
    let mut this = CpuSet::new();
    this.set(sched_getcpu());
    if let Err(error) = sched_setaffinity(None, &this) {
        tracing::debug!(%error, "the demonstration is not held to one processor, and takes longer");
    }
    runtime::Builder::new_current_thread().enable_all().build()?.block_on(work)
}

async fn make() -> Result<(CoreSettings, Demo)> {
    let mut terminate = signal(SignalKind::terminate())?;
    let mode = Permissions::from_mode(0o700);
    let folder = Builder::new().prefix("portvakt-demo-").permissions(mode).tempdir();
    let folder = folder.context("the folder for temporary files cannot be written: choose another with TMPDIR")?;
    let settings = CoreSettings {
        database: sqlite_url(&folder.path().join("portvakt.db")),
        master_key: folder.path().join("master.key"),
        cost: Cost::DEFAULT,
        refused_after: REFUSED_AFTER,
        connections: 1,
        statement_timeout: Duration::from_secs(10),
        durable: false,
    };
    let (random, now) = (Random::system(), Clock::system().now());
    // An unhandled signal would end the process before the folder is deleted.
    let people = tokio::select! {
        people = seed(&settings, &random, now, Size::WHOLE) => people?,
        _ = terminate.recv() => bail!("stopped before the demonstration was ready"),
        _ = tokio::signal::ctrl_c() => bail!("stopped before the demonstration was ready"),
    };
    Ok((settings, Demo { folder, people }))
}

impl Demo {
    /// The password and the accounts, a line each.
    pub(crate) fn lines(&self) -> Vec<String> {
        let width =
            |of: fn(&DemoPerson) -> &str| self.people.iter().map(|s| of(s).chars().count()).max().unwrap_or_default();
        let (email, name, organisation) = (width(|s| &s.email), width(|s| s.name), width(|s| s.organisation));
        let line = |s: &DemoPerson| {
            format!("{:email$}  {:name$}  {:organisation$}  {}", s.email, s.name, s.organisation, s.role)
        };
        let mut lines = vec![format!(
            "Everything in it is made up, and is deleted when it stops. Everybody's password: {PASSWORD}"
        )];
        lines.extend(self.people.iter().map(line));
        lines
    }

    /// The demonstration's folder.
    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Deletes the folder.
    pub(crate) fn end(self) {
        let path = self.folder.path().to_owned();
        if let Err(error) = self.folder.close() {
            tracing::warn!(%error, path = %path.display(), "the demonstration's folder was not deleted");
        }
    }
}
