use crate::post::Post;
use portvakt_core::Core;
use portvakt_core::address::{
    ask, ask_notification, confirm, confirm_notification, list, of_link, remove_notification, stop,
};
use portvakt_core::caller::{Caller, Person};
use portvakt_core::each_database;
use portvakt_core::error::CoreError;
use portvakt_core::import::{Faulty, Fields, Line, LineFault, check};
use portvakt_core::known_device::KnownDevices;
use portvakt_core::links::is_open;
use portvakt_core::member::add;
use portvakt_core::reset::recover;
use portvakt_core::security::change_password;
use portvakt_core::session::Started;
use portvakt_core::testing::{
    EMAIL, Fixture, PASSWORD, World, choose_password, is_wrong, new_person, origin, refusal, sign_in, stranger,
};
use portvakt_core::token::Token;
use portvakt_model::fault::{FieldRule, Refusal};
use portvakt_model::link::LinkKind;
use portvakt_model::policy::Policy;
use portvakt_model::role::Role;
use std::sync::{Arc, Mutex};

const NEW: &str = "anna.oberg@nordhamn.example";
const OTHER: &str = "karim.bensaid@nordhamn.example";
const SECOND: &str = "anna@hemma.example";
const DAY_SECS: i64 = 24 * 60 * 60;

const CONFIRM: &str = "Bekräfta din nya e-postadress";
const ASKED: &str = "Din e-postadress är på väg att bytas";
const TAKEN: &str = "Någon ville använda din e-postadress";
const CHANGED: &str = "Din e-postadress har bytts";
const STOPPED: &str = "Bytet av din e-postadress är stoppat";

/// A portal whose owner is signed in on a device that is known.
struct Moving {
    post: Post,
    anna: Started,
    known: KnownDevices,
}

impl Fixture for Moving {
    async fn of(world: World) -> Self {
        let post = Post::of(world).await;
        let anna = sign_in(&post.world.core, &origin(), &stranger(), EMAIL, PASSWORD).await.unwrap();
        let known = KnownDevices::open(&post.world.core, &anna.devices);
        post.send().await;
        post.server.forget();
        Self { post, anna, known }
    }
}

impl Moving {
    fn core(&self) -> &Core {
        &self.post.world.core
    }

    fn person(&self) -> &Person {
        &self.anna.person
    }

    async fn ask(&self, email: &str) -> Result<(), CoreError> {
        ask(self.core(), self.person(), &self.known, email, PASSWORD).await
    }

    /// Asks for an address; the links that confirm it and that stop it.
    async fn asked(&self, email: &str, old: &str) -> (Token, Token) {
        self.ask(email).await.unwrap();
        self.post.send().await;
        let link = |kind, to| self.post.link(kind, to).unwrap();
        (link(LinkKind::Email, email), link(LinkKind::EmailStop, old))
    }

    /// Somebody else of the operator.
    async fn karim(&self) {
        let tenant = self.person().home;
        let karim = new_person("Karim Bensaid", OTHER);
        add(self.core(), &Caller::Command, tenant, &karim, Role::Member).await.unwrap();
    }

    async fn email(&self) -> String {
        list(self.core(), self.person()).await.unwrap().email
    }
}

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
        let line = || Line { number: 2, fields: Ok(fields.clone()) };
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
        // Until then it is nobody's.
        assert!(is_wrong(sign_in(core, &origin(), &stranger(), NEW, PASSWORD).await));
        let reset = recover(core, EMAIL).await.unwrap();
        ask_notification(core, moving.person(), SECOND).await.unwrap();
        post.send().await;
        let second = post.link(LinkKind::Notification, SECOND).unwrap();

        // Looking at a link does not use it.
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

        // Threats, T8: what was mailed to the old address is void, but for what stops the change.
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
        assert_eq!(post.server.taken().len(), 2, "nobody got a link to it");
        let taken = list(core, moving.person()).await.unwrap().email_asked.unwrap();
        let in_log = post.world.actions(moving.person().home).await;
        moving.ask(NEW).await.unwrap();
        let free = list(core, moving.person()).await.unwrap().email_asked.unwrap();
        assert_eq!(taken.ends_at, free.ends_at, "the page shows both alike");
        assert_eq!(in_log.last(), post.world.actions(moving.person().home).await.last());
        // Both are refused alike when an address got too many.
        post.world.clock.advance_secs(DAY_SECS);
        for email in [OTHER, NEW] {
            let mut told = Vec::new();
            for _ in 0..4 {
                told.push(refusal(moving.ask(email).await));
            }
            assert_eq!(told, [None, None, None, Some(Refusal::TooMany { retry_after_secs: 3600 })], "{email}");
            post.world.clock.advance_secs(3601);
        }
    }
);

