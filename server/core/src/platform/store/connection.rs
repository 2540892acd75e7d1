//! How a connection to each database is opened, and what is set on it.
use super::address;
use crate::CoreSettings;
use crate::error::CoreError;
use sqlx::any::AnyPoolOptions;
use sqlx::{AnyConnection, Connection, Executor};
use std::sync::Once;
use std::time::Duration;

/// The database's engine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Engine {
    Sqlite,
    Postgres,
}

impl Engine {
    pub(super) fn of(url: &str) -> Self {
        if url.starts_with("sqlite:") { Self::Sqlite } else { Self::Postgres }
    }
}

pub(super) fn install_drivers() {
    static DRIVERS: Once = Once::new();
    DRIVERS.call_once(sqlx::any::install_default_drivers);
}

/// Opens one connection that cannot change anything. The database is not migrated.
pub(crate) async fn open_to_read(url: &str) -> Result<(AnyConnection, Engine), CoreError> {
    install_drivers();
    let engine = Engine::of(url);
    let (url, read_only) = match engine {
        Engine::Sqlite => (url.to_owned(), "PRAGMA busy_timeout = 5000; PRAGMA query_only = ON"),
        Engine::Postgres => (address::verified(url)?, "SET default_transaction_read_only = on"),
    };
    let mut conn = AnyConnection::connect(&url).await?;
    conn.execute(read_only).await?;
    Ok((conn, engine))
}

/// The size of the database in bytes.
pub(crate) async fn size(conn: &mut AnyConnection, engine: Engine) -> Result<f64, CoreError> {
    let statement = match engine {
        Engine::Sqlite => {
            "SELECT CAST(page_count * page_size AS DOUBLE PRECISION) FROM pragma_page_count(), pragma_page_size()"
        }
        Engine::Postgres => "SELECT CAST(pg_database_size(current_database()) AS DOUBLE PRECISION)",
    };
    let (bytes,): (f64,) = sqlx::query_as(statement).fetch_one(conn).await?;
    Ok(bytes)
}

/// The longest wait for a connection.
const PATIENCE: Duration = Duration::from_secs(5);

pub(super) fn postgres(settings: &CoreSettings) -> AnyPoolOptions {
    let millis = settings.statement_timeout.as_millis();
    AnyPoolOptions::new()
        .max_connections(settings.connections)
        .acquire_timeout(PATIENCE)
        // The pool finds a connection that the server has dropped before a statement is lost on it.
        .test_before_acquire(true)
        .after_connect(move |conn, _| {
            let limit = millis.to_string();
            Box::pin(async move {
                let set = sqlx::query("SELECT set_config('statement_timeout', $1, false)");
                set.bind(limit).execute(conn).await.map(drop)
            })
        })
}

pub(super) fn sqlite(connections: u32, more: &'static str) -> AnyPoolOptions {
    AnyPoolOptions::new().max_connections(connections).acquire_timeout(PATIENCE).after_connect(move |conn, _| {
        Box::pin(async move {
            conn.execute(
                "PRAGMA busy_timeout = 5000; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;
                 PRAGMA cache_size = -1000;", // KiB each: enough for a table's pages; the system caches the rest
            )
            .await?;
            if !more.is_empty() {
                conn.execute(more).await?;
            }
            Ok(())
        })
    })
}
