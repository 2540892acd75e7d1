use super::*;
use crate::audit::verify;
use crate::caller::Person;
use crate::testing::World;
use crate::{each_database, on_sqlite};
use std::sync::atomic::{AtomicUsize, Ordering};

/// Changes one row, the first tenant's name, with its evidence.
async fn rename(store: &Store, person: &Person, name: &str) -> Result<(), CoreError> {
    let caller = Caller::from(person.clone());
    store
        .write(async |mut tx| {
            sqlx::query("UPDATE tenant SET name = $2 WHERE id = $1")
                .bind(person.home.to_string())
                .bind(name)
                .execute(tx.conn())
                .await?;
            Ok(((), tx.commit(&caller, Event::session_ended(person)).await?))
        })
        .await
}

async fn name(world: &World) -> String {
    sqlx::query_as::<_, (String,)>("SELECT name FROM tenant").fetch_one(&world.raw).await.unwrap().0
}

each_database!(
    async fn binary_columns_hold_every_byte_and_null(world: World) {
        world.owner().await;
        let every_byte: Vec<u8> = (0..=255).collect();
        for value in [Some(every_byte.clone()), Some(vec![]), None] {
            let back: Option<Vec<u8>> = world
                .core
                .store
                .tidy(async |mut tx| {
                    let (back,) = sqlx::query_as::<_, (Option<Vec<u8>>,)>(
                        "UPDATE audit_event SET target_sealed = $1 RETURNING target_sealed",
                    )
                    .bind(value.clone())
                    .fetch_one(tx.conn())
                    .await?;
                    Ok((back, tx.commit_housekeeping("test").await?))
                })
                .await
                .unwrap();
            assert_eq!(back, value);
        }
    }
);

each_database!(
    threads = 2,
    async fn twenty_writers_in_two_processes_make_one_chain(world: World) {
        let person = world.owner().await.person;
        // On SQLite the writers of one store queue for its connection; the two stores wait for each other at the file's
        // lock.
        let stores = [world.core.store.clone(), world.again(&world.settings).await.unwrap().store];
        let tasks: Vec<_> = (0..20)
            .map(|i| {
                let (store, person) = (stores[i % 2].clone(), person.clone());
                tokio::spawn(async move {
                    for j in 0..5 {
                        rename(&store, &person, &format!("{i}.{j}")).await.unwrap();
                    }
                })
            })
            .collect();
        for task in tasks {
            task.await.unwrap();
        }
        assert_eq!(verify(&world.core, person.home).await.unwrap(), 101);
        assert!(name(&world).await.ends_with(".4"));
    }
);

each_database!(
    threads = 2,
    /// Two writers take the same two rows in opposite order. PostgreSQL kills one of them (40P01), which then runs
    /// again. SQLite's writers queue for the file.
    async fn a_deadlock_is_run_again(world: World) {
        let person = world.owner().await.person;
        let runs = AtomicUsize::new(0);
        let both = async |first: &'static str, second: &'static str| {
            let caller = Caller::from(person.clone());
            world
                .core
                .store
                .write(async |mut tx| {
                    runs.fetch_add(1, Ordering::Relaxed);
                    for statement in [first, second] {
                        sqlx::query(statement).execute(tx.conn()).await?;
                        tokio::time::sleep(Duration::from_millis(100)).await;
                    }
                    Ok(((), tx.commit(&caller, Event::session_ended(&person)).await?))
                })
                .await
                .unwrap();
        };
        let (a, b) = ("UPDATE tenant SET name = 'both'", "UPDATE account SET name = 'both'");
        tokio::join!(both(a, b), both(b, a));
        assert_eq!(verify(&world.core, person.home).await.unwrap(), 3);
        assert_eq!(runs.load(Ordering::Relaxed), if world.is_sqlite() { 2 } else { 3 });
    }
);

async fn is_durable(world: &World, conn: &mut AnyConnection) -> bool {
    if world.is_sqlite() {
        sqlx::query_as::<_, (i64,)>("PRAGMA synchronous").fetch_one(conn).await.unwrap().0 == 2
    } else {
        sqlx::query_as::<_, (String,)>("SHOW synchronous_commit").fetch_one(conn).await.unwrap().0 == "on"
    }
}

each_database!(
    async fn a_change_is_durable_and_housekeeping_need_not_be(world: World) {
        let person = world.owner().await.person;
        let caller = Caller::from(person.clone());
        // Both kinds run twice on the same connection: no setting of one kind may stay for the next.
        for _ in 0..2 {
            let change = world.core.store.write(async |mut tx| {
                let durable = is_durable(&world, tx.conn()).await;
                Ok((durable, tx.commit(&caller, Event::session_ended(&person)).await?))
            });
            assert!(change.await.unwrap());
            let housekeeping = world.core.store.tidy(async |mut tx| {
                let durable = is_durable(&world, tx.conn()).await;
                Ok((durable, tx.commit_housekeeping("test").await?))
            });
            assert!(!housekeeping.await.unwrap());
        }
    }
);

