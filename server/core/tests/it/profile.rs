use portvakt_core::caller::Person;
use portvakt_core::profile::{Wish, change, profile};
use portvakt_core::testing::{World, refusal};
use portvakt_core::{each_database, on_sqlite};
use portvakt_model::fault::{FieldRule, Refusal};
use portvakt_model::language::Language;
use portvakt_model::profile::Profile;

fn wish(name: &str, language: &str, time_zone: &str) -> Wish {
    Wish::parse(name, language, time_zone).unwrap()
}

async fn read(world: &World, person: &Person) -> Profile {
    profile(&world.core, person).await.unwrap()
}

each_database!(
    async fn a_changed_profile_is_stored_logged_and_shown_in_the_frame_at_once(world: World) {
        let anna = world.owner().await;
        let before = read(&world, &anna.person).await;
        assert_eq!((before.language, before.time_zone.as_str()), (Language::Swedish, "Europe/Stockholm"));
        assert!(world.who(&anna.token).await.is_some());
        let new = wish(" Anna L. Öberg ", "en", "America/Argentina/Buenos_Aires");
        change(&world.core, &anna.person, before.version, &new).await.unwrap();
        let after = read(&world, &anna.person).await;
        assert_eq!(after.name, "Anna L. Öberg");
        assert_eq!((after.language, after.time_zone.as_str()), (Language::English, "America/Argentina/Buenos_Aires"));
        assert_eq!(after.version, before.version + 1);
        let seen = world.who(&anna.token).await.unwrap();
        assert_eq!((seen.name.as_str(), seen.language), ("Anna L. Öberg", Language::English));
        // A save without a change writes no event.
        change(&world.core, &anna.person, after.version, &new).await.unwrap();
        assert_eq!(read(&world, &anna.person).await, after);
        assert_eq!(world.actions(anna.person.home).await, ["portal.set_up", "account.profile_changed"]);
    }
);

each_database!(
    async fn the_second_of_two_stale_saves_is_a_conflict_and_overwrites_nothing(world: World) {
        let anna = world.owner().await.person;
        let version = read(&world, &anna).await.version;
        change(&world.core, &anna, version, &wish("Anna A", "sv", "UTC")).await.unwrap();
        let late = change(&world.core, &anna, version, &wish("Anna B", "en", "Europe/Oslo")).await;
        assert_eq!(refusal(late), Some(Refusal::Conflict));
        let stored = read(&world, &anna).await;
        assert_eq!(
            (stored.name.as_str(), stored.language, stored.time_zone.as_str()),
            ("Anna A", Language::Swedish, "UTC")
        );
        change(&world.core, &anna, stored.version, &wish("Anna B", "en", "Europe/Oslo")).await.unwrap();
        assert_eq!(read(&world, &anna).await.name, "Anna B");
    }
);

each_database!(
    threads = 2,
    async fn of_twenty_saves_at_the_same_time_one_is_stored(world: World) {
        let anna = world.owner().await.person;
        for round in 0..5 {
            let version = read(&world, &anna).await.version;
            let saves: Vec<_> = (0..20)
                .map(|n| {
                    let (core, anna) = (world.core.clone(), anna.clone());
                    tokio::spawn(async move {
                        change(&core, &anna, version, &wish(&format!("Anna {round} {n}"), "sv", "UTC")).await
                    })
                })
                .collect();
            let mut done = 0;
            for save in saves {
                match save.await.unwrap() {
                    Ok(()) => done += 1,
                    Err(error) => assert_eq!(refusal::<()>(Err(error)), Some(Refusal::Conflict)),
                }
            }
            assert_eq!(done, 1, "round {round}");
        }
        assert_eq!(world.actions(anna.home).await.len(), 1 + 5);
    }
);

#[test]
fn an_invalid_name_language_or_time_zone_is_refused_at_its_field() {
    let broken = |name, language, zone| match refusal(Wish::parse(name, language, zone)) {
        Some(Refusal::Fields(faults)) => faults,
        other => panic!("{other:?}"),
    };
    assert_eq!(
        broken("", "de", "Nowhere/Land"),
        [FieldRule::Empty.of("name"), FieldRule::Empty.of("language"), FieldRule::Empty.of("time_zone")]
    );
    for zone in ["europe/stockholm", "Europe/Stockholm ", "posixrules", "EST5EDT", "", "../etc/passwd", "Etc/GMT+5"] {
        assert_eq!(broken("A", "sv", zone), [FieldRule::Empty.of("time_zone")], "{zone}");
    }
    assert_eq!(broken("A\r\nBcc: b@evil.test", "sv", "UTC"), [FieldRule::Unprintable.of("name")]);
}

on_sqlite!(
    async fn every_time_zone_that_can_be_chosen_is_one_and_another_that_is_set_stays(world: World) {
        let anna = world.owner().await.person;
        let zones = read(&world, &anna).await.time_zones;
        assert!(zones.len() > 400, "{}", zones.len());
        for zone in &zones {
            assert!(Wish::parse("A", "sv", zone).is_ok(), "{zone}");
        }
        world.sql("UPDATE account SET time_zone = 'US/Eastern'").await;
        assert!(read(&world, &anna).await.time_zones.contains(&"US/Eastern".to_owned()));
    }
);

each_database!(
    async fn a_caller_of_another_home_neither_sees_nor_changes_the_profile(world: World) {
        let anna = world.owner().await.person;
        let elsewhere = world.core.random.id(world.core.clock.now());
        let stranger = world.signed_in(elsewhere, anna.account);
        let refused = change(&world.core, &stranger, 0, &wish("Eve", "sv", "UTC")).await;
        assert_eq!(refusal(refused), Some(Refusal::NotFound));
        assert_eq!(refusal(profile(&world.core, &stranger).await), Some(Refusal::NotFound));
        assert_eq!(read(&world, &anna).await.name, portvakt_core::testing::NAME);
    }
);
