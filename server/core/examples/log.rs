//! Makes a log of many events of 200 people and measures how long a page of what is looked for in it takes: a line for each
//! figure, its name and its milliseconds, apart by a tabulator. `cargo xtask bench` prints them beside their budget.
//!
//! The first argument is how many events, the second `SQLite` or `PostgreSQL`, which `TEST_POSTGRES` then names.
#![expect(clippy::unwrap_used, reason = "a measurement ends where something goes wrong")]
use portvakt_core::audit::reading::read;
use portvakt_core::testing::{World, new_person};
use portvakt_model::audit::reading::Asked;
use portvakt_model::role::Role;
use std::env;
use std::time::Instant;

const TIMES: i64 = 100;

#[tokio::main]
async fn main() {
    let events: i64 = env::args().nth(1).map_or(1_000_000, |count| count.parse().unwrap());
    let on_postgres = env::args().nth(2).is_some_and(|name| name == "PostgreSQL");
    let world = if on_postgres { World::postgres().await } else { World::sqlite().await };
    let anna = world.owner().await.person;
    let people =
        (0..200).map(|n| (new_person(&format!("Person{n} Ek"), &format!("person{n}@nordhamn.example")), Role::Member));
    world.crowd(anna.home, people).await;
    fill(&world, events).await;
    let by_id = anna.account.to_string();
    let day = |month: u32, day: u32| format!("2026-{month:02}-{day:02}");
    for (name, asked) in [
        ("everything", Asked::default()),
        ("refused", Asked { outcome: "refused".to_owned(), ..Asked::default() }),
        ("done", Asked { outcome: "done".to_owned(), ..Asked::default() }),
        ("one rare action", Asked { action: "account.unlocked".to_owned(), ..Asked::default() }),
        ("one subject", Asked { subject: "people".to_owned(), ..Asked::default() }),
        ("somebody by id", Asked { who: by_id, ..Asked::default() }),
        ("somebody by name", Asked { who: "person7 ek".to_owned(), ..Asked::default() }),
        (
            "more than may be found",
            Asked { who: "person1".to_owned(), outcome: "refused".to_owned(), ..Asked::default() },
        ),
        (
            "somebody, a rare action",
            Asked { who: "person7 ek".to_owned(), action: "account.unlocked".to_owned(), ..Asked::default() },
        ),
        ("a day", Asked { from: day(3, 10), until: day(3, 10), ..Asked::default() }),
        (
            "a month of somebody",
            Asked { who: "person9 ek".to_owned(), from: day(3, 1), until: day(3, 31), ..Asked::default() },
        ),
    ] {
        let mut took = Vec::new();
        for n in 0..TIMES {
            // By turns the first page and one further down.
            let before = (n % 2 == 1).then_some(events / TIMES * n);
            let begun = Instant::now();
            read(&world.core, &anna, &asked, before).await.unwrap();
            took.push(begun.elapsed().as_secs_f64() * 1000.0);
        }
        took.sort_by(f64::total_cmp);
        println!("{name}\t{:.2}", took[took.len() * 95 / 100]);
    }
}

/// Makes a log long behind the portal's back, of events of 200 people, thirty seconds after each other.
async fn fill(world: &World, events: i64) {
    sqlx::query(
        "INSERT INTO audit_event (tenant_id, seq, id, at, actor, actor_tenant_id, actor_id, action, target_id, changes,
                reference, actor_commitment, actor_sealed, target_commitment, target_sealed, hash, mac_key, mac)
         WITH RECURSIVE n (i) AS (SELECT 300 UNION ALL SELECT i + 1 FROM n WHERE i < $1),
              p (id, k) AS (SELECT id, row_number() OVER (ORDER BY id) - 1 FROM account)
         SELECT e.tenant_id, n.i, e.id || n.i, e.at + CAST(n.i AS BIGINT) * 30000000, e.actor, e.actor_tenant_id, a.id,
                CASE WHEN n.i % 100000 = 0 THEN 'account.unlocked' WHEN n.i % 20 = 0 THEN 'account.sign_in_failed'
                     WHEN n.i % 50 = 1 THEN 'member.added' WHEN n.i % 2 = 0 THEN 'session.started' ELSE 'session.ended' END,
                CASE WHEN n.i % 3 = 0 THEN t.id END, e.changes, e.reference, e.actor_commitment, e.actor_sealed,
                NULL, NULL, e.hash, e.mac_key, e.mac
           FROM n JOIN audit_event e ON e.seq = 1 JOIN p a ON a.k = n.i * 7 % 200 JOIN p t ON t.k = n.i % 200",
    )
    .bind(events)
    .execute(&world.raw)
    .await
    .unwrap();
    sqlx::query("UPDATE audit_head SET seq = $1").bind(events).execute(&world.raw).await.unwrap();
    // What was written in one go is else read from SQLite's log; PostgreSQL would tidy up by itself a minute later.
    world.sql(if world.is_sqlite() { "PRAGMA wal_checkpoint(TRUNCATE)" } else { "VACUUM ANALYZE" }).await;
}
