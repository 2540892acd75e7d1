use crate::kit::full;
use portvakt_core::Core;
use portvakt_core::caller::Origin;
use portvakt_core::each_database;
use portvakt_core::housekeeping::round;
use portvakt_core::lockout::unlock;
use portvakt_core::reset::recover;
use portvakt_core::session::{Browser, sign_out};
use portvakt_core::testing::{
    EMAIL, HeldHashes, NEW_PASSWORD, PASSWORD, World, choose_password, is_wrong, origin, refusal, sign_in, stranger,
};
use portvakt_model::fault::{Refusal, Tries};
use tokio::task::{JoinHandle, yield_now};

const NOBODY: &str = "nobody@nordhamn.example";
const HOUR: i64 = 60 * 60;

fn from(address: &str) -> Origin {
    Origin { network: address.to_owned(), ..origin() }
}

/// Tries a wrong password from a new network each time, so that only the address's lane counts.
async fn wrong(core: &Core, browser: &Browser, email: &str, n: usize) -> Refusal {
    let origin = from(&format!("10.{}.{}.1", n / 250, n % 250));
    refusal(sign_in(core, &origin, browser, email, "wrong").await).expect("refused")
}

each_database!(
    async fn the_wait_grows_and_ends_in_a_lock_for_a_known_name_and_an_unknown_one_alike(world: World) {
        world.owner().await;
        let told = |left, wait_secs| Refusal::WrongCredentials(Tries { left, wait_secs, lock_secs: 900 });
        for email in [EMAIL, NOBODY, "' OR 1=1 --"] {
            let mut n = 0;
            for (left, wait) in [(9, 0), (8, 0), (7, 0), (6, 0), (5, 30), (4, 60), (3, 120), (2, 240), (1, 480)] {
                n += 1;
                assert_eq!(wrong(&world.core, &stranger(), email, n).await, told(left, wait), "{email}");
                if wait > 0 {
                    let early = wrong(&world.core, &stranger(), email, n).await;
                    assert_eq!(early, Refusal::Locked { retry_after_secs: wait }, "{email}");
                    world.clock.advance_secs(i64::from(wait) - 1);
                    let early = wrong(&world.core, &stranger(), email, n).await;
                    assert_eq!(early, Refusal::Locked { retry_after_secs: 1 }, "{email}");
                    world.clock.advance_secs(1);
                }
            }
            assert_eq!(wrong(&world.core, &stranger(), email, n).await, Refusal::Locked { retry_after_secs: 900 });
            // While the address is locked, the right password is refused like a wrong one.
            let right = sign_in(&world.core, &origin(), &stranger(), email, PASSWORD).await;
            assert_eq!(refusal(right), Some(Refusal::Locked { retry_after_secs: 900 }), "{email}");
            world.clock.advance_secs(900);
            assert_eq!(wrong(&world.core, &stranger(), email, n).await, Refusal::Locked { retry_after_secs: 1920 });
            world.clock.advance_secs(1920);
        }
        sign_in(&world.core, &origin(), &stranger(), EMAIL, PASSWORD).await.unwrap();
        // A count that begins anew does not reveal whether the address has an account.
        for email in [EMAIL, NOBODY] {
            assert_eq!(wrong(&world.core, &stranger(), email, 1).await, Refusal::Locked { retry_after_secs: 3600 });
        }
    }
);

each_database!(
    threads = 2,
    async fn fifty_wrong_passwords_at_once_are_counted_exactly(world: World) {
        world.owner().await;
        let other = world.again(&world.settings).await.unwrap();
        let before = world.hashes();
        let tries: Vec<_> = (0..50)
            .map(|n| {
                let core = if n % 2 == 0 { world.core.clone() } else { other.clone() };
                tokio::spawn(async move { wrong(&core, &stranger(), EMAIL, n).await })
            })
            .collect();
        let mut checked = 0;
        for tried in tries {
            match tried.await.unwrap() {
                Refusal::WrongCredentials(_) => checked += 1,
                Refusal::Locked { retry_after_secs: 30 } => {}
                other => panic!("{other:?}"),
            }
        }
        assert_eq!(checked, 5);
        assert!(world.hashes() - before <= 5, "the other process verified the rest");
        assert_eq!(world.number("SELECT max(failures) FROM lockout").await, 5);
        assert_eq!(world.number("SELECT tries FROM password").await, 5);
    }
);

