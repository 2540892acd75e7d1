use crate::kit::{ASKED, CHANGED, CONFIRM, DAY_SECS, Moving, NEW, OTHER, SECOND, STOPPED, TAKEN};
use portvakt_core::address::{
    ask, ask_notification, confirm, confirm_notification, list, of_link, remove_notification, stop,
};
use portvakt_core::caller::Caller;
use portvakt_core::each_database;
use portvakt_core::import::{Faulty, Fields, ImportLine, LineFault, check};
use portvakt_core::link_holder::is_open;
use portvakt_core::member::add;
use portvakt_core::reset::recover;
use portvakt_core::security::change_password;
use portvakt_core::testing::{
    EMAIL, NEW_PASSWORD, PASSWORD, choose_password, is_wrong, new_person, origin, refusal, sign_in, stranger,
};
use portvakt_model::fault::{FieldRule, Refusal};
use portvakt_model::link::LinkKind;
use portvakt_model::policy::Policy;
use portvakt_model::role::Role;

each_database!(
    async fn an_address_that_may_come_back_is_not_imported(moving: Moving) {
        let (confirming, _) = moving.asked(NEW, EMAIL).await;
        confirm(moving.core(), &origin(), &confirming).await.unwrap();
        let fields = Fields {
            email: EMAIL.to_uppercase(),
            name: "Anna Berg".to_owned(),
            role: "member".to_owned(),
            language: "sv".to_owned(),
            password_hash: String::new(),
        };
        let line = || ImportLine { number: 2, fields: Ok(fields.clone()) };
        let checked = check(moving.core(), vec![line()]).await.unwrap();
        assert_eq!(checked.faults, [Faulty { line: 2, fault: LineFault::Exists }]);
        moving.post.world.clock.advance_secs(8 * DAY_SECS);
        assert!(check(moving.core(), vec![line()]).await.unwrap().faults.is_empty());
    }
);

each_database!(
    async fn an_address_is_changed_by_the_link_that_was_mailed_to_it_and_told_to_both(moving: Moving) {
        let (core, post) = (moving.core(), &moving.post);
        let (confirming, stopping) = moving.asked(NEW, EMAIL).await;
        assert_eq!(post.subjects_to(NEW), [CONFIRM]);
        assert_eq!(post.subjects_to(EMAIL), [ASKED]);
        let listed = list(core, moving.person()).await.unwrap();
        assert_eq!((listed.email.as_str(), listed.email_asked.unwrap().email.as_str()), (EMAIL, NEW));
        // Until then the new address signs nobody in.
        assert!(is_wrong(sign_in(core, &origin(), &stranger(), NEW, PASSWORD).await));
        let reset = recover(core, EMAIL).await.unwrap();
        ask_notification(core, moving.person(), SECOND).await.unwrap();
        post.send().await;
        let second = post.link(LinkKind::Notification, SECOND).unwrap();

        // Opening a link does not use it up.
        for _ in 0..3 {
            assert!(is_open(core, LinkKind::Email, &confirming).await.unwrap());
            assert!(is_open(core, LinkKind::EmailStop, &stopping).await.unwrap());
            assert_eq!(of_link(core, LinkKind::Email, &confirming).await.unwrap(), NEW);
            assert_eq!(of_link(core, LinkKind::EmailStop, &stopping).await.unwrap(), EMAIL);
        }
        assert!(!is_open(core, LinkKind::Reset, &confirming).await.unwrap(), "a link is for one thing");
        assert!(!is_open(core, LinkKind::Email, &stopping).await.unwrap());
        confirm(core, &origin(), &confirming).await.unwrap();
        assert_eq!(refusal(confirm(core, &origin(), &confirming).await), Some(Refusal::NotFound), "once");
        post.send().await;
        assert_eq!(post.subjects_to(NEW), [CONFIRM, CHANGED]);
        assert_eq!(post.subjects_to(EMAIL), [ASKED, CHANGED]);
        let seen = post.world.who(&moving.anna.token).await.unwrap();
        assert_eq!(seen.email, NEW, "the session goes on, and knows at once");
        let listed = list(core, moving.person()).await.unwrap();
        assert_eq!((listed.email_asked, listed.notification_asked), (None, None));

        // Threats, T8: every link mailed to the old address is void, except the stop link.
        for (kind, link) in [(LinkKind::Reset, &reset), (LinkKind::Notification, &second)] {
            assert!(!is_open(core, kind, link).await.unwrap(), "{kind:?}");
        }
        assert!(is_open(core, LinkKind::EmailStop, &stopping).await.unwrap());
        assert!(is_wrong(sign_in(core, &origin(), &stranger(), EMAIL, PASSWORD).await));
        sign_in(core, &origin(), &stranger(), &NEW.to_uppercase(), PASSWORD).await.unwrap();
        let actions = post.world.actions(moving.person().home).await;
        assert_eq!(
            actions[2..],
            [
                "account.address_change_asked",
                "account.reset_link_issued",
                "account.notification_address_asked",
                "account.address_changed",
                "session.started",
            ]
        );
    }
);