each_database!(
    async fn an_address_that_somebody_got_meanwhile_is_not_given_twice(moving: Moving) {
        let (confirming, _) = moving.asked(OTHER, EMAIL).await;
        moving.karim().await;
        assert_eq!(refusal(confirm(moving.core(), &origin(), &confirming).await), Some(Refusal::NotFound));
        assert_eq!(moving.email().await, EMAIL);
    }
);

each_database!(
    threads = 2,
    async fn of_two_who_confirm_one_address_at_the_same_time_one_gets_it(moving: Moving) {
        let (core, post) = (moving.core(), &moving.post);
        for round in 0..10 {
            post.world.clock.advance_secs(8 * DAY_SECS);
            let email = format!("gemensam{round}@nordhamn.example");
            let old = moving.email().await;
            let (hers, _) = moving.asked(&email, &old).await;
            // As if Karim had asked for it as well.
            let home = moving.person().home;
            let karim = new_person("Karim", &format!("karim{round}@nordhamn.example"));
            let karim = add(core, &Caller::Command, home, &karim, Role::Member).await.unwrap();
            let karim = post.world.signed_in(home, karim);
            ask_notification(core, &karim, &email).await.unwrap();
            post.send().await;
            let his = post.link(LinkKind::Notification, &email).unwrap();
            post.world.sql("UPDATE link SET kind = 'email' WHERE kind = 'notification'").await;
            let other = post.world.again(&post.world.settings).await.unwrap();
            let (origin_a, origin_b) = (origin(), origin());
            let (a, b) = tokio::join!(confirm(core, &origin_a, &hers), confirm(&other, &origin_b, &his));
            assert_ne!(a.is_ok(), b.is_ok(), "round {round}");
            assert_eq!(refusal(a.and(b)), Some(Refusal::NotFound), "round {round}");
        }
    }
);

each_database!(
    async fn what_is_no_other_address_or_lacks_the_password_is_refused(moving: Moving) {
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
        // They count as at a sign-in.
        let fifth = ask(core, person, &moving.known, NEW, "wrong").await;
        assert!(
            matches!(refusal(fifth), Some(Refusal::WrongPassword(tries)) if tries.left == 5 && tries.wait_secs == 30)
        );
        assert_eq!(refusal(moving.ask(NEW).await), Some(Refusal::Locked { retry_after_secs: 30 }));
        moving.post.world.clock.advance_secs(30);
        assert_eq!(moving.post.send().await, 0);
        // Another spelling of one's own address is a change.
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
        assert!(post.world.who(&moving.anna.token).await.is_none(), "everybody is signed out");
        assert!(is_wrong(sign_in(core, &origin(), &stranger(), EMAIL, PASSWORD).await), "whoever asked knew it");
        choose_password(core, &origin(), &reset, &stranger(), "en helt annan mening", "").await.unwrap();
        sign_in(core, &origin(), &stranger(), EMAIL, "en helt annan mening").await.unwrap();
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
    async fn a_change_is_stopped_for_days_after_it_was_made_whatever_came_after_it(moving: Moving) {
        let (core, post) = (moving.core(), &moving.post);
        let (confirming, stopping) = moving.asked(NEW, EMAIL).await;
        confirm(core, &origin(), &confirming).await.unwrap();
        // Whoever has it now tries to get away with it.
        post.world.clock.advance_secs(DAY_SECS / 2);
        let (confirming, later) = moving.asked("tredje@evil.example", NEW).await;
        confirm(core, &origin(), &confirming).await.unwrap();
        let browser = post.world.known_browser(&moving.anna);
        let mine = change_password(core, moving.person(), &browser, PASSWORD, "en helt annan mening").await.unwrap();
        post.world.clock.advance_secs(6 * DAY_SECS);
        // The old address is still kept for its owner.
        let taken = add(core, &Caller::Command, moving.person().home, &new_person("Eve", EMAIL), Role::Member).await;
        assert_eq!(refusal(taken), Some(Refusal::Fields(vec![FieldRule::Taken.of("email")])));

        let reset = stop(core, &origin(), &stopping).await.unwrap();
        assert_eq!(moving.email().await, EMAIL);
        assert!(post.world.who(&mine.token).await.is_none());
        assert_eq!(refusal(stop(core, &origin(), &later).await), Some(Refusal::NotFound), "that address was theirs");
        post.send().await;
        assert_eq!(post.subjects_to("tredje@evil.example").last().unwrap(), STOPPED);
        assert_eq!(post.subjects_to(EMAIL).last().unwrap(), STOPPED);
        choose_password(core, &origin(), &reset, &stranger(), "en tredje mening till", "").await.unwrap();
        sign_in(core, &origin(), &stranger(), EMAIL, "en tredje mening till").await.unwrap();
    }
);

each_database!(
    async fn links_end_and_so_does_the_old_address(moving: Moving) {
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
        assert_eq!(refusal(confirm(core, &origin(), &older).await), Some(Refusal::NotFound), "the newest alone");
    }
);

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
        assert!(is_wrong(sign_in(core, &origin(), &stranger(), SECOND, PASSWORD).await), "nobody signs in with it");
        post.send().await;
        post.server.forget();

        // A new device, a lock, a new address, a new password, and the end of it.
        post.world.clock.advance_secs(3601);
        sign_in(core, &origin(), &stranger(), EMAIL, PASSWORD).await.unwrap();
        for _ in 0..12 {
            let _ = sign_in(core, &origin(), &stranger(), EMAIL, "wrong").await;
            post.world.clock.advance_secs(600);
        }
        let (confirming, _) = moving.asked(NEW, EMAIL).await;
        confirm(core, &origin(), &confirming).await.unwrap();
        let browser = post.world.known_browser(&moving.anna);
        change_password(core, person, &browser, PASSWORD, "en helt annan mening").await.unwrap();
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
            "what stops it goes to the old address alone"
        );
        let browser = post.world.known_browser(&moving.anna);
        sign_in(core, &origin(), &browser, NEW, "en helt annan mening").await.unwrap();
        post.send().await;
        assert_eq!(post.subjects_to(SECOND).len(), told.len());
        let actions = post.world.actions(person.home).await;
        let changes = actions.iter().filter(|action| *action == "account.notification_address_changed").count();
        assert_eq!(changes, 2, "to remove nothing is no event");
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

