//! Lets only one `serve` run on a SQLite file: two would both believe that they alone record when sessions were last
//! used. The lock's file also tells whether the last `serve` ended cleanly.
use crate::config::Config;
use crate::services;
use anyhow::{Context, Result, bail};
use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Read, Write};
use std::os::unix::fs::OpenOptionsExt;

/// The lock, held while the portal is served. The system releases it however the process ends.
pub(crate) struct OnlyOne {
    file: File,
    /// Whether the last `serve` was killed or lost its power.
    pub(crate) unclean: bool,
}

impl OnlyOne {
    /// Takes the lock. `None` on PostgreSQL, which several processes may serve.
    ///
    /// # Errors
    /// If another process holds the lock, or the data folder cannot be written.
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
                "the portal in {} is served already: stop that process, or use PostgreSQL (--database), which several processes can serve",
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

    /// Leaves a mark until [`OnlyOne::end`]. The portal is served even if a full disk has no room for it.
    pub(crate) fn begin(&mut self) {
        if !self.unclean
            && let Err(error) = self.file.write_all(b"served\n")
        {
            tracing::warn!(%error, "if this process is killed, the next start will not notice");
        }
    }

    /// Removes the mark, after the database is closed.
    pub(crate) fn end(self) {
        if let Err(error) = self.file.set_len(0) {
            tracing::warn!(%error, "the next start will take this end for an unclean one");
        }
    }
}
