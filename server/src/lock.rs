//! One `serve` for each SQLite file: two would each believe that they alone write down when sessions were seen. What holds
//! the others off also remembers whether the last one came to its end.
use crate::config::Config;
use crate::services;
use anyhow::{Context, Result, bail};
use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Read, Write};
use std::os::unix::fs::OpenOptionsExt;

/// Held for as long as the portal is served; the system lets go of it however the process ends.
pub(crate) struct OnlyOne {
    file: File,
    /// Whether the last one was killed, or the machine lost its power.
    pub(crate) unclean: bool,
}

impl OnlyOne {
    /// Takes the lock.
    ///
    /// # Errors
    /// If another process holds it, or the data folder is not writable.
    pub(crate) fn take(config: &Config) -> Result<Option<Self>> {
        if config.database.url.is_some() {
            return Ok(None);
        }
        let data = &config.server.data;
        services::make_private_folder(data)?;
        let path = data.join("serve.lock");
        let file = OpenOptions::new().read(true).write(true).create(true).truncate(false).mode(0o600).open(&path);
        let cannot = || format!("{} cannot be written: choose another folder with --data", path.display());
        let mut file = file.with_context(cannot)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => bail!(
                "the portal in {} is served already: stop that process, or move to PostgreSQL with --database to serve with several",
                data.display()
            ),
            Err(TryLockError::Error(e)) => {
                return Err(e).with_context(|| format!("{} cannot be locked", path.display()));
            }
        }
        let mut left = Vec::new();
        file.read_to_end(&mut left).with_context(cannot)?;
        Ok(Some(Self { file, unclean: !left.is_empty() }))
    }

    /// Leaves a mark that is there until [`OnlyOne::end`]. A full disk is no reason not to serve.
    pub(crate) fn begin(&mut self) {
        if !self.unclean
            && let Err(error) = self.file.write_all(b"served\n")
        {
            tracing::warn!(%error, "an unclean end will not be noticed");
        }
    }

    /// The database is closed.
    pub(crate) fn end(self) {
        if let Err(error) = self.file.set_len(0) {
            tracing::warn!(%error, "this end will look unclean");
        }
    }
}