each_database!(
    /// Threats, T3 and T5: guesses from fifty networks for an hour of the test's clock, while the owner signs in.
    async fn five_thousand_guesses_reach_few_verifications_and_do_not_lock_the_owner_out(world: World) {
        let owner = world.owner().await;
        let known = world.known_browser(&owner);
        let (mut guessed, before) = (0, world.hashes());
        let mut by_owner = 0;
        let guesses = if full() { 5000 } else { 500 };
        for n in 0..guesses {
            let origin = from(&format!("10.0.{}.7", n % 50));
            if is_wrong(sign_in(&world.core, &origin, &stranger(), EMAIL, &format!("guess {n}")).await) {
                guessed += 1;
            }
            if n % (guesses / 10) == 0 {
                let again = sign_in(&world.core, &from("10.0.0.7"), &known, EMAIL, PASSWORD).await.unwrap();
                by_owner += 1;
                sign_out(&world.core, &again.person).await.unwrap();
                assert!(world.who(&owner.token).await.is_some(), "a lock ends no session");
            }
            if n % 25 == 24 {
                world.clock.advance_secs(18);
            }
        }
        assert!((5..=100).contains(&guessed), "{guessed} guesses were answered");
        let verified = world.hashes() - before - by_owner;
        assert!(verified <= 100, "{verified} guesses were verified");
    }
);

each_database!(
    async fn after_a_hundred_failures_strangers_are_refused_and_the_owner_still_signs_in(world: World) {
        let owner = world.owner().await;
        let known = world.known_browser(&owner);
        for n in 0..100 {
            wrong(&world.core, &stranger(), EMAIL, n).await;
            wrong(&world.core, &stranger(), NOBODY, n).await;
            world.clock.advance_secs(HOUR);
        }
        assert_eq!(world.number("SELECT tries FROM password").await, 100);
        // A day and a restart later the lane is forgotten, and the hundred failures are not.
        world.clock.advance_secs(25 * HOUR);
        round(&world.core).await.unwrap();
        let restarted = world.again(&world.settings).await.unwrap();
        for core in [&world.core, &restarted] {
            let first = refusal(sign_in(core, &origin(), &stranger(), EMAIL, PASSWORD).await);
            let unknown = refusal(sign_in(core, &origin(), &stranger(), NOBODY, PASSWORD).await);
            assert!(matches!(first, Some(Refusal::WrongCredentials(_))), "{first:?}");
            assert_eq!(first, unknown, "a stopped address is answered like an unknown one");
        }
        sign_in(&world.core, &origin(), &known, EMAIL, PASSWORD).await.unwrap();
        // A sign-in on a known device lifts no block for strangers.
        assert!(is_wrong(sign_in(&world.core, &origin(), &stranger(), EMAIL, PASSWORD).await));
        unlock(&world.core, EMAIL).await.unwrap();
        sign_in(&world.core, &origin(), &stranger(), EMAIL, PASSWORD).await.unwrap();
        let actions = world.actions(owner.person.home).await;
        assert_eq!(actions.iter().filter(|a| *a == "account.locked").count(), 1);
        assert!(actions.contains(&"account.unlocked".to_owned()));
        assert_eq!(refusal(unlock(&world.core, NOBODY).await), Some(Refusal::NotFound));
    }
);

each_database!(
    async fn a_new_password_signs_in_though_guesses_have_locked_the_account(world: World) {
        world.owner().await;
        for n in 0..5 {
            wrong(&world.core, &stranger(), EMAIL, n).await;
        }
        let link = recover(&world.core, EMAIL).await.unwrap();
        let started = choose_password(&world.core, &origin(), &link, &stranger(), NEW_PASSWORD, "").await.unwrap();
        assert_eq!(world.number("SELECT tries FROM password").await, 0);
        let known = world.known_browser(&started);
        sign_in(&world.core, &origin(), &known, EMAIL, NEW_PASSWORD).await.unwrap();
        // Strangers stay locked, so they do not learn of the new password.
        assert!(matches!(wrong(&world.core, &stranger(), EMAIL, 1).await, Refusal::Locked { .. }));
    }
);

each_database!(
    async fn a_known_device_has_its_own_lane_and_a_forged_or_expired_one_has_none(world: World) {
        let owner = world.owner().await;
        let known = world.known_browser(&owner);
        for n in 0..10 {
            wrong(&world.core, &known, EMAIL, n).await;
            world.clock.advance_secs(600);
        }
        let locked = refusal(sign_in(&world.core, &origin(), &known, EMAIL, PASSWORD).await);
        assert!(matches!(locked, Some(Refusal::Locked { .. })), "{locked:?}");
        // The lock and the count belong to this device alone.
        assert_eq!(world.number("SELECT tries FROM password").await, 0);
        let elsewhere = sign_in(&world.core, &origin(), &stranger(), EMAIL, PASSWORD).await.unwrap();
        let second = world.known_browser(&elsewhere);
        sign_in(&world.core, &origin(), &second, EMAIL, PASSWORD).await.unwrap();

        for n in 0..5 {
            wrong(&world.core, &stranger(), EMAIL, n).await;
        }
        let mut forged = elsewhere.devices.clone();
        forged.replace_range(60..61, if &forged[60..61] == "A" { "B" } else { "A" });
        let forged = portvakt_core::known_device::KnownDevices::open(&world.core, &forged);
        let forged = Browser { session: None, devices: forged };
        assert!(matches!(wrong(&world.core, &forged, EMAIL, 1).await, Refusal::Locked { .. }));
        world.clock.advance_secs(portvakt_core::known_device::LIFETIME_SECS);
        let old = world.known_browser(&elsewhere);
        assert_eq!(format!("{:?}", old.devices), format!("{:?}", stranger().devices));
    }
);

