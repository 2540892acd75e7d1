//! The error of a service: a refusal that the service expects, or a failure of the server.
use crate::vault::VaultError;
use portvakt_model::fault::{FieldFault, Refusal};
use portvakt_model::id::TenantId;
use sqlx::migrate::MigrateError;
use std::fmt;

/// The error of every service.
#[derive(Debug, thiserror::Error)]
pub enum CoreError {
    /// The service refuses the action, as it is meant to.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// The transaction lost against another transaction. [`crate::store::Store`] runs it again, so no other code sees
    /// this.
    #[error("lost a race in the database")]
    Contention,
    /// The server failed. The edge logs the failure once. The person never sees its text.
    #[error(transparent)]
    Failed(#[from] Failure),
}

/// A failure of the server. Each message tells only its own step; its source tells the rest.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// The database refused a statement or could not be reached.
    #[error("the database failed")]
    Database(#[source] sqlx::Error),
    /// The schema could not be migrated.
    #[error("the database could not be migrated")]
    Migration(#[source] MigrateError),
    /// The file is not a SQLite database, or a part that was needed is damaged.
    #[error("the database file is damaged, or is none: put a backup in its place")]
    NoDatabase,
    /// A later version of this program wrote the schema.
    #[error("the database was written by a newer Portvakt: start that one, or put back a backup from before it")]
    Newer,
    /// The clock is earlier than the last event in the audit log, so a new event would be out of order.
    #[error("the clock is wrong: it says {now}, and the last event in the audit log is of {last}: set the clock")]
    Clock {
        /// The clock's time.
        now: jiff::Timestamp,
        /// The last event's time.
        last: jiff::Timestamp,
    },
    /// The vault failed.
    #[error(transparent)]
    Vault(#[from] VaultError),
    /// The audit log was changed, and not by this program.
    #[error("the audit log of {tenant} was changed by something other than Portvakt: {fault}")]
    Tampered {
        /// The tenant whose audit log was changed.
        tenant: TenantId,
        /// The first fault in it.
        fault: ChainFault,
    },
    /// A row holds a value that this program does not write.
    #[error("the database holds something unreadable in {0}")]
    Unreadable(&'static str),
    /// The list of common passwords is not the one that was shipped.
    #[error("the list of common passwords is missing or damaged: install Portvakt again")]
    Blocklist,
    /// Argon2 refused its parameters or a stored hash.
    #[error("a password could not be hashed: {0}")]
    Hash(String),
    /// The challenge for a passkey could not be made.
    #[error("a passkey could not be asked for: {0}")]
    Passkey(webauthn_rs::prelude::WebauthnError),
    /// A blocking task panicked or was cancelled.
    #[error("a task was lost")]
    Task(#[from] tokio::task::JoinError),
}

/// The first event of a chain that is not as this program wrote it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChainFault {
    /// The event's content, hash or MAC is not the one that was written at its place.
    Altered(i64),
    /// The event is missing.
    Missing(i64),
    /// The event comes after the last event that was written.
    Unexpected(i64),
    /// The head does not fit: the events after this one were cut off, or the head was replaced.
    Head(i64),
}

impl fmt::Display for ChainFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Altered(seq) => write!(f, "event {seq} was altered"),
            Self::Missing(seq) => write!(f, "event {seq} is missing"),
            Self::Unexpected(seq) => write!(f, "event {seq} was added"),
            Self::Head(seq) => write!(f, "the log was cut off after event {seq}, or its head replaced"),
        }
    }
}

/// The refusal when the database has too much work.
pub const BUSY: Refusal = Refusal::Busy { retry_after_secs: 5 };

/// Whether a transaction lost against another transaction and may be run again from its start. A lost connection is no
/// such error: its commit may have happened.
fn is_contention(error: &sqlx::Error) -> bool {
    // Serialization failure and deadlock on PostgreSQL; `SQLITE_BUSY`, `SQLITE_BUSY_RECOVERY` and
    // `SQLITE_BUSY_SNAPSHOT`.
    has_code(error, &["40001", "40P01", "5", "261", "517"])
}

/// Whether the disk has no room for the write: `SQLITE_FULL`, and PostgreSQL's `disk_full`.
fn is_full(error: &sqlx::Error) -> bool {
    has_code(error, &["13", "53100"])
}

/// Whether the database's error has one of these codes.
pub(crate) fn has_code(error: &sqlx::Error, codes: &[&str]) -> bool {
    let sqlx::Error::Database(e) = error else { return false };
    e.code().is_some_and(|code| codes.contains(&code.as_ref()))
}

impl From<sqlx::Error> for CoreError {
    fn from(error: sqlx::Error) -> Self {
        match error {
            sqlx::Error::PoolTimedOut => BUSY.into(),
            error if is_contention(&error) => Self::Contention,
            error if is_full(&error) => {
                tracing::error!("the disk is full: nothing can be written until there is room");
                BUSY.into()
            }
            error if has_code(&error, &["11", "26"]) => Self::Failed(Failure::NoDatabase), // SQLITE_CORRUPT, _NOTADB
            error => Self::Failed(Failure::Database(error)),
        }
    }
}

impl From<MigrateError> for Failure {
    fn from(error: MigrateError) -> Self {
        match error {
            MigrateError::VersionMissing(_) | MigrateError::VersionTooNew(..) => Self::Newer,
            error => Self::Migration(error),
        }
    }
}

impl From<VaultError> for CoreError {
    fn from(error: VaultError) -> Self {
        Self::Failed(error.into())
    }
}

impl From<Vec<FieldFault>> for CoreError {
    fn from(faults: Vec<FieldFault>) -> Self {
        Self::Refused(Refusal::Fields(faults))
    }
}

/// Collects the faults of several fields, so that the person sees all of them at once.
#[derive(Default)]
pub(crate) struct Faults(Vec<FieldFault>);

impl Faults {
    /// The value, or `None` and its fault.
    pub(crate) fn take<T>(&mut self, parsed: Result<T, FieldFault>) -> Option<T> {
        self.take_all(parsed.map_err(|fault| vec![fault]))
    }

    /// The value, or `None` and its faults.
    pub(crate) fn take_all<T>(&mut self, parsed: Result<T, Vec<FieldFault>>) -> Option<T> {
        parsed.map_err(|faults| self.0.extend(faults)).ok()
    }

    /// The refusal with the collected faults.
    pub(crate) fn refuse(self) -> CoreError {
        self.0.into()
    }
}

/// The error's message and those of its sources, in one log line.
#[must_use]
pub fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        text.push_str(": ");
        text.push_str(&cause.to_string());
        source = cause.source();
    }
    text
}
