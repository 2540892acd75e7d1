//! One `serve` for each SQLite file: two would each believe that they alone write down when sessions were seen.
use crate::command;
use crate::config::Config;
use anyhow::{Context, Result, bail};
use std::fs::{File, OpenOptions, TryLockError};
use std::os::unix::fs::OpenOptionsExt;

/// Held for as long as the portal is served; the system lets go of it however the process ends.
///
/// # Errors
/// If another process holds it, or the data folder is not writable.
pub(crate) fn only_one(config: &Config) -> Result<Option<File>> {
    if config.database.url.is_some() {
        return Ok(None);
    }
    let data = &config.server.data;
    command::make_private_folder(data)?;
    let path = data.join("serve.lock");
    let file = OpenOptions::new().write(true).create(true).truncate(false).mode(0o600).open(&path);
    let file =
        file.with_context(|| format!("{} cannot be written: choose another folder with --data", path.display()))?;
    match file.try_lock() {
        Ok(()) => Ok(Some(file)),
        Err(TryLockError::WouldBlock) => bail!(
            "the portal in {} is served already: stop that process, or move to PostgreSQL with --database to serve with several",
            data.display()
        ),
        Err(TryLockError::Error(e)) => Err(e).with_context(|| format!("{} cannot be locked", path.display())),
    }
}
