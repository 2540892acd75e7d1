//! Opens core's services with the portal's settings, and makes the files in the data folder.
use crate::config::{Config, Secret};
use anyhow::{Context, Result, anyhow, bail};
use portvakt_core::Core;
use portvakt_core::clock::Clock;
use portvakt_core::error::CoreError;
use portvakt_core::hasher::Cost;
use portvakt_core::random::Random;
use portvakt_core::sign_in::REFUSED_AFTER;
use portvakt_core::store::sqlite_url;
use std::fs::{DirBuilder, OpenOptions};
use std::io::ErrorKind;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::Path;

/// The name of the SQLite file in the data folder.
pub(crate) const FILE: &str = "portvakt.db";
/// The name of the master key's file in the data folder.
pub(crate) const MASTER_KEY: &str = "master.key";

/// The settings of the services. With `new` it also makes the data folder and the database's file.
pub(crate) fn core_settings(config: &Config, new: bool) -> Result<portvakt_core::CoreSettings> {
    let data = &config.server.data;
    let file = data.join(FILE);
    let url = config.database.url.as_ref().map(Secret::reveal);
    let database = match url {
        Some(url) if url.starts_with("postgres://") || url.starts_with("postgresql://") => url.to_owned(),
        Some(_) => bail!("database.url takes postgres://…; for SQLite, name the data folder with --data"),
        None => sqlite_url(&file),
    };
    if new {
        make_private_folder(data)?;
        if url.is_none() {
            make_private_file(&file)?;
        }
    } else if url.is_none() && !file.exists() {
        bail!("there is no portal in {}: name its data folder with --data", data.display());
    }
    Ok(portvakt_core::CoreSettings {
        database,
        connections: config.database.connections,
        statement_timeout: config.database.statement_timeout,
        master_key: data.join(MASTER_KEY),
        cost: Cost::DEFAULT,
        refused_after: REFUSED_AFTER,
        durable: true,
    })
}

/// Opens the services. With `new` it makes whatever is missing.
///
/// # Errors
/// As [`Core::open`], in one line.
pub async fn open(config: &Config, new: bool) -> Result<Core> {
    let settings = core_settings(config, new)?;
    Core::open(&settings, clock(), Random::system()).await.map_err(in_one_line)
}

/// The system's clock. In a build for tests it is ahead by the seconds in the file that `CLOCK_AHEAD` names, so that a browser
/// test can let time pass.
fn clock() -> Clock {
    #[cfg(feature = "qa")]
    if let Some(file) = std::env::var_os("CLOCK_AHEAD") {
        let system = Clock::system();
        return Clock::new(move || {
            let secs = std::fs::read_to_string(&file).ok().and_then(|secs| secs.trim().parse().ok());
            system.now().plus_secs(secs.unwrap_or_default())
        });
    }
    Clock::system()
}

/// The reason why the services do not open, in one line.
pub(crate) fn in_one_line(error: CoreError) -> anyhow::Error {
    match error {
        CoreError::Failed(failure) => failure.into(),
        CoreError::Refused(_) | CoreError::Contention => {
            anyhow!("the database does not answer: check that it runs, and that database.url names it")
        }
    }
}

/// Makes a folder that only this user can open.
pub(crate) fn make_private_folder(path: &Path) -> Result<()> {
    let made = DirBuilder::new().recursive(true).mode(0o700).create(path);
    made.with_context(|| format!("the data folder {} cannot be created: choose another with --data", path.display()))
}

/// Makes an empty file that only this user can read, unless it exists. SQLite gives its log files the same mode.
fn make_private_file(path: &Path) -> Result<()> {
    match OpenOptions::new().write(true).create_new(true).mode(0o600).open(path) {
        Ok(_) => Ok(()),
        Err(e) if e.kind() == ErrorKind::AlreadyExists => Ok(()),
        Err(e) => {
            Err(e).with_context(|| format!("{} cannot be written: choose another folder with --data", path.display()))
        }
    }
}
