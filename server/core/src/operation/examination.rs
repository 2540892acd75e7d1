//! An examination of a database and its keys that changes nothing. `doctor` runs it, whether the portal is served or
//! not.
mod store;

use crate::audit::store::{chains, last, verify};
use crate::error::{CoreError, Failure};
use crate::random::Random;
use crate::store::{Engine, MIGRATIONS, open_to_read, size, view};
use crate::vault::Vault;
use crate::vault::store::existing;
use crate::{Core, CoreSettings};
use portvakt_model::time::Timestamp;
use sqlx::AnyConnection;

/// The state of a database's schema.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Schema {
    /// The database is empty.
    Empty,
    /// The schema is this program's.
    Current,
    /// The schema is an earlier program's: the next `serve` brings it up to date.
    Earlier,
    /// The schema is a later program's.
    Newer,
    /// A migration was begun and not finished.
    Unfinished,
}

/// The result of an examination.
pub struct Examination {
    /// The state of the schema.
    pub schema: Schema,
    /// Whether the file is as it was written.
    pub file: File,
    /// The keys, or the reason why they do not open. `None` if there are none yet, or if the schema is not this
    /// program's.
    pub vault: Option<Result<Vault, CoreError>>,
    /// The audit log, if the keys open.
    pub log: Option<Log>,
    /// The time of the last event of any tenant, if the schema is this program's.
    pub last_event: Option<Timestamp>,
    /// The time of the database's clock. `None` if it is this machine's clock.
    pub clock: Option<Timestamp>,
}

/// The result of SQLite's quick check of its file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum File {
    /// The file is as it was written.
    Sound,
    /// The first fault that the check names.
    Damaged(String),
    /// The file has more than [`CHECKED_BYTES`] bytes, or the database is PostgreSQL's.
    Unchecked,
}

/// The result for every tenant's chain together.
#[derive(Debug)]
pub enum Log {
    /// Each event is as it was written. The number of events.
    Sound(i64),
    /// The log has more than [`CHECKED_EVENTS`] events and was not read. The number of events.
    Unchecked(i64),
    /// The first event that is not as it was written.
    Tampered(CoreError),
}

/// The most events that are read while a person waits. Chosen, not measured.
const CHECKED_EVENTS: i64 = 100_000;

/// The largest file that is read while a person waits: 1 GiB. Chosen, not measured.
const CHECKED_BYTES: f64 = 1_073_741_824.0;

fn schema(at: Option<i64>, unfinished: i64) -> Schema {
    let ours = MIGRATIONS.iter().map(|migration| migration.version).max();
    match at {
        _ if unfinished > 0 => Schema::Unfinished,
        None => Schema::Empty,
        at if at == ours => Schema::Current,
        at if at < ours => Schema::Earlier,
        _ => Schema::Newer,
    }
}

/// Examines the database.
///
/// # Errors
/// If the database cannot be reached, or if its file is no database.
pub async fn examine(settings: &CoreSettings, random: Random) -> Result<Examination, CoreError> {
    let (mut conn, engine) = open_to_read(&settings.database).await?;
    let (at, unfinished) = store::schema(&mut conn).await?;
    let schema = schema(at, unfinished);
    let is_small = size(&mut conn, engine).await? <= CHECKED_BYTES;
    let file = if engine == Engine::Sqlite && is_small { store::file(&mut conn).await? } else { File::Unchecked };
    let clock = if engine == Engine::Postgres { Some(store::clock(&mut conn).await?) } else { None };
    let (mut vault, mut log, mut last_event) = (None, None, None);
    if schema == Schema::Current && !matches!(file, File::Damaged(_)) {
        vault = existing(&mut conn, &settings.master_key, random).await.transpose();
        last_event = last(&mut conn).await?;
    }
    if let Some(Ok(vault)) = &vault {
        log = Some(verified(&mut *view(&mut conn, engine).await?, vault).await?);
    }
    Ok(Examination { schema, file, vault, log, last_event, clock })
}

impl Core {
    /// Whether the database is small enough for [`Core::check_file`] while a person waits: at most 1 GiB.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn is_small(&self) -> Result<bool, CoreError> {
        Ok(self.store.size().await? <= CHECKED_BYTES)
    }

    /// Lets SQLite read its whole file: a power cut may have left a part of it half written.
    ///
    /// # Errors
    /// [`Failure::NoDatabase`] if the file is damaged.
    pub async fn check_file(&self) -> Result<(), CoreError> {
        match store::file(&mut *self.store.reader().acquire().await?).await? {
            File::Damaged(said) => {
                tracing::error!(said, "the database file is damaged");
                Err(Failure::NoDatabase.into())
            }
            File::Sound | File::Unchecked => Ok(()),
        }
    }
}

async fn verified(view: &mut AnyConnection, vault: &Vault) -> Result<Log, CoreError> {
    let chains = chains(view).await?;
    let all = chains.iter().map(|(_, events)| events).sum();
    if all > CHECKED_EVENTS {
        return Ok(Log::Unchecked(all));
    }
    for (tenant, _) in chains {
        match verify(view, vault, tenant).await {
            Ok(_) => {}
            Err(error @ CoreError::Failed(Failure::Tampered { .. })) => return Ok(Log::Tampered(error)),
            Err(error) => return Err(error),
        }
    }
    Ok(Log::Sound(all))
}
