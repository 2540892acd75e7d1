use crate::kit::log::{acting_in, actions, add_account, all, asked, wrong_password};
use portvakt_core::audit_log::checking::{check, start};
use portvakt_core::audit_log::reading::{PAGE, event, own, read};
use portvakt_core::caller::{Caller, Person};
use portvakt_core::error::CoreError;
use portvakt_core::session;
use portvakt_core::testing::{NAME, World, new_person, refusal};
use portvakt_core::{each_database, member, product};
use portvakt_model::audit::reading::{Actor, AuditQuery, ChainFault, Check, EventOrigin};
use portvakt_model::audit::{Action, Field};
use portvakt_model::fault::Refusal;
use portvakt_model::product::Product;
use portvakt_model::role::Role;

each_database!(
    async fn an_event_tells_who_did_what_to_whom_from_where(world: World) {
        let anna = world.owner().await.person;
        let karim = new_person("Karim Bensaid", "karim@nordhamn.example");
        let karim =
            member::add(&world.core, &Caller::from(anna.clone()), anna.home, &karim, Role::Auditor).await.unwrap();
        wrong_password(&world).await;

        let log = all(&world, &anna).await;
        assert_eq!(actions(&log), ["account.sign_in_failed", "member.added", "portal.set_up"]);
        assert_eq!((log.older, log.too_many, log.zone.as_str()), (None, false, "Europe/Stockholm"));
        let [failed, added, _] = &log.entries[..] else { panic!("three") };
        assert_eq!((added.seq, added.at.iso.as_str()), (2, "2026-01-02T04:04:05+01:00"));
        let Actor::Person(who) = &added.actor else { panic!("{:?}", added.actor) };
        assert_eq!((who.account, who.name.as_deref()), (anna.account, Some(NAME)));
        let whom = added.target.as_ref().unwrap();
        assert_eq!((whom.account, whom.name.as_deref()), (karim, Some("Karim Bensaid")));
        assert_eq!(added.after(Field::Role), Some("auditor"));
        assert!(matches!(&added.seen, EventOrigin::From { network, .. } if network == "192.0.2.7"));
        assert_eq!(failed.actor, Actor::Claimant);
        assert!(matches!(&failed.seen, EventOrigin::From { network, .. } if network == "192.0.2.7"));

        let detail = event(&world.core, &anna, 2).await.unwrap();
        assert_eq!(&detail.entry, added);
        let personal: Vec<_> =
            detail.personal.iter().map(|c| (c.field.as_str(), c.after.as_deref().unwrap())).collect();
        assert_eq!(personal, [("name", "Karim Bensaid"), ("email", "karim@nordhamn.example")]);
        assert!(detail.is_intact && !detail.is_erased);
        let before = event(&world.core, &anna, 1).await.unwrap();
        assert_eq!((detail.before, before.before), (Some(before.hash), None));

        // The log keeps the name at the time of the event. Other pages show the current name.
        world.sql("UPDATE account SET name = 'Karim B' WHERE email LIKE 'karim%'").await;
        let detail = event(&world.core, &anna, 2).await.unwrap();
        assert_eq!(detail.entry.target.unwrap().name.as_deref(), Some("Karim Bensaid"));
    }
);

each_database!(
    async fn paging_shows_each_event_once_while_others_are_added(world: World) {
        let anna = world.owner().await.person;
        let add = async |n: usize| {
            let product = Product::new(&format!("p{n}"), "Product", "https://p.example/").unwrap();
            product::add(&world.core, &Caller::from(anna.clone()), &product).await.unwrap();
        };
        for n in 0..2 * PAGE {
            add(n).await;
        }
        for asked in [
            AuditQuery::default(),
            asked(|a| a.outcome = "done".to_owned()),
            asked(|a| a.who = "anna".to_owned()),
            asked(|a| (a.who, a.subject) = ("anna".to_owned(), "organisation".to_owned())),
            asked(|a| a.from = "2026-01-02".to_owned()),
        ] {
            let last = world.number("SELECT seq FROM audit_head").await;
            let (mut seen, mut before) = (Vec::new(), None);
            loop {
                let log = read(&world.core, &anna, &asked, before).await.unwrap();
                assert!(log.entries.len() <= PAGE);
                seen.extend(log.entries.iter().map(|entry| entry.seq));
                add(usize::try_from(last).unwrap() * 1000 + seen.len()).await;
                before = log.older;
                if before.is_none() {
                    break;
                }
            }
            assert_eq!(seen, (1..=last).rev().collect::<Vec<_>>(), "{asked:?}");
        }
    }
);