each_database!(
    async fn an_address_that_is_taken_is_answered_alike_and_its_owner_is_told_instead(moving: Moving) {
        let (core, post) = (moving.core(), &moving.post);
        moving.karim().await;
        moving.ask(&OTHER.to_uppercase()).await.unwrap();
        post.send().await;
        assert_eq!(post.subjects_to(OTHER), [TAKEN]);
        assert_eq!(post.subjects_to(EMAIL), [ASKED]);
        assert_eq!(post.server.taken().len(), 2, "no link was mailed for the taken address");
        let taken = list(core, moving.person()).await.unwrap().email_asked.unwrap();
        let in_log = post.world.actions(moving.person().home).await;
        moving.ask(NEW).await.unwrap();
        let free = list(core, moving.person()).await.unwrap().email_asked.unwrap();
        assert_eq!(taken.ends_at, free.ends_at, "the page shows both alike");
        assert_eq!(in_log.last(), post.world.actions(moving.person().home).await.last());
        // Above the mail limit a taken and a free address are refused alike.
        post.world.clock.advance_secs(DAY_SECS);
        for email in [OTHER, NEW] {
            let mut told = Vec::new();
            for _ in 0..4 {
                told.push(refusal(moving.ask(email).await));
            }
            assert_eq!(told, [None, None, None, Some(Refusal::TooManyMails { retry_after_secs: 3600 })], "{email}");
            post.world.clock.advance_secs(3601);
        }
    }
);

each_database!(
    async fn a_change_needs_another_valid_address_and_the_password(moving: Moving) {
        let (core, person) = (moving.core(), moving.person());
        for (email, password, told) in [
            ("anna", PASSWORD, vec![FieldRule::NotAnEmail.of("email")]),
            (EMAIL, PASSWORD, vec![FieldRule::Unchanged.of("email")]),
            ("", "", vec![FieldRule::Empty.of("email"), FieldRule::Empty.of("current_password")]),
        ] {
            let refused = ask(core, person, &moving.known, email, password).await;
            assert_eq!(refusal(refused), Some(Refusal::Fields(told)), "{email}");
        }
        for _ in 0..4 {
            let wrong = ask(core, person, &moving.known, NEW, "wrong").await;
            assert!(matches!(refusal(wrong), Some(Refusal::WrongPassword(_))));
        }
        // Wrong passwords count as at a sign-in.
        let fifth = ask(core, person, &moving.known, NEW, "wrong").await;
        assert!(
            matches!(refusal(fifth), Some(Refusal::WrongPassword(tries)) if tries.left == 5 && tries.wait_secs == 30)
        );
        assert_eq!(refusal(moving.ask(NEW).await), Some(Refusal::Locked { retry_after_secs: 30 }));
        moving.post.world.clock.advance_secs(30);
        assert_eq!(moving.post.send().await, 0);
        // Another spelling of the account's own address is a change.
        moving.asked(&EMAIL.to_uppercase(), EMAIL).await;
        let link = moving.post.link(LinkKind::Email, &EMAIL.to_uppercase()).unwrap();
        confirm(core, &origin(), &link).await.unwrap();
        assert_eq!(moving.email().await, EMAIL.to_uppercase());
        sign_in(core, &origin(), &stranger(), EMAIL, PASSWORD).await.unwrap();
    }
);

