//! A test's world: a fresh database on each engine, a clock that the test sets, seeded randomness.
pub mod authenticator;
mod database;
mod each;
mod people;
mod steps;
mod volume;

use crate::audit::verify;
use crate::clock::Hand;
use crate::error::CoreError;
use crate::hasher::Cost;
use crate::random::Random;
use crate::session::{SignedIn, authenticate};
use crate::token::Token;
use crate::{Core, CoreSettings};
pub use each::{Fixture, full, run};
use portvakt_model::id::TenantId;
use portvakt_model::time::Timestamp;
use sha2::{Digest, Sha256};
use sqlx::AnyPool;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;
pub use steps::{
    HeldHashes, bringing, by_hand, choose_password, form, is_wrong, new_person, origin, refusal, register, sign_in,
    signed_in, stranger,
};
use tempfile::TempDir;

/// The name, address and password of [`World::owner`].
pub const NAME: &str = "Anna Lindqvist";
/// See [`NAME`].
pub const EMAIL: &str = "anna.lindqvist@nordhamn.example";
/// See [`NAME`].
pub const PASSWORD: &str = crate::demo::PASSWORD;
/// Another password that the platform's policy accepts.
pub const NEW_PASSWORD: &str = "en helt annan mening";

/// The organisation of [`World::nordhamn`], and the address of its owner.
pub const NORDHAMN: &str = "Nordhamn kommun";
/// See [`NORDHAMN`].
pub const CLARA: &str = "clara@nordhamn.example";

/// A test's database, and the services over it.
pub struct World {
    /// The services.
    pub core: Core,
    /// The clock that the services read.
    pub clock: Hand,
    /// The settings with which the services were opened.
    pub settings: CoreSettings,
    /// Connections to the database that bypass the store.
    pub raw: AnyPool,
    dir: TempDir,
}

/// The origin at which browsers reach the portal.
pub const ORIGIN: &str = "http://localhost:3000";

/// 2026-01-02T03:04:05Z.
const NOW: Timestamp = Timestamp::from_micros(1_767_323_045_000_000);

/// The SHA-256 of a seed and a counter: the same bytes in each run.
fn seeded(seed: u64) -> Random {
    let counter = AtomicU64::new(0);
    Random::new(move |bytes| {
        for part in bytes.chunks_mut(32) {
            let n = counter.fetch_add(1, Ordering::SeqCst);
            let block = Sha256::digest([seed.to_be_bytes(), n.to_be_bytes()].concat());
            part.copy_from_slice(&block[..part.len()]);
        }
    })
}

fn settings(database: String, dir: &Path) -> CoreSettings {
    CoreSettings {
        database,
        connections: 10,
        statement_timeout: Duration::from_secs(10),
        master_key: dir.join("master.key"),
        cost: Cost { memory_kib: 64, passes: 1 },
        refused_after: Duration::ZERO,
        durable: true,
    }
}

#[expect(clippy::missing_panics_doc, reason = "for tests: whatever goes wrong ends them")]
#[expect(clippy::unwrap_used, reason = "for tests: whatever goes wrong ends them")]
impl World {
    /// A world on a SQLite file.
    pub async fn sqlite() -> Self {
        let dir = TempDir::new().unwrap();
        let url = database::sqlite(&dir.path().join("portvakt.db")).await;
        Self::open(dir, url).await
    }

    /// A world on PostgreSQL.
    pub async fn postgres() -> Self {
        Self::open(TempDir::new().unwrap(), database::postgres().await).await
    }

    /// A fresh world on the same kind of database.
    pub async fn another(&self) -> Self {
        if self.is_sqlite() { Self::sqlite().await } else { Self::postgres().await }
    }

    async fn open(dir: TempDir, database: String) -> Self {
        let settings = settings(database, dir.path());
        let clock = Hand::default();
        clock.set(NOW);
        let core = Core::open(&settings, clock.clock(), seeded(0)).await.unwrap().at(ORIGIN);
        let raw = sqlx::any::AnyPoolOptions::new().max_connections(2).connect(&settings.database).await.unwrap();
        Self { core, clock, settings, raw, dir }
    }

    /// Opens the same database once more, as another process would.
    ///
    /// # Errors
    /// As [`Core::open`].
    pub async fn again(&self, settings: &CoreSettings) -> Result<Core, CoreError> {
        static SEED: AtomicU64 = AtomicU64::new(1);
        Core::open(settings, self.clock.clock(), seeded(SEED.fetch_add(1, Ordering::SeqCst))).await
    }

    /// The directory of the master key and, on SQLite, of the database.
    #[must_use]
    pub fn dir(&self) -> PathBuf {
        self.dir.path().to_owned()
    }

    #[must_use]
    /// Whether the world's database is SQLite.
    pub fn is_sqlite(&self) -> bool {
        self.settings.database.starts_with("sqlite:")
    }

    /// The session of a token. `None` if no open session has it.
    pub async fn who(&self, token: &Token) -> Option<SignedIn> {
        authenticate(&self.core, token, origin()).await.unwrap()
    }

    /// The number of passwords that were hashed or verified.
    pub fn hashes(&self) -> u64 {
        self.core.hasher.made()
    }

    /// Runs one statement without the store. Returns the number of rows that it changed.
    pub async fn sql(&self, statement: &'static str) -> u64 {
        sqlx::query(statement).execute(&self.raw).await.unwrap().rows_affected()
    }

    /// The number that a statement selects.
    pub async fn number(&self, statement: &'static str) -> i64 {
        sqlx::query_as::<_, (i64,)>(statement).fetch_one(&self.raw).await.unwrap().0
    }

    /// Every row of every table, as text that begins with the table's name. For SQLite only.
    pub async fn rows(&self) -> Vec<String> {
        let columns: Vec<(String, String)> = sqlx::query_as(
            "SELECT m.name, group_concat('quote(' || p.name || ')', '||'' ''||')
               FROM sqlite_master m JOIN pragma_table_info(m.name) p
              WHERE m.type = 'table' AND m.name NOT LIKE '%sqlx%' GROUP BY m.name",
        )
        .fetch_all(&self.raw)
        .await
        .unwrap();
        let mut rows = Vec::new();
        for (table, columns) in columns {
            let select = format!("SELECT '{table} ' || {columns} FROM {table}");
            let found: Vec<(String,)> = sqlx::query_as(sqlx::AssertSqlSafe(select)).fetch_all(&self.raw).await.unwrap();
            rows.extend(found.into_iter().map(|(row,)| row));
        }
        rows
    }

    /// The actions in a tenant's log, oldest first. Verifies the chain first.
    pub async fn actions(&self, tenant: TenantId) -> Vec<String> {
        let count = verify(&self.core, tenant).await.unwrap();
        let rows: Vec<(String,)> = sqlx::query_as("SELECT action FROM audit_event WHERE tenant_id = $1 ORDER BY seq")
            .bind(tenant.to_string())
            .fetch_all(&self.raw)
            .await
            .unwrap();
        assert_eq!(i64::try_from(rows.len()).unwrap(), count);
        rows.into_iter().map(|(action,)| action).collect()
    }
}
