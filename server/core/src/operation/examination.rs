//! A look at a database and its keys that changes nothing: for `doctor`, beside a portal that is served or not.
mod store;

use crate::audit::store::{chains, last, verify};
use crate::error::{CoreError, Failure};
use crate::random::Random;
use crate::store::{Engine, MIGRATIONS, open_to_read, size, view};
use crate::vault::Vault;
use crate::vault::store::existing;
use crate::{Core, Settings};
use portvakt_model::time::Timestamp;
use sqlx::AnyConnection;

/// How far a database's schema is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Schema {
    /// Nothing is in it.
    Empty,
    /// This program's.
    Current,
    /// An earlier program's: the next `serve` brings it up to date.
    Earlier,
    /// A later program's.
    Newer,
    /// A change of it was begun and not finished.
    Unfinished,
}

/// What was found.
pub struct Examination {
    /// How far the schema is.
    pub schema: Schema,
    /// Whether the file is as it was written.
    pub file: File,
    /// The keys, or why they do not open; `None` where there are none yet, or the schema is not this program's.
    pub vault: Option<Result<Vault, CoreError>>,
    /// The audit log, if the keys open.
    pub log: Option<Log>,
    /// When the last event of any tenant was written, if the schema is this program's.
    pub last_event: Option<Timestamp>,
    /// What the database's clock says; `None` where it is this machine's.
    pub clock: Option<Timestamp>,
}

/// What SQLite's quick check says of its file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum File {
    /// It is as it was written.
    Sound,
    /// The first thing that is not.
    Damaged(String),
    /// It is too large to read while somebody waits, or PostgreSQL's own.
    Unchecked,
}

/// What there is to say of every tenant's chain together.
#[derive(Debug)]
pub enum Log {
    /// Each of so many events is as it was written.
    Sound(i64),
    /// So many events are more than are read while somebody waits.
    Unchecked(i64),
    /// The first event that is not as it was written.
    Tampered(CoreError),
}

/// More events are not read while somebody waits. Chosen, not measured.
const CHECKED_EVENTS: i64 = 100_000;

/// Larger files are not read while somebody waits: 1 GiB. Chosen, not measured.
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

/// Looks at the database.
///
/// # Errors
/// If it is not reached, or its file is none.
pub async fn examine(settings: &Settings, random: Random) -> Result<Examination, CoreError> {
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
    /// Whether [`Core::check_file`] takes no longer than somebody waits.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn is_small(&self) -> Result<bool, CoreError> {
        Ok(self.store.size().await? <= CHECKED_BYTES)
    }

    /// Lets SQLite read its whole file, for what a power cut may have left half written.
    ///
    /// # Errors
    /// [`Failure::NoDatabase`] if it is damaged.
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