each_database!(
    async fn a_network_that_tries_many_names_is_stopped_and_others_are_not(world: World) {
        let owner = world.owner().await;
        let before = world.hashes();
        let (mut checked, mut stopped) = (0, 0);
        let names = if full() { 200 } else { 70 };
        for n in 0..names {
            let origin = from(&format!("192.0.2.{n}"));
            match refusal(sign_in(&world.core, &origin, &stranger(), &format!("n{n}@x.example"), "wrong").await) {
                Some(Refusal::WrongCredentials(_)) => checked += 1,
                Some(Refusal::TooMany { retry_after_secs: 60 }) => stopped += 1,
                other => panic!("{other:?}"),
            }
        }
        assert_eq!((checked, stopped, world.hashes() - before), (60, names - 60, 60));
        sign_in(&world.core, &from("198.51.100.1"), &stranger(), EMAIL, PASSWORD).await.unwrap();
        // Other people of the network do not lock the owner out on a known device.
        sign_in(&world.core, &from("192.0.2.1"), &world.known_browser(&owner), EMAIL, PASSWORD).await.unwrap();
        world.clock.advance_secs(60);
        for _ in 0..if full() { 100 } else { 70 } {
            // Right passwords do not count against a network.
            sign_in(&world.core, &from("192.0.2.1"), &stranger(), EMAIL, PASSWORD).await.unwrap();
        }
    }
);

each_database!(
    async fn tries_of_unknown_addresses_become_one_operator_event_an_hour(world: World) {
        let home = world.owner().await.person.home;
        for n in 0..30 {
            wrong(&world.core, &stranger(), &format!("n{n}@x.example"), n).await;
        }
        round(&world.core).await.unwrap();
        assert_eq!(world.actions(home).await, ["portal.set_up"], "the hour is not over");
        world.clock.advance_secs(HOUR);
        wrong(&world.core, &stranger(), NOBODY, 1).await;
        let other = world.again(&world.settings).await.unwrap();
        round(&world.core).await.unwrap();
        round(&other).await.unwrap();
        assert_eq!(world.actions(home).await, ["portal.set_up", "portal.unknown_names_tried"]);
        let changes: (Vec<u8>,) =
            sqlx::query_as("SELECT changes FROM audit_event WHERE seq = 2").fetch_one(&world.raw).await.unwrap();
        assert!(changes.0.windows(2).any(|two| two == b"31"), "the sum of all of them");
    }
);

each_database!(
    async fn the_rows_that_strangers_can_cause_are_bounded(world: World) {
        world.owner().await;
        wrong(&world.core, &stranger(), NOBODY, 0).await;
        world.fill_lanes();
        let before = world.number("SELECT count(*) FROM lockout").await;
        for n in 0..40 {
            let origin = from("10.9.9.9");
            refusal(sign_in(&world.core, &origin, &stranger(), &format!("n{n}@x.example"), "wrong").await).unwrap();
        }
        // One shared row for new networks, and one for new addresses from that network.
        assert_eq!(world.number("SELECT count(*) FROM lockout").await - before, 2);
        // An address with an account shares the row like an unknown one.
        for email in [EMAIL, "m@x.example"] {
            let refused = refusal(sign_in(&world.core, &from("10.9.9.9"), &stranger(), email, "wrong").await);
            assert!(matches!(refused, Some(Refusal::Locked { .. })), "{refused:?}");
        }
        // An address that already has a lane keeps it.
        assert!(matches!(
            wrong(&world.core, &stranger(), NOBODY, 1).await,
            Refusal::WrongCredentials(Tries { left: 8, .. })
        ));
        assert!(matches!(
            wrong(&world.core, &stranger(), EMAIL, 1).await,
            Refusal::WrongCredentials(Tries { left: 9, .. })
        ));
        world.clock.advance_secs(26 * HOUR);
        round(&world.core).await.unwrap();
        round(&world.core).await.unwrap();
        assert_eq!(world.number("SELECT count(*) FROM lockout").await, 0);
        assert!(matches!(wrong(&world.core, &stranger(), "m@x.example", 1).await, Refusal::WrongCredentials(_)));
        assert_eq!(
            world.number("SELECT count(*) FROM lockout WHERE opens_at = 0").await,
            3,
            "its own, its network's, the sum"
        );
    }
);

