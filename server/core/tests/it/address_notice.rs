//! The second address, which also gets notices.
use crate::kit::{ASKED, CHANGED, CONFIRM, Moving, NEW, SECOND};
use portvakt_core::address::{ask_notification, confirm, confirm_notification, list, of_link, remove_notification};
use portvakt_core::each_database;
use portvakt_core::security::change_password;
use portvakt_core::testing::{EMAIL, NEW_PASSWORD, PASSWORD, is_wrong, origin, refusal, sign_in, stranger};
use portvakt_model::fault::{FieldRule, Refusal};
use portvakt_model::link::LinkKind;

each_database!(
    async fn notices_go_to_a_second_address_once_it_is_confirmed_and_until_it_is_removed(moving: Moving) {
        let (core, post, person) = (moving.core(), &moving.post, moving.person());
        for (email, rule) in [("x", FieldRule::NotAnEmail), (EMAIL, FieldRule::Unchanged), ("", FieldRule::Empty)] {
            let refused = ask_notification(core, person, email).await;
            assert_eq!(refusal(refused), Some(Refusal::Fields(vec![rule.of("notification_email")])), "{email}");
        }
        ask_notification(core, person, SECOND).await.unwrap();
        sign_in(core, &origin(), &stranger(), EMAIL, PASSWORD).await.unwrap();
        post.send().await;
        assert_eq!(post.subjects_to(SECOND), ["Bekräfta adressen för meddelanden"], "not before it is confirmed");
        let link = post.link(LinkKind::Notification, SECOND).unwrap();
        assert_eq!(of_link(core, LinkKind::Notification, &link).await.unwrap(), SECOND);
        confirm_notification(core, &origin(), &link).await.unwrap();
        assert_eq!(refusal(confirm_notification(core, &origin(), &link).await), Some(Refusal::NotFound));
        assert!(
            is_wrong(sign_in(core, &origin(), &stranger(), SECOND, PASSWORD).await),
            "the second address signs nobody in"
        );
        post.send().await;
        post.server.forget();

        // Notices: a new device, a lock, a new address, a new password and the removal of the second address.
        post.world.clock.advance_secs(3601);
        sign_in(core, &origin(), &stranger(), EMAIL, PASSWORD).await.unwrap();
        for _ in 0..12 {
            let _ = sign_in(core, &origin(), &stranger(), EMAIL, "wrong").await;
            post.world.clock.advance_secs(600);
        }
        let (confirming, _) = moving.asked(NEW, EMAIL).await;
        confirm(core, &origin(), &confirming).await.unwrap();
        let browser = post.world.known_browser(&moving.anna);
        // Mails with the same time leave in any order.
        post.world.clock.advance_secs(1);
        change_password(core, person, &browser, PASSWORD, NEW_PASSWORD).await.unwrap();
        post.world.clock.advance_secs(1);
        remove_notification(core, person).await.unwrap();
        remove_notification(core, person).await.unwrap();
        post.send().await;
        let told = [
            "Inloggning på en ny enhet",
            "För många felaktiga lösenord",
            ASKED,
            CHANGED,
            "Ditt lösenord har bytts",
            "En adress för meddelanden är borttagen",
        ];
        assert_eq!(post.subjects_to(SECOND), told);
        assert_eq!(post.subjects_to(EMAIL), told[..4]);
        assert_eq!(post.subjects_to(NEW), [CONFIRM, CHANGED, told[4], told[5]]);
        assert_eq!(
            post.link(LinkKind::EmailStop, SECOND).map(drop),
            None,
            "the stop link goes to the old address alone"
        );
        let browser = post.world.known_browser(&moving.anna);
        sign_in(core, &origin(), &browser, NEW, NEW_PASSWORD).await.unwrap();
        post.send().await;
        assert_eq!(post.subjects_to(SECOND).len(), told.len());
        let actions = post.world.actions(person.home).await;
        let changes = actions.iter().filter(|action| *action == "account.notification_address_changed").count();
        assert_eq!(changes, 2, "removing no address is no event");
    }
);

each_database!(
    async fn a_second_address_that_becomes_the_first_is_told_once(moving: Moving) {
        let (core, post) = (moving.core(), &moving.post);
        ask_notification(core, moving.person(), SECOND).await.unwrap();
        post.send().await;
        confirm_notification(core, &origin(), &post.link(LinkKind::Notification, SECOND).unwrap()).await.unwrap();
        let (confirming, _) = moving.asked(SECOND, EMAIL).await;
        confirm(core, &origin(), &confirming).await.unwrap();
        let listed = list(core, moving.person()).await.unwrap();
        assert_eq!((listed.email.as_str(), listed.notification), (SECOND, None));
        post.send().await;
        assert_eq!(post.subjects_to(SECOND).iter().filter(|subject| *subject == CHANGED).count(), 1);
    }
);
