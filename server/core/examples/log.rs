//! Makes a log of many events of 200 people and measures how long a page of a search in it takes. Prints a line for
//! each figure: its name and its milliseconds, separated by a tab. `cargo xtask bench` prints the figures beside their
//! budget.
//!
//! The first argument is the number of events. The second is `SQLite`, or `PostgreSQL` for the server that
//! `TEST_POSTGRES` names.
#![expect(clippy::unwrap_used, reason = "a measurement ends where something goes wrong")]
use portvakt_core::audit_log::reading::read;
use portvakt_core::testing::{World, new_person};
use portvakt_model::audit::reading::AuditQuery;
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
    world.fill_log(events).await;
    let by_id = anna.account.to_string();
    let day = |month: u32, day: u32| format!("2026-{month:02}-{day:02}");
    for (name, asked) in [
        ("everything", AuditQuery::default()),
        ("refused", AuditQuery { outcome: "refused".to_owned(), ..AuditQuery::default() }),
        ("done", AuditQuery { outcome: "done".to_owned(), ..AuditQuery::default() }),
        ("one rare action", AuditQuery { action: "account.unlocked".to_owned(), ..AuditQuery::default() }),
        ("one subject", AuditQuery { subject: "people".to_owned(), ..AuditQuery::default() }),
        ("a person by id", AuditQuery { who: by_id, ..AuditQuery::default() }),
        ("a person by name", AuditQuery { who: "person7 ek".to_owned(), ..AuditQuery::default() }),
        (
            "more than may be found",
            AuditQuery { who: "person1".to_owned(), outcome: "refused".to_owned(), ..AuditQuery::default() },
        ),
        (
            "somebody, a rare action",
            AuditQuery { who: "person7 ek".to_owned(), action: "account.unlocked".to_owned(), ..AuditQuery::default() },
        ),
        ("a day", AuditQuery { from: day(3, 10), until: day(3, 10), ..AuditQuery::default() }),
        (
            "a month of one person",
            AuditQuery { who: "person9 ek".to_owned(), from: day(3, 1), until: day(3, 31), ..AuditQuery::default() },
        ),
    ] {
        let mut took = Vec::new();
        for n in 0..TIMES {
            // Alternates between the first page and a page further down.
            let before = (n % 2 == 1).then_some(events / TIMES * n);
            let begun = Instant::now();
            read(&world.core, &anna, &asked, before).await.unwrap();
            took.push(begun.elapsed().as_secs_f64() * 1000.0);
        }
        took.sort_by(f64::total_cmp);
        println!("{name}\t{:.2}", took[took.len() * 95 / 100]);
    }
}
