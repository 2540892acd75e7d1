//! A look at a database and its keys that changes nothing: for `doctor`, beside a portal that is served or not.
mod store;

use crate::Settings;
use crate::audit::store::last;
use crate::error::CoreError;
use crate::random::Random;
use crate::store::{Engine, MIGRATIONS, open_to_read, size};
use crate::vault::Vault;
use crate::vault::store::existing;
use portvakt_model::time::Timestamp;

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

/// Larger files are not read while somebody waits: 1 GiB takes some seconds from a disk.
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
    let (mut vault, mut last_event) = (None, None);
    if schema == Schema::Current && !matches!(file, File::Damaged(_)) {
        vault = existing(&mut conn, &settings.master_key, random).await.transpose();
        last_event = last(&mut conn).await?;
    }
    Ok(Examination { schema, file, vault, last_event, clock })
}