each_database!(
    async fn a_change_is_stopped_before_it_is_made(moving: Moving) {
        let (core, post) = (moving.core(), &moving.post);
        let (confirming, stopping) = moving.asked(NEW, EMAIL).await;
        let reset = stop(core, &origin(), &stopping).await.unwrap();
        assert_eq!(refusal(stop(core, &origin(), &stopping).await), Some(Refusal::NotFound), "once");
        assert_eq!(refusal(confirm(core, &origin(), &confirming).await), Some(Refusal::NotFound));
        assert_eq!(moving.email().await, EMAIL);
        assert!(post.world.who(&moving.anna.token).await.is_none(), "every session has ended");
        assert!(
            is_wrong(sign_in(core, &origin(), &stranger(), EMAIL, PASSWORD).await),
            "the password that the attacker knew is void"
        );
        choose_password(core, &origin(), &reset, &stranger(), NEW_PASSWORD, "").await.unwrap();
        sign_in(core, &origin(), &stranger(), EMAIL, NEW_PASSWORD).await.unwrap();
        post.send().await;
        assert_eq!(post.subjects_to(NEW), [CONFIRM], "it never was theirs");
        assert_eq!(post.subjects_to(EMAIL)[..2], [ASKED, STOPPED]);
        let actions = post.world.actions(moving.person().home).await;
        assert_eq!(
            actions[2..5],
            ["account.address_change_asked", "account.address_change_stopped", "account.sign_in_failed"]
        );
    }
);

each_database!(
    async fn a_change_can_be_stopped_for_days_despite_later_changes(moving: Moving) {
        let (core, post) = (moving.core(), &moving.post);
        let (confirming, stopping) = moving.asked(NEW, EMAIL).await;
        confirm(core, &origin(), &confirming).await.unwrap();
        // The intruder has taken the address and now tries to keep it.
        post.world.clock.advance_secs(DAY_SECS / 2);
        let (confirming, later) = moving.asked("tredje@evil.example", NEW).await;
        confirm(core, &origin(), &confirming).await.unwrap();
        let browser = post.world.known_browser(&moving.anna);
        let mine = change_password(core, moving.person(), &browser, PASSWORD, NEW_PASSWORD).await.unwrap();
        post.world.clock.advance_secs(6 * DAY_SECS);
        // The old address is still reserved for its owner.
        let taken = add(core, &Caller::Command, moving.person().home, &new_person("Eve", EMAIL), Role::Member).await;
        assert_eq!(refusal(taken), Some(Refusal::Fields(vec![FieldRule::Taken.of("email")])));

        let reset = stop(core, &origin(), &stopping).await.unwrap();
        assert_eq!(moving.email().await, EMAIL);
        assert!(post.world.who(&mine.token).await.is_none());
        assert_eq!(
            refusal(stop(core, &origin(), &later).await),
            Some(Refusal::NotFound),
            "the later change's stop link is void"
        );
        post.send().await;
        assert_eq!(post.subjects_to("tredje@evil.example").last().unwrap(), STOPPED);
        assert_eq!(post.subjects_to(EMAIL).last().unwrap(), STOPPED);
        choose_password(core, &origin(), &reset, &stranger(), "en tredje mening till", "").await.unwrap();
        sign_in(core, &origin(), &stranger(), EMAIL, "en tredje mening till").await.unwrap();
    }
);

