//! Filters and searches of the log.
use crate::kit::log::{actions, add_account, asked, wrong_password};
use portvakt_core::audit_log::reading::{PAGE, read};
use portvakt_core::each_database;
use portvakt_core::session;
use portvakt_core::testing::{EMAIL, PASSWORD, World, new_person, origin, sign_in, stranger};
use portvakt_model::audit::reading::AuditQuery;
use portvakt_model::role::Role;
use portvakt_model::time::Timestamp;

const NONE: [i64; 0] = [];

each_database!(
    async fn every_filter_narrows_the_log_alone_and_with_the_others(world: World) {
        let anna = world.owner().await.person;
        let åsa = add_account(&world, anna.home, "Åsa Öberg", "asa.oberg@nordhamn.example", Role::Member).await;
        world.clock.advance_secs(24 * 60 * 60);
        wrong_password(&world).await;
        let by_anna = sign_in(&world.core, &origin(), &stranger(), EMAIL, PASSWORD).await.unwrap();
        session::sign_out(&world.core, &by_anna.person).await.unwrap();
        session::sign_out(&world.core, &world.second_person().await.person).await.unwrap();

        let found = async |set: fn(&mut AuditQuery)| {
            let log = read(&world.core, &anna, &asked(set), None).await.unwrap();
            log.entries.iter().map(|entry| entry.seq).collect::<Vec<_>>()
        };
        assert_eq!(found(|_| ()).await, [6, 5, 4, 3, 2, 1]);
        assert_eq!(found(|a| a.action = "session.ended".to_owned()).await, [6, 5]);
        assert_eq!(found(|a| a.subject = "sign-in".to_owned()).await, [6, 5, 4, 3]);
        assert_eq!(found(|a| a.subject = "people".to_owned()).await, [2]);
        assert_eq!(found(|a| a.outcome = "refused".to_owned()).await, [3]);
        assert_eq!(found(|a| a.outcome = "done".to_owned()).await, [6, 5, 4, 2, 1]);
        // Finds the person as actor and as target, by the beginnings of words of the name or the address.
        for who in ["anna", "LIND", "lindqvist anna", EMAIL, "Anna.Lindqvist@", "ann_"] {
            let log = read(&world.core, &anna, &asked(|a| a.who = who.to_owned()), None).await.unwrap();
            assert_eq!(log.entries.iter().map(|entry| entry.seq).collect::<Vec<_>>(), [5, 4, 3, 1], "{who}");
        }
        assert_eq!(found(|a| a.who = "öb".to_owned()).await, [2]);
        assert_eq!(found(|a| a.who = "åSA".to_owned()).await, [2]);
        for who in ["nobody", "_", "%", "anna eva", "\0"] {
            let log = read(&world.core, &anna, &asked(|a| a.who = who.to_owned()), None).await.unwrap();
            assert!(log.entries.is_empty(), "{who}");
        }
        let by_id = asked(|a| a.who = åsa.account.to_string());
        let log = read(&world.core, &anna, &by_id, None).await.unwrap();
        assert_eq!(actions(&log), ["member.added"]);
        assert_eq!(log.person.unwrap().name.as_deref(), Some("Åsa Öberg"));

        assert_eq!(found(|a| (a.who, a.outcome) = ("anna".to_owned(), "refused".to_owned())).await, [3]);
        assert_eq!(found(|a| (a.who, a.subject) = ("anna".to_owned(), "people".to_owned())).await, NONE);
        assert_eq!(found(|a| (a.action, a.outcome) = ("session.ended".to_owned(), "refused".to_owned())).await, NONE);
        assert_eq!(found(|a| (a.who, a.action) = ("anna".to_owned(), "session.ended".to_owned())).await, [5]);

        assert_eq!(found(|a| a.from = "2026-01-03".to_owned()).await, [6, 5, 4, 3]);
        assert_eq!(found(|a| a.until = "2026-01-02".to_owned()).await, [2, 1]);
        assert_eq!(found(|a| (a.from, a.until) = ("2026-01-02".to_owned(), "2026-01-02".to_owned())).await, [2, 1]);
        assert_eq!(found(|a| (a.who, a.until) = ("anna".to_owned(), "2026-01-02".to_owned())).await, [1]);
        assert_eq!(
            found(|a| (a.from, a.subject) = ("2026-01-03".to_owned(), "sign-in".to_owned())).await,
            [6, 5, 4, 3]
        );
        assert_eq!(found(|a| a.from = "2026-01-04".to_owned()).await, NONE);
        assert_eq!(found(|a| a.until = "2026-01-01".to_owned()).await, NONE);
    }
);

