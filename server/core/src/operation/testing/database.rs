//! Fresh databases. Each is a copy of one that the test process migrates once.
#![expect(clippy::unwrap_used, reason = "for tests: whatever goes wrong ends them")]
use super::settings;
use crate::Core;
use crate::clock::Clock;
use crate::random::Random;
use crate::store::sqlite_url;
use sqlx::{AnyConnection, Connection, Executor};
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::{env, fs, process};
use tempfile::TempDir;
use tokio::sync::OnceCell;

/// The variable with the URL of the private PostgreSQL that the test command has started.
const POSTGRES: &str = "TEST_POSTGRES";

/// Writes a migrated SQLite file and returns its URL.
pub(super) async fn sqlite(path: &Path) -> String {
    static MIGRATED: OnceCell<Vec<u8>> = OnceCell::const_new();
    let file = MIGRATED.get_or_init(async || {
        let dir = TempDir::new().unwrap();
        let path = dir.path().join("migrated.db");
        migrate(sqlite_url(&path)).await;
        fs::read(path).unwrap()
    });
    fs::write(path, file.await).unwrap();
    sqlite_url(path)
}

/// Makes a migrated PostgreSQL database and returns its URL.
pub(super) async fn postgres() -> String {
    static COUNT: AtomicU64 = AtomicU64::new(0);
    static MIGRATED: OnceCell<String> = OnceCell::const_new();
    let migrated = MIGRATED.get_or_init(async || {
        let name = format!("migrated_{}", process::id());
        create(&format!("CREATE DATABASE {name}")).await;
        migrate(url(&name)).await;
        name
    });
    let name = format!("test_{}_{}", process::id(), COUNT.fetch_add(1, Ordering::SeqCst));
    create(&format!("CREATE DATABASE {name} TEMPLATE {}", migrated.await)).await;
    url(&name)
}

/// Migrates a new database. Its platform key is removed again, so that a world makes its own, and every connection is
/// closed, because PostgreSQL copies no database that is in use.
async fn migrate(database: String) {
    let dir = TempDir::new().unwrap();
    let core = Core::open(&settings(database.clone(), dir.path()), Clock::system(), Random::system()).await.unwrap();
    core.store.close().await;
    let mut raw = AnyConnection::connect(&database).await.unwrap();
    raw.execute("DELETE FROM platform_key").await.unwrap();
    raw.close().await.unwrap();
}

async fn create(statement: &str) {
    sqlx::any::install_default_drivers();
    let mut server = AnyConnection::connect(&server()).await.unwrap();
    server.execute(sqlx::AssertSqlSafe(statement)).await.unwrap();
    server.close().await.unwrap();
}

fn url(name: &str) -> String {
    let server = server();
    let (base, _) = server.rsplit_once('/').unwrap();
    format!("{base}/{name}?sslmode=disable")
}

fn server() -> String {
    env::var(POSTGRES).unwrap_or_else(|_| panic!("{POSTGRES} is not set: run these tests with `cargo xtask test rust`"))
}