each_database!(
    async fn links_expire_and_the_old_address_becomes_free(moving: Moving) {
        let (core, post) = (moving.core(), &moving.post);
        let (confirming, stopping) = moving.asked(NEW, EMAIL).await;
        confirm(core, &origin(), &confirming).await.unwrap();
        post.world.clock.advance_secs(LinkKind::EmailStop.lifetime_secs(Policy::FLOOR.links));
        assert!(!is_open(core, LinkKind::EmailStop, &stopping).await.unwrap());
        assert_eq!(refusal(stop(core, &origin(), &stopping).await), Some(Refusal::NotFound));
        add(core, &Caller::Command, moving.person().home, &new_person("Eva", EMAIL), Role::Member).await.unwrap();
        portvakt_core::housekeeping::round(core).await.unwrap();
        assert_eq!(post.world.number("SELECT count(*) FROM address_stop").await, 0);

        let (confirming, _) = moving.asked("tredje@nordhamn.example", NEW).await;
        post.world.clock.advance_secs(LinkKind::Email.lifetime_secs(Policy::FLOOR.links));
        assert_eq!(refusal(confirm(core, &origin(), &confirming).await), Some(Refusal::NotFound));
        let (older, _) = moving.asked("fjarde@nordhamn.example", NEW).await;
        moving.asked("femte@nordhamn.example", NEW).await;
        assert_eq!(
            refusal(confirm(core, &origin(), &older).await),
            Some(Refusal::NotFound),
            "only the newest link works"
        );
    }
);

each_database!(
    async fn a_new_password_voids_an_intruders_change_of_address(moving: Moving) {
        let (confirming, _) = moving.asked(NEW, EMAIL).await;
        let reset = recover(moving.core(), EMAIL).await.unwrap();
        choose_password(moving.core(), &origin(), &reset, &stranger(), NEW_PASSWORD, "").await.unwrap();
        assert_eq!(refusal(confirm(moving.core(), &origin(), &confirming).await), Some(Refusal::NotFound));
        assert_eq!(moving.email().await, EMAIL);
    }
);

each_database!(
    async fn no_address_changes_after_the_end_of_its_home_organisation(moving: Moving) {
        let (core, person) = (moving.core(), moving.person());
        let (confirming, stopping) = moving.asked(NEW, EMAIL).await;
        ask_notification(core, person, SECOND).await.unwrap();
        moving.post.send().await;
        let second = moving.post.link(LinkKind::Notification, SECOND).unwrap();
        moving.post.world.sql("DELETE FROM tenant_key").await;
        assert_eq!(refusal(confirm(core, &origin(), &confirming).await), Some(Refusal::NotFound));
        assert_eq!(refusal(stop(core, &origin(), &stopping).await), Some(Refusal::NotFound));
        assert_eq!(refusal(confirm_notification(core, &origin(), &second).await), Some(Refusal::NotFound));
        assert_eq!(refusal(ask_notification(core, person, "a@b.example").await), Some(Refusal::NotFound));
        assert!(matches!(refusal(moving.ask("a@b.example").await), Some(Refusal::WrongPassword(_))));
        assert_eq!(moving.email().await, EMAIL);
    }
);

each_database!(
    async fn a_caller_of_another_home_neither_sees_nor_changes_the_addresses(moving: Moving) {
        let (core, world) = (moving.core(), &moving.post.world);
        let elsewhere = core.random.id(core.clock.now());
        let eve = world.signed_in(elsewhere, moving.person().account);
        assert_eq!(refusal(list(core, &eve).await), Some(Refusal::NotFound));
        assert_eq!(refusal(ask(core, &eve, &moving.known, NEW, PASSWORD).await), Some(Refusal::NotFound));
        assert_eq!(refusal(ask_notification(core, &eve, SECOND).await), Some(Refusal::NotFound));
        remove_notification(core, &eve).await.unwrap();
        assert_eq!(moving.post.send().await, 0);
    }
);
