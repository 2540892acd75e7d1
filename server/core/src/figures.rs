//! What a monitor wants to know of the inside.
use crate::Core;
use crate::error::CoreError;

/// The inside at one moment. Numbers as Prometheus takes them.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Figures {
    /// Places taken in the queue for hashing passwords.
    pub hash_places_taken: f64,
    /// Passwords being hashed.
    pub hashes_running: f64,
    /// Connections to the database that nobody uses.
    pub connections_idle: f64,
    /// Connections to the database that somebody uses.
    pub connections_used: f64,
    /// Bytes that the database takes.
    pub database_bytes: f64,
}

impl Core {
    /// The inside now.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn figures(&self) -> Result<Figures, CoreError> {
        let (taken, running) = self.hasher.load();
        let (used, idle) = self.store.connections();
        Ok(Figures {
            hash_places_taken: number(taken),
            hashes_running: number(running),
            connections_idle: number(idle),
            connections_used: number(used),
            database_bytes: self.store.size().await?,
        })
    }
}

fn number(count: usize) -> f64 {
    f64::from(u32::try_from(count).unwrap_or(u32::MAX))
}
