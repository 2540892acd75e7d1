//! The database: SQLite or PostgreSQL behind one SQL text.
//!
//! A write is a closure over a [`Tx`] that must return the [`Ended`] of that transaction, which only [`Tx::commit`] and
//! [`Tx::commit_housekeeping`] make. So a change cannot be made without its evidence:
//!
//! ```compile_fail,E0308
//! async fn no_evidence(store: &portvakt_core::store::Store) -> Result<(), portvakt_core::error::CoreError> {
//!     store.write(async |tx| Ok(((), ()))).await // not an `Ended`
//! }
//! ```
//! ```compile_fail,E0423
//! async fn forged() -> portvakt_core::store::Ended {
//!     portvakt_core::store::Ended(()) // private
//! }
//! ```
//! ```compile_fail,E0616
//! async fn behind_its_back(tx: portvakt_core::store::Tx) {
//!     tx.inner.commit().await; // private
//! }
//! ```
//! ```compile_fail,E0599
//! use portvakt_core::{audit::Event, caller::Caller, store::{Housekeeping, Tx}};
//! async fn evidence_that_may_be_lost(tx: Tx<Housekeeping>, caller: &Caller, event: Event) {
//!     tx.commit(caller, event).await; // no such end
//! }
//! ```
mod address;
mod connection;
mod migration;

pub use address::sqlite_url;
pub(crate) use connection::{Engine, open_to_read, size};
pub(crate) use migration::MIGRATIONS;

use crate::CoreSettings;
use crate::audit::{self, Event};
use crate::caller::Caller;
use crate::clock::Clock;
use crate::error::CoreError;
use crate::random::Random;
use crate::vault::{self, Vault};
use connection::{install_drivers, postgres, sqlite};
use portvakt_model::time::Timestamp;
use sqlx::{Any, AnyConnection, AnyPool, Connection, Executor, SqlSafeStr, Transaction};
use std::marker::PhantomData;
use std::sync::Arc;
use std::time::Duration;

/// The extent to which the end of a transaction waits for its change to be stored.
#[derive(Debug, Clone, Copy)]
enum Durability {
    /// It waits for the disk.
    Disk,
    /// It waits for the operating system, which keeps the change even if this process is killed.
    System,
    /// It waits for nothing: the database will be thrown away.
    Nothing,
}

impl Durability {
    /// The SQLite statement for this durability. SQLite refuses it inside a transaction, so it runs before each one.
    const fn sqlite(self) -> &'static str {
        match self {
            Self::Disk => "PRAGMA synchronous = FULL",
            Self::System => "PRAGMA synchronous = NORMAL",
            Self::Nothing => "PRAGMA synchronous = OFF",
        }
    }

    const fn postgres(self) -> &'static str {
        match self {
            Self::Disk => "SET LOCAL synchronous_commit = on",
            Self::System | Self::Nothing => "SET LOCAL synchronous_commit = off",
        }
    }
}

/// The kind of a transaction that ends with [`Tx::commit`].
pub enum Evidence {}
/// The kind of a transaction that ends with [`Tx::commit_housekeeping`].
pub enum Housekeeping {}

/// A write transaction. If it is dropped, it is rolled back.
pub struct Tx<Kind = Evidence> {
    inner: Transaction<'static, Any>,
    vault: Arc<Vault>,
    random: Random,
    now: Timestamp,
    kind: PhantomData<Kind>,
}

/// Proof that a transaction was committed.
#[must_use = "return it from the closure given to `Store::write`"]
pub struct Ended(());

impl<Kind> Tx<Kind> {
    /// The connection, for this crate's `store` modules. Their statements must not begin or end a transaction:
    /// reviewers look for that, and a test reads the sources.
    pub(crate) fn conn(&mut self) -> &mut AnyConnection {
        &mut self.inner
    }

    /// The time of the whole transaction.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.now
    }

    pub(crate) fn vault(&self) -> Arc<Vault> {
        Arc::clone(&self.vault)
    }

    pub(crate) fn random(&self) -> &Random {
        &self.random
    }
}

