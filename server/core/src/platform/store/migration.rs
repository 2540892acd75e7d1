//! The schema, change by change. Each file of `server/migrations` is one change; a rule that SQL cannot say is a step
//! in Rust, which runs in the same transaction. If a start fails half-way, the schema stays as it was.
use super::connection::Engine;
use crate::error::{CoreError, Failure};
use sqlx::migrate::{Migrate, Migrator};
use sqlx::{AnyConnection, Executor};
use std::pin::Pin;

/// The files of `server/migrations`, in order.
pub(crate) static MIGRATIONS: Migrator = sqlx::migrate!("../migrations");

/// The future of a running step.
type Done<'c> = Pin<Box<dyn Future<Output = Result<(), CoreError>> + Send + 'c>>;

/// A change that Rust makes to the rows after a migration's SQL has run.
pub(super) struct Step {
    /// The migration's number.
    pub(super) version: i64,
    /// The change. It runs on the connection of the migration's transaction.
    pub(super) run: for<'c> fn(&'c mut AnyConnection) -> Done<'c>,
}

/// The steps in Rust. A migration without a step is SQL alone.
const STEPS: &[Step] = &[];

/// If two processes start at once, they migrate one after the other. The number is only the lock's name.
const ONE_AT_A_TIME: &str = "SELECT pg_advisory_xact_lock(7470837)";

/// Migrates the schema, in the transaction that the caller commits.
pub(super) async fn up_to_date(conn: &mut AnyConnection, engine: Engine) -> Result<(), CoreError> {
    if engine == Engine::Postgres {
        conn.execute(ONE_AT_A_TIME).await?;
    }
    run(conn, &MIGRATIONS, STEPS).await
}

pub(super) async fn run(conn: &mut AnyConnection, migrations: &Migrator, steps: &[Step]) -> Result<(), CoreError> {
    conn.ensure_migrations_table(&migrations.table_name).await.map_err(Failure::from)?;
    let applied = conn.list_applied_migrations(&migrations.table_name).await.map_err(Failure::from)?;
    for migration in migrations.iter() {
        let version = migration.version;
        if applied.iter().any(|applied| applied.version == version) {
            continue;
        }
        migrations.run_direct(Some(version), conn, false).await.map_err(Failure::from)?;
        for step in steps.iter().filter(|step| step.version == version) {
            (step.run)(conn).await?;
        }
    }
    // If no migration was left to run, this call still compares: it finds a newer schema or a changed file.
    Ok(migrations.run_direct(None, conn, false).await.map_err(Failure::from)?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::each_database;
    use crate::testing::World;
    use sqlx::SqlSafeStr;
    use sqlx::migrate::{Migration, MigrationType};

    fn migration(version: i64, sql: &'static str) -> Migration {
        Migration::new(version, "a test's".into(), MigrationType::Simple, sql.into_sql_str(), false)
    }

    fn migrations() -> Migrator {
        let after = MIGRATIONS.iter().map(|migration| migration.version).max().unwrap_or_default();
        let more = [
            migration(after + 1, "CREATE TABLE letter (name TEXT NOT NULL)"),
            migration(after + 2, "ALTER TABLE letter ADD COLUMN size BIGINT NOT NULL DEFAULT 0"),
        ];
        Migrator::with_migrations(MIGRATIONS.iter().cloned().chain(more).collect())
    }

    fn step(run: fn(&mut AnyConnection) -> Done<'_>) -> Step {
        let version = migrations().iter().map(|migration| migration.version).max().unwrap_or_default();
        Step { version, run }
    }

    async fn columns(world: &World) -> Result<i64, sqlx::Error> {
        sqlx::query_as::<_, (i64,)>("SELECT count(size) FROM letter").fetch_one(&world.raw).await.map(|(count,)| count)
    }

    each_database!(
        async fn a_step_in_rust_runs_once_after_its_migrations_sql(world: World) {
            let steps = [step(|conn| {
                Box::pin(async {
                    conn.execute("INSERT INTO letter (name, size) VALUES ('a', 1)").await?;
                    Ok(())
                })
            })];
            for _ in 0..2 {
                let mut tx = world.raw.begin().await.unwrap();
                run(&mut tx, &migrations(), &steps).await.unwrap();
                tx.commit().await.unwrap();
                assert_eq!(columns(&world).await.unwrap(), 1);
            }
        }
    );

    each_database!(
        async fn a_failing_step_rolls_its_migration_and_the_earlier_ones_back(world: World) {
            let steps = [step(|_| Box::pin(async { Err(CoreError::Contention) }))];
            let mut tx = world.raw.begin().await.unwrap();
            assert!(run(&mut tx, &migrations(), &steps).await.is_err());
            drop(tx);
            assert!(columns(&world).await.is_err(), "no such table");
            world.again(&world.settings).await.expect("the schema of before");
        }
    );
}
