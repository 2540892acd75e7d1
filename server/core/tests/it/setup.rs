use portvakt_core::each_database;
use portvakt_core::link_holder::is_open;
use portvakt_core::setup::{SetUp, new_link, set_up};
use portvakt_core::testing::{EMAIL, World, form, origin, refusal, stranger};
use portvakt_core::token::Token;
use portvakt_model::fault::{FieldRule, Refusal};
use portvakt_model::link::LinkKind;
use portvakt_model::policy::Policy;
use std::sync::Arc;

each_database!(
    async fn the_first_person_makes_the_operator_owns_it_and_is_signed_in(world: World) {
        let started = world.owner().await;
        let who = world.who(&started.token).await.unwrap();
        assert_eq!((who.name.as_str(), who.branding.name.as_str()), ("Anna Lindqvist", "Mårdby Systems AB"));
        assert_eq!(world.actions(started.person.home).await, ["portal.set_up"]);
        assert_eq!(world.number("SELECT count(*) FROM membership WHERE role = 'owner'").await, 1);
    }
);

each_database!(
    async fn a_set_up_link_works_once_and_no_other_is_made_afterwards(world: World) {
        let link = new_link(&world.core).await.unwrap().unwrap();
        set_up(&world.core, &origin(), &link, &stranger(), form()).await.unwrap();
        assert_eq!(refusal(set_up(&world.core, &origin(), &link, &stranger(), form()).await), Some(Refusal::NotFound));
        assert!(new_link(&world.core).await.unwrap().is_none());
    }
);

each_database!(
    threads = 2,
    async fn a_set_up_link_used_fifty_times_at_once_works_once(world: World) {
        let world = Arc::new(world);
        let link = new_link(&world.core).await.unwrap().unwrap();
        let tasks: Vec<_> = (0..50)
            .map(|_| {
                let (world, link) = (Arc::clone(&world), link.clone());
                tokio::spawn(async move { set_up(&world.core, &origin(), &link, &stranger(), form()).await })
            })
            .collect();
        let mut made = 0;
        for task in tasks {
            match task.await.unwrap() {
                Ok(_) => made += 1,
                refused => assert_eq!(refusal(refused), Some(Refusal::NotFound)),
            }
        }
        assert_eq!(made, 1);
        for (table, count) in [
            ("SELECT count(*) FROM tenant", 1),
            ("SELECT count(*) FROM account", 1),
            ("SELECT count(*) FROM audit_event", 1),
            ("SELECT count(*) FROM link", 0),
        ] {
            assert_eq!(world.number(table).await, count, "{table}");
        }
    }
);

each_database!(
    async fn two_processes_that_print_a_link_each_still_make_one_operator(world: World) {
        let other = world.again(&world.settings).await.unwrap();
        let (first, second) = (new_link(&world.core).await.unwrap().unwrap(), new_link(&other).await.unwrap().unwrap());
        assert_eq!(refusal(set_up(&world.core, &origin(), &first, &stranger(), form()).await), Some(Refusal::NotFound));
        set_up(&world.core, &origin(), &second, &stranger(), form()).await.unwrap();
    }
);

each_database!(
    async fn a_set_up_link_is_invalid_once_the_portal_is_set_up(world: World) {
        let link = new_link(&world.core).await.unwrap().unwrap();
        world.sql("CREATE TABLE kept AS SELECT * FROM link").await;
        set_up(&world.core, &origin(), &link, &stranger(), form()).await.unwrap();
        assert_eq!(world.sql("INSERT INTO link SELECT * FROM kept").await, 1);
        assert!(!is_open(&world.core, LinkKind::Setup, &link).await.unwrap());
        assert_eq!(refusal(set_up(&world.core, &origin(), &link, &stranger(), form()).await), Some(Refusal::NotFound));
    }
);

each_database!(
    async fn an_expired_or_guessed_set_up_link_is_refused(world: World) {
        let link = new_link(&world.core).await.unwrap().unwrap();
        world.clock.advance_secs(LinkKind::Setup.lifetime_secs(Policy::FLOOR.links));
        assert_eq!(refusal(set_up(&world.core, &origin(), &link, &stranger(), form()).await), Some(Refusal::NotFound));
        let guessed = Token::parse(&"A".repeat(43)).unwrap();
        assert_eq!(
            refusal(set_up(&world.core, &origin(), &guessed, &stranger(), form()).await),
            Some(Refusal::NotFound)
        );
    }
);

each_database!(
    async fn every_fault_is_told_at_once_and_the_link_stays(world: World) {
        let link = new_link(&world.core).await.unwrap().unwrap();
        let bad = SetUp {
            name: "",
            organisation: "x\u{202E}y",
            email: "anna",
            email_again: " ",
            password: "too short",
            ..form()
        };
        let Some(Refusal::Fields(faults)) = refusal(set_up(&world.core, &origin(), &link, &stranger(), bad).await)
        else {
            panic!("not refused for its fields")
        };
        let told: Vec<_> = faults.iter().map(|f| (f.field.as_str(), f.rule)).collect();
        assert_eq!(
            told,
            [
                ("name", FieldRule::Empty),
                ("organisation", FieldRule::Unprintable),
                ("email", FieldRule::NotAnEmail),
                ("email_again", FieldRule::Empty),
                ("password", FieldRule::TooShort(15)),
            ]
        );
        let slip = SetUp { email_again: "anna.lindkvist@nordhamn.example", ..form() };
        let refused = refusal(set_up(&world.core, &origin(), &link, &stranger(), slip).await);
        assert_eq!(refused, Some(Refusal::Fields(vec![FieldRule::NotTheSame.of("email_again")])));
        let capital = EMAIL.to_uppercase();
        set_up(&world.core, &origin(), &link, &stranger(), SetUp { email_again: &capital, ..form() }).await.unwrap();
    }
);