each_database!(
    async fn a_log_of_exactly_one_page_has_no_second_page(world: World) {
        let anna = world.owner().await.person;
        for n in 1..PAGE {
            let product = Product::new(&format!("p{n}"), "Product", "https://p.example/").unwrap();
            product::add(&world.core, &Caller::from(anna.clone()), &product).await.unwrap();
        }
        let log = all(&world, &anna).await;
        assert_eq!((log.entries.len(), log.older), (PAGE, None));
        wrong_password(&world).await;
        let log = all(&world, &anna).await;
        assert_eq!((log.entries.len(), log.older), (PAGE, Some(2)));
    }
);

each_database!(
    async fn the_log_tells_only_the_account_id_of_an_erased_person(world: World) {
        let anna = world.owner().await.person;
        let karim = add_account(&world, anna.home, "Karim Bensaid", "karim@nordhamn.example", Role::Member).await;
        session::end_others(&world.core, &karim).await.unwrap();
        world
            .sql("DELETE FROM account_key WHERE account_id IN (SELECT id FROM account WHERE email LIKE 'karim%')")
            .await;

        let log = all(&world, &anna).await;
        let [added, _] = &log.entries[..] else { panic!("{:?}", actions(&log)) };
        let whom = added.target.as_ref().unwrap();
        assert_eq!((whom.account, &whom.name), (karim.account, &None));
        let detail = event(&world.core, &anna, 2).await.unwrap();
        assert!(detail.is_erased && detail.personal.is_empty() && detail.is_intact);
        let log = read(&world.core, &anna, &asked(|a| a.who = karim.account.to_string()), None).await.unwrap();
        assert_eq!((log.entries.len(), log.person.unwrap().name), (1, None));

        world.sql("DELETE FROM account_key").await;
        let log = all(&world, &anna).await;
        assert_eq!(log.entries[1].seen, EventOrigin::Erased);
        assert!(matches!(&log.entries[1].actor, Actor::Person(who) if who.name.is_none()));
        let told = serde_json::to_string(&log).unwrap() + &serde_json::to_string(&detail).unwrap();
        assert!(!told.contains("Karim") && !told.contains("Anna") && !told.contains("192.0.2.7"), "{told}");
    }
);

each_database!(
    async fn an_event_that_was_tampered_with_says_so_and_hides_no_other(world: World) {
        let anna = world.owner().await.person;
        wrong_password(&world).await;
        wrong_password(&world).await;
        world
            .sql(
                "UPDATE audit_event SET action = 'no.such', changes = target_sealed,
                        target_sealed = (SELECT e.target_sealed FROM audit_event e WHERE e.seq = 3) WHERE seq = 2",
            )
            .await;
        let log = all(&world, &anna).await;
        assert_eq!(log.entries.len(), 3);
        assert_eq!((log.entries[1].action, &log.entries[1].seen), (None, &EventOrigin::Altered));
        assert_eq!(log.entries[0].action, Some(Action::SignInFailed));
        assert!(!event(&world.core, &anna, 2).await.unwrap().is_intact);
        assert!(event(&world.core, &anna, 3).await.unwrap().is_intact);
    }
);

async fn all_refused(world: &World, person: &Person) {
    fn not_found<T>(answer: Result<T, CoreError>) -> bool {
        refusal(answer) == Some(Refusal::NotFound)
    }
    assert!(not_found(read(&world.core, person, &AuditQuery::default(), None).await));
    assert!(not_found(event(&world.core, person, 1).await));
    assert!(not_found(check(&world.core, person).await));
    assert!(not_found(start(&world.core, person).await));
}