each_database!(
    async fn a_database_that_is_thrown_away_waits_for_no_disk(world: World) {
        let person = world.owner().await.person;
        let caller = Caller::from(person.clone());
        let fleeting = world.again(&CoreSettings { durable: false, ..world.settings.clone() }).await.unwrap();
        let change = fleeting.store.write(async |mut tx| {
            let durable = is_durable(&world, tx.conn()).await;
            Ok((durable, tx.commit(&caller, Event::session_ended(&person)).await?))
        });
        assert!(!change.await.unwrap());
    }
);

each_database!(
    /// A person closes the connection in the middle of a change: the change's future is dropped at that point.
    async fn an_abandoned_change_leaves_nothing(world: World) {
        let person = world.owner().await.person;
        for round in 0..10 {
            let given_up = tokio::time::timeout(
                Duration::from_millis(round * 2),
                world.core.store.write(async |mut tx| {
                    sqlx::query("UPDATE tenant SET name = 'lost'").execute(tx.conn()).await?;
                    tokio::time::sleep(Duration::from_mins(1)).await;
                    Ok(((), tx.commit(&Caller::Command, Event::session_ended(&person)).await?))
                }),
            );
            assert!(given_up.await.is_err());
            assert_ne!(name(&world).await, "lost");
            rename(&world.core.store, &person, "kept").await.unwrap();
        }
        assert_eq!(verify(&world.core, person.home).await.unwrap(), 11);
    }
);

each_database!(
    async fn a_change_whose_evidence_cannot_be_written_is_rolled_back(world: World) {
        let person = world.owner().await.person;
        world.sql("ALTER TABLE audit_event RENAME TO audit_event_gone").await;
        let refused = rename(&world.core.store, &person, "without evidence").await;
        assert!(matches!(refused, Err(CoreError::Failed(crate::error::Failure::Database(_)))), "{refused:?}");
        assert_ne!(name(&world).await, "without evidence");
        world.sql("ALTER TABLE audit_event_gone RENAME TO audit_event").await;
        rename(&world.core.store, &person, "with evidence").await.unwrap();
        assert_eq!(verify(&world.core, person.home).await.unwrap(), 2);
    }
);

on_sqlite!(
    async fn every_sqlite_connection_is_set_up_and_readers_cannot_write(world: World) {
        let mut readers = Vec::new();
        for _ in 0..4 {
            readers.push(world.core.store.reader().acquire().await.unwrap());
        }
        for conn in &mut readers {
            for (pragma, expected) in
                [("PRAGMA foreign_keys", 1), ("PRAGMA query_only", 1), ("PRAGMA busy_timeout", 5000)]
            {
                let (value,): (i64,) = sqlx::query_as(pragma).fetch_one(&mut **conn).await.unwrap();
                assert_eq!(value, expected, "{pragma}");
            }
            let (mode,): (String,) = sqlx::query_as("PRAGMA journal_mode").fetch_one(&mut **conn).await.unwrap();
            assert_eq!(mode, "wal");
            let refused = sqlx::query("DELETE FROM link").execute(&mut **conn).await.unwrap_err();
            assert!(refused.to_string().contains("readonly"), "{refused}");
        }
    }
);

on_sqlite!(
    async fn on_a_full_disk_a_change_is_refused_and_nothing_is_lost_and_it_goes_on_when_there_is_room(world: World) {
        let person = world.owner().await.person;
        let store = &world.core.store;
        rename(store, &person, "before").await.unwrap();
        // SQLite limits the file to its current size, since a smaller limit is not possible. It answers as on a full
        // disk.
        store.writer.execute("PRAGMA max_page_count = 1").await.unwrap();
        let mut done = 0;
        let refused = loop {
            match rename(store, &person, &format!("change {}", done + 1)).await {
                Ok(()) => done += 1,
                Err(error) => break error,
            }
            assert!(done < 1000, "the file grows all the same");
        };
        assert!(matches!(refused, CoreError::Refused(crate::error::BUSY)), "{refused:?}");
        assert_eq!(name(&world).await, if done == 0 { "before".to_owned() } else { format!("change {done}") });
        assert_eq!(verify(&world.core, person.home).await.unwrap(), 2 + done, "one to set up, one for each change");
        store.writer.execute("PRAGMA max_page_count = 1000000").await.unwrap();
        rename(store, &person, "after").await.unwrap();
        assert_eq!((name(&world).await.as_str(), verify(&world.core, person.home).await.unwrap()), ("after", 3 + done));
    }
);