impl Tx<Evidence> {
    /// Writes the event at the end of its tenant's chain, and commits.
    ///
    /// # Errors
    /// [`crate::error::Failure::Tampered`] if the chain's head is not what this program wrote.
    pub async fn commit(mut self, caller: &Caller, event: Event) -> Result<Ended, CoreError> {
        audit::store::append(&mut self, caller, &event).await?;
        self.inner.commit().await?;
        Ok(Ended(()))
    }
}

impl Tx<Housekeeping> {
    /// Commits a change that does not touch customer data. The commit survives kill -9, but not a power cut.
    ///
    /// # Errors
    /// If the database refuses.
    pub async fn commit_housekeeping(self, reason: &'static str) -> Result<Ended, CoreError> {
        tracing::trace!(reason, "housekeeping");
        self.inner.commit().await?;
        Ok(Ended(()))
    }
}

/// The database and its keys. Cheap to clone.
#[derive(Clone)]
pub struct Store {
    engine: Engine,
    durable: bool,
    readers: AnyPool,
    writer: AnyPool,
    vault: Arc<Vault>,
    clock: Clock,
    random: Random,
}

impl Store {
    const TRIES: u32 = 6;

    /// Opens and migrates the database, and opens its vault.
    pub(crate) async fn open(
        settings: &CoreSettings,
        clock: Clock,
        random: Random,
    ) -> Result<(Self, Arc<Vault>), CoreError> {
        install_drivers();
        let url = &settings.database;
        let engine = Engine::of(url);
        let (readers, writer) = match engine {
            Engine::Sqlite => {
                // First one connection without a pool: a pool would try a damaged file again and again.
                let mut first = AnyConnection::connect(url).await?;
                first.execute("PRAGMA schema_version").await?;
                first.close().await?;
                // The writer comes first: it makes the file and turns WAL on. It overwrites deleted rows, so that an
                // erased person's name and key do not stay in free pages.
                let writer = sqlite(1, "PRAGMA secure_delete = ON;").connect(url).await?;
                (sqlite(4, "PRAGMA query_only = ON;").connect(url).await?, writer)
            }
            Engine::Postgres => {
                let pool = postgres(settings).connect(&address::verified(url)?).await?;
                pool.execute(BLOB_DOMAIN).await?;
                (pool.clone(), pool)
            }
        };
        let mut tx = begin(engine, &writer, Durability::Disk).await?;
        // The migration's lock also keeps two processes that start on an empty database from making a platform key
        // each.
        migration::up_to_date(&mut tx, engine).await?;
        let opened = vault::store::open(&mut tx, &settings.master_key, random.clone(), clock.now()).await?;
        tx.commit().await?;
        let vault = Arc::new(opened);
        let durable = settings.durable;
        Ok((Self { engine, durable, readers, writer, vault: Arc::clone(&vault), clock, random }, vault))
    }

    /// Whether the database answers.
    ///
    /// # Errors
    /// If the database does not answer.
    pub async fn ping(&self) -> Result<(), CoreError> {
        self.readers.acquire().await?.execute("SELECT 1").await?;
        Ok(())
    }

    /// Closes the connections. SQLite then moves its log into the file, so the file alone holds all data.
    pub async fn close(&self) {
        self.readers.close().await;
        self.writer.close().await;
    }

    /// The number of connections in use, and of idle ones.
    pub(crate) fn connections(&self) -> (usize, usize) {
        let pools = if self.engine == Engine::Sqlite { vec![&self.readers, &self.writer] } else { vec![&self.readers] };
        let idle: usize = pools.iter().map(|pool| pool.num_idle()).sum();
        let all: u32 = pools.iter().map(|pool| pool.size()).sum();
        (usize::try_from(all).unwrap_or(usize::MAX).saturating_sub(idle), idle)
    }

    /// The size of the database in bytes.
    pub(crate) async fn size(&self) -> Result<f64, CoreError> {
        size(&mut *self.readers.acquire().await?, self.engine).await
    }

    pub(crate) fn reader(&self) -> &AnyPool {
        &self.readers
    }

