use portvakt_core::each_database;
use portvakt_core::home::home;
use portvakt_core::testing::{EMAIL, PASSWORD, World, origin, sign_in, stranger};
use portvakt_model::home::PartOfDay;

each_database!(
    async fn the_sign_in_before_this_one_is_told_on_the_persons_own_clock(world: World) {
        let first = world.owner().await.person;
        let shown = home(&world.core, &first).await.unwrap();
        assert!(shown.last_sign_in.is_none() && shown.owner);
        // 03:04 UTC is 04:04 in Stockholm; twenty hours later it is the next day there, though not yet in UTC.
        assert_eq!(shown.part_of_day, PartOfDay::Evening);
        world.clock.advance_secs(20 * 3600);
        let second = sign_in(&world.core, &origin(), &stranger(), EMAIL, PASSWORD).await.unwrap().person;
        let seen = home(&world.core, &second).await.unwrap().last_sign_in.unwrap();
        assert_eq!((seen.at.hour, seen.at.minute, seen.at.days_ago), (4, 4, 1));
        assert_eq!(seen.at.iso, "2026-01-02T04:04:05+01:00");
    }
);