each_database!(
    threads = 2,
    async fn a_try_that_was_not_checked_does_not_count(world: World) {
        world.owner().await;
        let held = HeldHashes::of(&world.core).await;
        // The queue holds 64.
        let tries: Vec<_> = (0..if full() { 150 } else { 70 })
            .map(|n| {
                let core = world.core.clone();
                tokio::spawn(async move { wrong(&core, &stranger(), &format!("n{n}@x.example"), n).await })
            })
            .collect();
        while !tries.iter().any(JoinHandle::is_finished) {
            yield_now().await;
        }
        drop(held);
        let (mut checked, mut busy) = (0, 0);
        for tried in tries {
            match tried.await.unwrap() {
                Refusal::WrongCredentials(_) => checked += 1,
                Refusal::Busy { .. } => busy += 1,
                other => panic!("{other:?}"),
            }
        }
        assert!(busy > 0 && checked > 0, "{checked} were checked, {busy} were not");
        // Each checked try counts for its address, its network and the sum.
        let counted = world.number("SELECT count(*) FROM lockout WHERE failures > 0").await;
        assert_eq!(counted, 2 * checked + 1);
    }
);

each_database!(
    async fn an_unlock_frees_a_known_device_and_a_new_password_makes_it_a_stranger(world: World) {
        let known = world.known_browser(&world.owner().await);
        for n in 0..10 {
            wrong(&world.core, &known, EMAIL, n).await;
            world.clock.advance_secs(500);
        }
        assert!(matches!(wrong(&world.core, &known, EMAIL, 1).await, Refusal::Locked { .. }));
        unlock(&world.core, EMAIL).await.unwrap();
        sign_in(&world.core, &origin(), &known, EMAIL, PASSWORD).await.unwrap();

        let link = recover(&world.core, EMAIL).await.unwrap();
        choose_password(&world.core, &origin(), &link, &stranger(), NEW_PASSWORD, "").await.unwrap();
        for n in 0..5 {
            wrong(&world.core, &stranger(), EMAIL, n).await;
        }
        // A device known before the new password has lost its lane.
        assert!(matches!(wrong(&world.core, &known, EMAIL, 1).await, Refusal::Locked { .. }));
    }
);

each_database!(
    async fn a_known_device_is_a_stranger_after_a_hundred_failures_however_long_they_took(world: World) {
        let known = world.known_browser(&world.owner().await);
        for n in 0..100 {
            wrong(&world.core, &known, EMAIL, n).await;
            world.clock.advance_secs(26 * HOUR);
            round(&world.core).await.unwrap();
        }
        assert_eq!(world.number("SELECT tries FROM password").await, 0);
        wrong(&world.core, &known, EMAIL, 1).await;
        assert_eq!(world.number("SELECT tries FROM password").await, 1, "the device counts as a stranger");
    }
);

each_database!(
    async fn a_clock_that_was_ahead_causes_no_long_lockout(world: World) {
        world.owner().await;
        world.clock.advance_secs(400 * 24 * HOUR);
        for n in 0..if full() { 200 } else { 70 } {
            let _ = sign_in(&world.core, &from("192.0.2.1"), &stranger(), &format!("n{n}@x.example"), "wrong").await;
        }
        for n in 0..5 {
            wrong(&world.core, &stranger(), EMAIL, n).await;
        }
        world.clock.advance_secs(-400 * 24 * HOUR);
        sign_in(&world.core, &from("192.0.2.1"), &stranger(), EMAIL, PASSWORD).await.unwrap();
    }
);

each_database!(
    async fn a_right_password_that_could_not_be_answered_does_not_count_as_a_wrong_one(world: World) {
        world.owner().await;
        world.sql("ALTER TABLE audit_event RENAME TO audit_event_gone").await;
        for _ in 0..8 {
            let failed = sign_in(&world.core, &origin(), &stranger(), EMAIL, PASSWORD).await;
            assert!(matches!(failed, Err(portvakt_core::error::CoreError::Failed(_))));
        }
        world.sql("ALTER TABLE audit_event_gone RENAME TO audit_event").await;
        sign_in(&world.core, &origin(), &stranger(), EMAIL, PASSWORD).await.unwrap();
    }
);
