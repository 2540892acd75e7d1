//! Migrates databases of earlier versions. `cargo xtask schema` keeps one database of each version.
use portvakt_core::audit::verify;
use portvakt_core::demo::PASSWORD;
use portvakt_core::each_database;
use portvakt_core::store::sqlite_url;
use portvakt_core::testing::{World, origin, stranger};
use portvakt_core::{CoreSettings, sign_in};
use portvakt_model::id::TenantId;
use sha2::{Digest, Sha256};
use sqlx::migrate::Migrator;
use sqlx::{AnyConnection, AssertSqlSafe, Connection, Executor};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

static MIGRATIONS: Migrator = sqlx::migrate!("../migrations");

/// The kept databases by the number of their schema.
fn kept() -> BTreeMap<i64, String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/schema");
    let files = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let files = files.filter(|path| path.extension().is_some_and(|extension| extension == "sql"));
    files
        .map(|path| (path.file_stem().unwrap().to_str().unwrap().parse().unwrap(), fs::read_to_string(path).unwrap()))
        .collect()
}

/// The table into which a line of a kept database inserts.
fn table_of(line: &str) -> Option<&str> {
    line.strip_prefix("INSERT INTO ").and_then(|rest| rest.split(' ').next())
}

/// Replaces a world's database by a kept one, as its version left it.
async fn load(world: &World, version: i64, rows: &str) -> CoreSettings {
    let mut settings = world.settings.clone();
    if world.is_sqlite() {
        settings.database = sqlite_url(&world.dir().join("earlier.db"));
    } else {
        world.sql("DROP SCHEMA public CASCADE").await;
        world.sql("CREATE SCHEMA public").await;
        world.sql("CREATE DOMAIN blob AS bytea").await;
        world.sql("CREATE FUNCTION unhex(text) RETURNS bytea LANGUAGE SQL AS $$ SELECT decode($1, 'hex') $$").await;
    }
    settings.master_key = world.dir().join("earlier.key");
    let key = rows.lines().nth(1).unwrap().trim_start_matches("-- ");
    fs::write(&settings.master_key, format!("{key}\n")).unwrap();
    fs::set_permissions(&settings.master_key, Permissions::from_mode(0o600)).unwrap();
    let mut conn = AnyConnection::connect(&settings.database).await.unwrap();
    MIGRATIONS.run_to(version, &mut conn).await.unwrap();
    // A migration may have filled a table already; children before their parents, as they were printed.
    let mut tables: Vec<&str> = rows.lines().filter_map(table_of).collect();
    tables.dedup();
    for table in tables.iter().rev() {
        conn.execute(AssertSqlSafe(format!("DELETE FROM {table}"))).await.unwrap();
    }
    conn.execute(sqlx::raw_sql(AssertSqlSafe(rows.to_owned()))).await.unwrap();
    conn.close().await.unwrap();
    settings
}

each_database!(
    async fn a_database_of_each_earlier_version_is_brought_up_to_date_and_keeps_what_it_had(world: World) {
        for (version, rows) in kept() {
            let settings = load(&world, version, &rows).await;
            let core = world.again(&settings).await.unwrap();
            let mut raw = AnyConnection::connect(&settings.database).await.unwrap();
            let mut counts = BTreeMap::new();
            for line in rows.lines() {
                if let Some(table) = table_of(line) {
                    *counts.entry(table).or_insert(0_i64) += 1;
                }
            }
            assert!(counts.len() > 15, "version {version} has rows in {counts:?}");
            for (table, count) in counts {
                let count_of = AssertSqlSafe(format!("SELECT count(*) FROM {table}"));
                let (now,): (i64,) = sqlx::query_as(count_of).fetch_one(&mut raw).await.unwrap();
                assert_eq!(now, count, "{table} of version {version}");
            }
            let tenants: Vec<(String,)> = sqlx::query_as("SELECT id FROM tenant").fetch_all(&mut raw).await.unwrap();
            for (tenant,) in tenants {
                verify(&core, TenantId::parse(&tenant).unwrap()).await.unwrap();
            }
            let (email,): (String,) = sqlx::query_as(
                "SELECT a.email FROM account a JOIN password p ON p.account_id = a.id JOIN membership m ON m.account_id = a.id
                  WHERE m.role = 'member' AND m.suspended_at IS NULL ORDER BY a.id LIMIT 1",
            )
            .fetch_one(&mut raw)
            .await
            .unwrap();
            let done = sign_in::sign_in(&core, &origin(), &stranger(), &email, PASSWORD).await;
            assert!(done.is_ok(), "{email} of version {version}: {:?}", done.err());
        }
    }
);

#[test]
fn a_released_migration_never_changes_and_its_database_is_kept() {
    let frozen = [(1, "aa2add65884716b91ebcc86d00b725c5ca97edcaf8876fb990776838fab59e8b")];
    for (version, hash) in frozen {
        let migration = MIGRATIONS.iter().find(|migration| migration.version == version).unwrap();
        let mut found = String::new();
        for byte in Sha256::digest(migration.sql.as_str()) {
            write!(found, "{byte:02x}").unwrap();
        }
        assert_eq!(found, hash, "migration {version} is frozen: write another one");
        assert!(
            kept().contains_key(&version),
            "run `cargo xtask schema` on the version that had {version} as its last"
        );
    }
}

#[test]
fn every_later_migration_says_with_which_programs_it_works() {
    for migration in MIGRATIONS.iter().filter(|migration| migration.version > 1) {
        let second = migration.sql.as_str().lines().nth(1).unwrap_or_default();
        let oldest = second.strip_prefix("-- Works with programs from schema ").and_then(|rest| rest.strip_suffix('.'));
        let oldest: Option<i64> = oldest.and_then(|number| number.parse().ok());
        assert!(
            oldest.is_some_and(|oldest| (1..=migration.version).contains(&oldest)),
            "{}: {second}",
            migration.version
        );
    }
}