each_database!(
    async fn a_new_password_makes_a_change_void_that_somebody_else_asked_for(moving: Moving) {
        let (confirming, _) = moving.asked(NEW, EMAIL).await;
        let reset = recover(moving.core(), EMAIL).await.unwrap();
        choose_password(moving.core(), &origin(), &reset, &stranger(), "en helt annan mening", "").await.unwrap();
        assert_eq!(refusal(confirm(moving.core(), &origin(), &confirming).await), Some(Refusal::NotFound));
        assert_eq!(moving.email().await, EMAIL);
    }
);

each_database!(
    async fn nobody_changes_an_address_whose_home_has_ended(moving: Moving) {
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
    async fn nobody_touches_the_addresses_of_another_home(moving: Moving) {
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

/// Threats, T9: of fifty uses at the same time one succeeds, and nothing fails.
async fn race<F>(round: usize, uses: impl Fn() -> F)
where
    F: Future<Output = Result<(), CoreError>> + Send + 'static,
{
    let uses: Vec<_> = (0..50).map(|_| tokio::spawn(uses())).collect();
    let mut done = 0;
    for used in uses {
        match used.await.unwrap() {
            Ok(()) => done += 1,
            Err(error) => assert_eq!(refusal::<()>(Err(error)), Some(Refusal::NotFound), "round {round}"),
        }
    }
    assert_eq!(done, 1, "round {round}");
}

each_database!(
    threads = 2,
    async fn of_fifty_uses_of_a_link_about_an_address_at_the_same_time_one_succeeds_twenty_times(moving: Moving) {
        let core = moving.core();
        let mut password = PASSWORD.to_owned();
        for round in 0..20 {
            moving.post.world.clock.advance_secs(DAY_SECS);
            let new = format!("anna{round}@nordhamn.example");
            ask(core, moving.person(), &KnownDevices::default(), &new, &password).await.unwrap();
            moving.post.send().await;
            let confirming = moving.post.link(LinkKind::Email, &new).unwrap();
            let stopping = moving.post.link(LinkKind::EmailStop, EMAIL).unwrap();
            moving.post.server.forget();
            race(round, || {
                let (core, link) = (core.clone(), confirming.clone());
                async move { confirm(&core, &origin(), &link).await }
            })
            .await;
            assert_eq!(moving.email().await, new);
            let reset = Arc::new(Mutex::new(None));
            race(round, || {
                let (core, link, reset) = (core.clone(), stopping.clone(), reset.clone());
                async move {
                    let token = stop(&core, &origin(), &link).await?;
                    *reset.lock().unwrap() = Some(token);
                    Ok(())
                }
            })
            .await;
            assert_eq!(moving.email().await, EMAIL);
            let reset = reset.lock().unwrap().take().unwrap();
            password = format!("runda {round} och en mening till");
            choose_password(core, &origin(), &reset, &stranger(), &password, "").await.unwrap();
            moving.post.send().await;
        }
    }
);
