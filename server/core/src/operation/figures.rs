//! Figures for a monitor.
use crate::Core;
use crate::error::CoreError;
use crate::mail;

/// The figures of one moment, as numbers for Prometheus.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Figures {
    /// Places taken in the queue for hashing passwords.
    pub hash_places_taken: f64,
    /// Passwords being hashed.
    pub hashes_running: f64,
    /// Idle connections to the database.
    pub connections_idle: f64,
    /// Connections to the database in use.
    pub connections_used: f64,
    /// Bytes that the database takes.
    pub database_bytes: f64,
    /// Mails that wait to be sent.
    pub mails_waiting: f64,
    /// Mails that failed in the last month.
    pub mails_failed: f64,
}

impl Core {
    /// The figures of this moment.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn figures(&self) -> Result<Figures, CoreError> {
        let (taken, running) = self.hasher.load();
        let (used, idle) = self.store.connections();
        let mails = mail::outbox_counts(self).await?;
        Ok(Figures {
            mails_waiting: number(mails.waiting),
            mails_failed: number(mails.failed),
            hash_places_taken: number(taken),
            hashes_running: number(running),
            connections_idle: number(idle),
            connections_used: number(used),
            database_bytes: self.store.size().await?,
        })
    }
}

fn number(count: impl TryInto<u32>) -> f64 {
    f64::from(count.try_into().unwrap_or(u32::MAX))
}