each_database!(
    async fn a_day_begins_and_ends_where_the_reader_is_also_when_the_clock_was_set_back(world: World) {
        let anna = world.owner().await.person;
        let at = |text: &str| Timestamp::from_micros(text.parse::<i64>().unwrap() * 1_000_000);
        // 2026-03-10, in seconds: 22:59:59Z is the last second of that day in Stockholm, 23:00:00Z the first of the
        // next.
        for second in ["1773097199", "1773183599", "1773183600", "1773140400", "1773269999"] {
            world.clock.set(at(second));
            sign_in(&world.core, &origin(), &stranger(), EMAIL, PASSWORD).await.unwrap();
        }
        let day = asked(|a| (a.from, a.until) = ("2026-03-10".to_owned(), "2026-03-10".to_owned()));
        let log = read(&world.core, &anna, &day, None).await.unwrap();
        assert_eq!(log.entries.iter().map(|entry| entry.seq).collect::<Vec<_>>(), [5, 3]);
        assert!(log.entries.iter().all(|entry| (entry.at.month, entry.at.day) == (3, 10)));
    }
);

each_database!(
    async fn more_people_than_one_search_may_find_are_not_looked_for(world: World) {
        let anna = world.owner().await.person;
        for n in 0..21 {
            add_account(&world, anna.home, "Berit Berg", &format!("berit{n}@nordhamn.example"), Role::Member).await;
        }
        let found = read(&world.core, &anna, &asked(|a| a.who = "berit".to_owned()), None).await.unwrap();
        assert!(found.too_many && found.entries.is_empty());
        let found = read(&world.core, &anna, &asked(|a| a.who = "berit1".to_owned()), None).await.unwrap();
        assert_eq!((found.too_many, found.entries.len()), (false, 11));
    }
);

each_database!(
    async fn rare_and_frequent_actions_of_a_person_are_found_alike(world: World) {
        let anna = world.owner().await.person;
        let person = |n| (new_person(&format!("Person{n} Ek"), &format!("p{n}@nordhamn.example")), Role::Member);
        world.crowd(anna.home, (0..200).map(person)).await;
        world.fill_log(8_000).await;
        let started = "SELECT count(*) FROM audit_event WHERE action = 'session.started'";
        assert!(world.number(started).await > 2000, "it is not rare");
        for action in ["account.sign_in_failed", "session.started"] {
            let ids: Vec<(String,)> = sqlx::query_as("SELECT id FROM account WHERE name LIKE 'Person7%' ORDER BY id")
                .fetch_all(&world.raw)
                .await
                .unwrap();
            let mut expected: Vec<i64> = Vec::new();
            for (id,) in &ids {
                let rows: Vec<(i64,)> = sqlx::query_as(
                    "SELECT seq FROM audit_event WHERE action = $1 AND (actor_id = $2 OR target_id = $2)",
                )
                .bind(action)
                .bind(id)
                .fetch_all(&world.raw)
                .await
                .unwrap();
                expected.extend(rows.into_iter().map(|(seq,)| seq));
            }
            expected.sort_unstable_by(|a, b| b.cmp(a));
            expected.dedup();
            assert!(expected.len() > PAGE, "{}", expected.len());
            let question = asked(|asked| {
                asked.who = "person7".to_owned();
                asked.action = action.to_owned();
            });
            let (mut found, mut before) = (Vec::new(), None);
            loop {
                let log = read(&world.core, &anna, &question, before).await.unwrap();
                found.extend(log.entries.iter().map(|entry| entry.seq));
                before = log.older;
                if before.is_none() {
                    break;
                }
            }
            assert_eq!(found, expected, "{action}");
        }
    }
);
