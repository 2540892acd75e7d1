use crate::kit::Post;
use portvakt_core::caller::Person;
use portvakt_core::each_database;
use portvakt_core::known_device::KnownDevices;
use portvakt_core::reset::recover;
use portvakt_core::security::{change_password, security};
use portvakt_core::session::{Browser, Started};
use portvakt_core::testing::{
    EMAIL, NEW_PASSWORD, PASSWORD, World, bringing, choose_password, is_wrong, origin, refusal, sign_in, stranger,
};
use portvakt_model::fault::{FieldRule, Refusal, Tries};

/// The browser in which a person is signed in.
fn browser(world: &World, started: &Started) -> Browser {
    Browser { session: Some(started.token.clone()), devices: KnownDevices::open(&world.core, &started.devices) }
}

async fn wrong(world: &World, person: &Person, browser: &Browser) -> Refusal {
    refusal(change_password(&world.core, person, browser, "wrong", NEW_PASSWORD).await).unwrap()
}

each_database!(
    async fn a_new_password_keeps_this_session_with_a_new_token_and_ends_all_others(post: Post) {
        let (world, core) = (&post.world, &post.world.core);
        let here = sign_in(core, &origin(), &stranger(), EMAIL, PASSWORD).await.unwrap();
        let there = sign_in(core, &origin(), &stranger(), EMAIL, PASSWORD).await.unwrap();
        let link = recover(core, EMAIL).await.unwrap();
        post.send().await;
        world.clock.advance_secs(60);

        let renewed =
            change_password(core, &here.person, &browser(world, &here), PASSWORD, NEW_PASSWORD).await.unwrap();
        assert!(world.who(&here.token).await.is_none(), "the token that was");
        assert!(world.who(&there.token).await.is_none(), "the other browser");
        let still = world.who(&renewed.token).await.unwrap();
        assert_eq!(still.person.session, here.person.session, "the same session");
        assert_eq!(world.number("SELECT count(*) FROM session").await, 1);

        let dead = choose_password(core, &origin(), &link, &stranger(), "en tredje mening till", "").await;
        assert_eq!(refusal(dead), Some(Refusal::NotFound), "a link that was mailed before");
        assert!(is_wrong(sign_in(core, &origin(), &stranger(), EMAIL, PASSWORD).await));
        assert_eq!(post.send().await, 1);
        assert_eq!(post.subjects().last().unwrap(), "Ditt lösenord har bytts");
        assert_eq!(security(core, &here.person).await.unwrap().password_set_at.unwrap().minute, 5);

        // This browser stays known, and the other one becomes a stranger.
        sign_in(core, &origin(), &world.known_browser(&renewed), EMAIL, NEW_PASSWORD).await.unwrap();
        assert_eq!(post.send().await, 0, "a known device is not told");
        sign_in(core, &origin(), &world.known_browser(&there), EMAIL, NEW_PASSWORD).await.unwrap();
        assert_eq!(post.send().await, 1, "a new device is told");
        let actions = world.actions(here.person.home).await;
        assert_eq!(
            actions,
            [
                "portal.set_up",
                "session.started",
                "session.started",
                "account.reset_link_issued",
                "account.password_changed",
                "account.sign_in_failed",
                "session.started",
                "session.started",
            ]
        );
    }
);

each_database!(
    async fn wrong_passwords_at_a_change_count_in_the_devices_sign_in_lane(world: World) {
        let anna = world.owner().await;
        let here = browser(&world, &anna);
        let told = |left, wait_secs| Refusal::WrongPassword(Tries { left, wait_secs, lock_secs: 900 });
        for left in (6..10).rev() {
            assert_eq!(wrong(&world, &anna.person, &here).await, told(left, 0));
        }
        // The fifth wrong password comes from a sign-in in the same browser.
        let fifth = sign_in(&world.core, &origin(), &here, EMAIL, "wrong").await;
        assert_eq!(refusal(fifth), Some(Refusal::WrongCredentials(Tries { left: 5, wait_secs: 30, lock_secs: 900 })));
        let right = change_password(&world.core, &anna.person, &here, PASSWORD, NEW_PASSWORD).await;
        assert_eq!(refusal(right), Some(Refusal::Locked { retry_after_secs: 30 }));
        // A thief of the session who lacks the device's cookie counts as a stranger.
        assert_eq!(wrong(&world, &anna.person, &bringing(&anna.token)).await, told(9, 0));
        world.clock.advance_secs(30);
        change_password(&world.core, &anna.person, &here, PASSWORD, NEW_PASSWORD).await.unwrap();
        let actions = world.actions(anna.person.home).await;
        assert_eq!(actions.iter().filter(|action| *action == "account.sign_in_failed").count(), 6);
        assert_eq!(actions.last().unwrap(), "account.password_changed");
    }
);

each_database!(
    async fn a_broken_rule_is_told_before_the_current_password_is_verified(world: World) {
        let anna = world.owner().await;
        let here = browser(&world, &anna);
        let hashes = world.hashes();
        for (current, new, told) in [
            ("", NEW_PASSWORD, vec![FieldRule::Empty.of("current_password")]),
            ("wrong", "kort fyr", vec![FieldRule::TooShort(15).of("password")]),
            ("wrong", "Passw0rd!2026!!", vec![FieldRule::Common.of("password")]),
            ("wrong", "Anna Lindqvist 1987", vec![FieldRule::Expected.of("password")]),
        ] {
            let refused = change_password(&world.core, &anna.person, &here, current, new).await;
            assert_eq!(refusal(refused), Some(Refusal::Fields(told)), "{new}");
        }
        assert_eq!(world.hashes(), hashes);
        assert_eq!(world.actions(anna.person.home).await, ["portal.set_up"]);
    }
);

each_database!(
    threads = 2,
    async fn of_ten_changes_at_the_same_time_one_is_made(world: World) {
        let anna = world.owner().await;
        let changes: Vec<_> = (0..10)
            .map(|n| {
                let (core, person, here) = (world.core.clone(), anna.person.clone(), browser(&world, &anna));
                let new = format!("en mening med {n} ord till");
                tokio::spawn(async move { change_password(&core, &person, &here, PASSWORD, &new).await })
            })
            .collect();
        let mut done = 0;
        for change in changes {
            match change.await.unwrap() {
                Ok(_) => done += 1,
                Err(error) => assert!(
                    matches!(
                        refusal::<()>(Err(error)),
                        Some(Refusal::WrongPassword(_) | Refusal::Locked { .. } | Refusal::SignedOut)
                    ),
                    "nothing fails"
                ),
            }
        }
        assert_eq!(done, 1);
        assert_eq!(world.number("SELECT credential_version FROM account").await, 2);
    }
);

each_database!(
    async fn a_session_that_has_ended_changes_nothing(world: World) {
        let anna = world.owner().await;
        let gone = world.signed_in(anna.person.home, anna.person.account);
        let here = browser(&world, &anna);
        let refused = change_password(&world.core, &gone, &here, PASSWORD, NEW_PASSWORD).await;
        assert_eq!(refusal(refused), Some(Refusal::SignedOut));
        assert!(world.who(&anna.token).await.is_some(), "rolled back whole");
        sign_in(&world.core, &origin(), &here, EMAIL, PASSWORD).await.unwrap();
    }
);