    /// A transaction in which several statements read the database as of one moment. It ends when it is dropped.
    pub(crate) async fn snapshot(&self) -> Result<Transaction<'static, Any>, CoreError> {
        Ok(match self.engine {
            Engine::Sqlite => self.readers.begin().await?,
            Engine::Postgres => self.readers.begin_with(ONE_MOMENT).await?,
        })
    }

    /// Runs a change. If the change loses a race against another one, it runs again from the start, so it must do
    /// nothing but talk to the database.
    ///
    /// # Errors
    /// The error of `work`, or the database's refusal.
    pub async fn write<T, F, R>(&self, work: F) -> Result<T, CoreError>
    where
        F: Fn(Tx) -> R,
        R: Future<Output = Result<(T, Ended), CoreError>>,
    {
        self.run(Durability::Disk, work).await
    }

    /// Runs a change that does not touch customer data and may be lost in a power cut.
    ///
    /// # Errors
    /// As [`Store::write`].
    pub async fn tidy<T, F, R>(&self, work: F) -> Result<T, CoreError>
    where
        F: Fn(Tx<Housekeeping>) -> R,
        R: Future<Output = Result<(T, Ended), CoreError>>,
    {
        self.run(Durability::System, work).await
    }

    async fn run<T, F, R, K>(&self, durability: Durability, work: F) -> Result<T, CoreError>
    where
        F: Fn(Tx<K>) -> R,
        R: Future<Output = Result<(T, Ended), CoreError>>,
    {
        let durability = if self.durable { durability } else { Durability::Nothing };
        let mut tried = 0;
        loop {
            tried += 1;
            let result = match begin(self.engine, &self.writer, durability).await {
                Ok(inner) => work(self.tx(inner)).await.map(|(value, Ended(()))| value),
                Err(e) => Err(e),
            };
            match result {
                Err(CoreError::Contention) if tried < Self::TRIES => tokio::time::sleep(self.pause(tried)).await,
                Err(CoreError::Contention) => return Err(crate::error::BUSY.into()),
                done => return done,
            }
        }
    }

    fn tx<K>(&self, inner: Transaction<'static, Any>) -> Tx<K> {
        Tx {
            inner,
            vault: Arc::clone(&self.vault),
            random: self.random.clone(),
            now: self.clock.now(),
            kind: PhantomData,
        }
    }

    /// The wait before the next try: 5 to 10 ms, doubled after each try.
    fn pause(&self, tried: u32) -> Duration {
        let [chance] = self.random.bytes();
        Duration::from_micros((5_000 + u64::from(chance) * 20) << tried.saturating_sub(1))
    }
}

const ONE_MOMENT: &str = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";

/// A transaction on this connection that reads the database as of one moment.
pub(crate) async fn view(conn: &mut AnyConnection, engine: Engine) -> Result<Transaction<'_, Any>, CoreError> {
    Ok(match engine {
        Engine::Sqlite => conn.begin().await?,
        Engine::Postgres => conn.begin_with(ONE_MOMENT).await?,
    })
}

async fn begin(
    engine: Engine,
    writer: &AnyPool,
    durability: Durability,
) -> Result<Transaction<'static, Any>, CoreError> {
    Ok(match engine {
        Engine::Sqlite => {
            let mut conn = writer.acquire().await?;
            conn.execute(durability.sqlite()).await?;
            if conn.is_in_transaction() {
                // On a full disk SQLite ends a transaction by itself. The driver would take the connection to be inside
                // that transaction for ever, so the connection is replaced.
                conn.close().await?;
                conn = writer.acquire().await?;
                conn.execute(durability.sqlite()).await?;
            }
            // IMMEDIATE takes the lock now, where waiting for it is safe, and not at the first write.
            Transaction::begin(conn, Some("BEGIN IMMEDIATE".into_sql_str())).await?
        }
        Engine::Postgres => {
            let mut tx = writer.begin().await?;
            tx.execute(durability.postgres()).await?;
            tx
        }
    })
}

/// PostgreSQL has no `IF NOT EXISTS` for a domain. Two processes may start at once, so the error is caught.
const BLOB_DOMAIN: &str = "DO $$ BEGIN CREATE DOMAIN blob AS bytea;
    EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$";

#[cfg(test)]
mod tests;