each_database!(
    async fn an_auditor_reads_their_organisations_log_and_a_member_or_another_organisation_none_of_it(world: World) {
        let anna = world.owner().await.person;
        let clara = world.nordhamn().await.person;
        let auditor = add_account(&world, clara.home, "Mia Berg", "mia@nordhamn.example", Role::Auditor).await;
        let member = add_account(&world, clara.home, "Leo Dahl", "leo@nordhamn.example", Role::Member).await;
        let administrator =
            add_account(&world, clara.home, "Eva Ek", "eva@nordhamn.example", Role::Administrator).await;

        for reader in [&clara, &auditor, &administrator] {
            let log = all(&world, reader).await;
            assert_eq!(
                actions(&log),
                ["member.added", "member.added", "member.added", "member.joined", "tenant.created"]
            );
            event(&world.core, reader, 5).await.unwrap();
            assert_eq!(refusal(event(&world.core, reader, 6).await), Some(Refusal::NotFound));
        }
        all_refused(&world, &member).await;
        // A person who acts in a tenant without a membership, whatever their role at home.
        for stranger in [&anna, &auditor] {
            let tenant = if stranger.home == clara.home { anna.home } else { clara.home };
            all_refused(&world, &acting_in(tenant, stranger)).await;
        }
        // Ids of another organisation's people and numbers of its events find nothing.
        let found = read(&world.core, &clara, &asked(|a| a.who = anna.account.to_string()), None).await.unwrap();
        assert_eq!((found.entries.len(), found.person.unwrap().name), (0, None));
        let found = read(&world.core, &clara, &asked(|a| a.who = NAME.to_owned()), None).await.unwrap();
        assert!(found.entries.is_empty());
        let operators = all(&world, &anna).await;
        assert_eq!(actions(&operators), ["tenant.created", "portal.set_up"]);
    }
);

each_database!(
    async fn a_persons_activity_lists_their_acts_and_the_acts_on_them(world: World) {
        let anna = world.owner().await.person;
        let karim = new_person("Karim Bensaid", "karim@nordhamn.example");
        let karim =
            member::add(&world.core, &Caller::from(anna.clone()), anna.home, &karim, Role::Member).await.unwrap();
        let karim = world.signed_in(anna.home, karim);
        wrong_password(&world).await;

        let theirs = own(&world.core, &karim, None).await.unwrap();
        assert_eq!((theirs.account, theirs.older), (karim.account, None));
        let [added] = &theirs.entries[..] else { panic!("{:?}", theirs.entries) };
        assert_eq!(added.action, Some(Action::MemberAdded));
        assert!(matches!(&added.actor, Actor::Person(who) if who.name.as_deref() == Some(NAME)));
        assert_eq!(added.seen, EventOrigin::Nowhere, "Karim does not learn Anna's network");

        let hers = own(&world.core, &anna, None).await.unwrap();
        assert_eq!(hers.entries.iter().map(|entry| entry.seq).collect::<Vec<_>>(), [3, 2, 1]);
        assert!(
            hers.entries
                .iter()
                .all(|entry| matches!(&entry.seen, EventOrigin::From { network, .. } if network == "192.0.2.7"))
        );
        let older = own(&world.core, &anna, Some(3)).await.unwrap();
        assert_eq!(older.entries.iter().map(|entry| entry.seq).collect::<Vec<_>>(), [2, 1]);
        // A person's activity is in their home's log, in whichever organisation they act.
        let clara = world.nordhamn().await.person;
        let elsewhere = acting_in(clara.home, &karim);
        assert_eq!(own(&world.core, &elsewhere, None).await.unwrap().entries.len(), 1);
    }
);

each_database!(
    async fn the_state_of_a_chain_is_the_result_of_its_last_verification(world: World) {
        let anna = world.owner().await.person;
        let clara = world.nordhamn().await.person;
        assert_eq!(check(&world.core, &anna).await.unwrap(), Check::Never);
        start(&world.core, &anna).await.unwrap();
        assert!(matches!(check(&world.core, &anna).await.unwrap(), Check::Whole { events: 2, .. }));
        assert_eq!(check(&world.core, &clara).await.unwrap(), Check::Never, "another organisation's");

        world.clock.advance_secs(60);
        wrong_password(&world).await;
        world.sql("UPDATE audit_event SET at = at + 1 WHERE seq = 2").await;
        let known = check(&world.core, &anna).await.unwrap();
        assert!(matches!(&known, Check::Whole { events: 2, at } if at.minute == 4), "{known:?}");
        start(&world.core, &anna).await.unwrap();
        let known = check(&world.core, &anna).await.unwrap();
        assert!(
            matches!(&known, Check::Broken { seq: 2, fault: ChainFault::Altered, at } if at.minute == 5),
            "{known:?}"
        );
        // Neither reading nor verifying writes an event.
        assert_eq!(all(&world, &anna).await.entries.len(), 3);
        let other = world.again(&world.settings).await.unwrap();
        assert_eq!(check(&other, &anna).await.unwrap(), Check::Never, "another process knows nothing of it");
    }
);
