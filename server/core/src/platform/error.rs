//! Why a service did not do what it was asked: an expected no, or a failure of ours.
use crate::vault::VaultError;
use portvakt_model::fault::{FieldFault, Refusal};
use portvakt_model::id::TenantId;
use sqlx::migrate::MigrateError;
use std::fmt;

/// What every service returns.
#[derive(Debug, thiserror::Error)]
pub enum CoreError {
    /// An expected no.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// The transaction lost against another one. [`crate::store::Store`] runs it again; nobody else sees this.
    #[error("lost a race in the database")]
    Contention,
    /// Our fault: logged once, at the edge, and never shown.
    #[error(transparent)]
    Failed(#[from] Failure),
}

/// What went wrong on our side. Each message says only its own step; the rest is in its source.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// The database refused or was not reached.
    #[error("the database failed")]
    Database(#[source] sqlx::Error),
    /// The schema could not be brought up to date.
    #[error("the database could not be migrated")]
    Migration(#[source] MigrateError),
    /// The file is something else, or what was needed of it was overwritten.
    #[error("the database file is damaged, or is none: put a backup in its place")]
    NoDatabase,
    /// The schema is of a later version of this program.
    #[error("the database was written by a newer Portvakt: start that one, or put back a backup from before it")]
    Newer,
    /// The clock stands before the last event, so whatever is written now would be out of order.
    #[error("the clock is wrong: it says {now}, and the last event in the audit log is of {last}: set the clock")]
    Clock {
        /// What the clock says.
        now: jiff::Timestamp,
        /// When the last event was written.
        last: jiff::Timestamp,
    },
    /// The vault.
    #[error(transparent)]
    Vault(#[from] VaultError),
    /// The audit log was written by somebody else.
    #[error("the audit log of {tenant} was changed behind our back: {fault}")]
    Tampered {
        /// Whose log.
        tenant: TenantId,
        /// Where.
        fault: ChainFault,
    },
    /// A row holds what this program does not write.
    #[error("the database holds something unreadable in {0}")]
    Unreadable(&'static str),
    /// The list of common passwords is not what was shipped.
    #[error("the list of common passwords is missing or damaged: install Portvakt again")]
    Blocklist,
    /// Argon2 refused its parameters or a stored hash.
    #[error("a password could not be hashed: {0}")]
    Hash(String),
    /// A passkey could not be asked for.
    #[error("a passkey could not be asked for: {0}")]
    Passkey(webauthn_rs::prelude::WebauthnError),
    /// A blocking task was lost.
    #[error("a task was lost")]
    Task(#[from] tokio::task::JoinError),
}

/// The first event of a chain that is not as it was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChainFault {
    /// This event's content, hash or MAC is not what was written at its place.
    Altered(i64),
    /// This event is not there.
    Missing(i64),
    /// This event comes after the last one that was written.
    Unexpected(i64),
    /// The head does not fit: what followed this event was cut off, or the head was written by somebody else.
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

/// The database has too much to do.
pub const BUSY: Refusal = Refusal::Busy { retry_after_secs: 5 };

/// Whether a transaction lost against another and may be run again from its start. Never true of an answer lost on its
/// way: such a commit may have happened.
fn is_contention(error: &sqlx::Error) -> bool {
    // Serialization and deadlock on PostgreSQL; SQLITE_BUSY, _RECOVERY and _SNAPSHOT.
    has_code(error, &["40001", "40P01", "5", "261", "517"])
}

/// Whether there is no room for what was to be written: `SQLITE_FULL`, and PostgreSQL's `disk_full`.
fn is_full(error: &sqlx::Error) -> bool {
    has_code(error, &["13", "53100"])
}

/// Whether the database gave one of these codes.
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

/// Collects what several fields have to say, so that a person hears of all of them at once.
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

    /// What was collected.
    pub(crate) fn refuse(self) -> CoreError {
        self.0.into()
    }
}

/// An error and what caused it, one behind the other, for a log line.
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
