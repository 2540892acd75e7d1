//! Prints a small database of the newest schema as INSERTs that load on SQLite and on PostgreSQL, parents before their
//! children. `cargo xtask schema` keeps them, so that a later migration is tried on the rows of this version.
//!
//! Binary columns are `unhex('…')`, which SQLite has and a test adds to PostgreSQL.
#![expect(clippy::unwrap_used, reason = "a command that ends where something goes wrong")]
use portvakt_core::CoreSettings;
use portvakt_core::demo::{Size, seed};
use portvakt_core::random::Random;
use portvakt_core::testing::World;
use sqlx::AssertSqlSafe;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;

/// A size at which each table that the demonstration fills has a row.
const SIZE: Size = Size { people: 12, visits: 20 };

#[tokio::main]
async fn main() {
    let world = World::sqlite().await;
    let settings = CoreSettings { durable: false, ..world.settings.clone() };
    seed(&settings, &Random::system(), world.core.clock.now(), SIZE).await.unwrap();
    let key = fs::read_to_string(&world.settings.master_key).unwrap();
    println!("-- A made-up database, printed by `cargo xtask schema`. Its master key, which opens nothing else:");
    println!("-- {}", key.trim());
    for table in in_order(&world).await {
        let columns: Vec<(String,)> = query(&world, format!("SELECT name FROM pragma_table_info('{table}')")).await;
        let names: Vec<_> = columns.iter().map(|(name,)| name.as_str()).collect();
        let values: Vec<_> = names
            .iter()
            .map(|name| {
                format!(
                    "CASE typeof({name}) WHEN 'blob' THEN 'unhex(''' || hex({name}) || ''')' ELSE quote({name}) END"
                )
            })
            .collect();
        let rows: Vec<(String,)> =
            query(&world, format!("SELECT {} FROM {table} ORDER BY rowid", values.join(" || ', ' || "))).await;
        for (row,) in rows {
            println!("INSERT INTO {table} ({}) VALUES ({row});", names.join(", "));
        }
    }
}

async fn query<T>(world: &World, text: String) -> Vec<T>
where
    T: for<'r> sqlx::FromRow<'r, sqlx::any::AnyRow> + Send + Unpin,
{
    sqlx::query_as(AssertSqlSafe(text)).fetch_all(&world.raw).await.unwrap()
}

/// The tables, each after the tables that it points at.
async fn in_order(world: &World) -> Vec<String> {
    let tables: Vec<(String,)> = query(
        world,
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%' AND name NOT LIKE '_sqlx%'
          ORDER BY name"
            .to_owned(),
    )
    .await;
    let mut waiting = BTreeMap::new();
    for (table,) in tables {
        let parents: Vec<(String,)> =
            query(world, format!("SELECT DISTINCT \"table\" FROM pragma_foreign_key_list('{table}')")).await;
        let parents: BTreeSet<_> =
            parents.into_iter().map(|(parent,)| parent).filter(|parent| *parent != table).collect();
        waiting.insert(table, parents);
    }
    let mut done: Vec<String> = Vec::new();
    while !waiting.is_empty() {
        let ready = waiting.iter().find(|(_, parents)| parents.iter().all(|parent| done.contains(parent)));
        let table = ready.map(|(table, _)| table.clone()).expect("no circle of foreign keys");
        waiting.remove(&table);
        done.push(table);
    }
    done
}
