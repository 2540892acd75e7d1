//! The effect of an organisation's demand for a second factor.
use crate::kit::{DAY_SECS, MEMBER, Nordhamn, STRONG, demanded, locks_out, secret, set_up, typed};
use portvakt_core::caller::Caller;
use portvakt_core::invitation::{Invitee, invite, register};
use portvakt_core::policy_editor::show;
use portvakt_core::reset;
use portvakt_core::second_factor::remove_code_app;
use portvakt_core::security::security;
use portvakt_core::sign_in::{LIFETIME_SECS, Step, enrol, enrolment, enter_code, stage};
use portvakt_core::testing::{CLARA, PASSWORD, origin, refusal, signed_in, stranger};
use portvakt_core::{each_database, on_sqlite};
use portvakt_model::fault::{FieldRule, Refusal};
use portvakt_model::policy::Demand;
use portvakt_model::role::Role;
use portvakt_model::stage::Stage;
use std::time::Duration;
use tokio::time::timeout;

each_database!(
    async fn an_account_without_the_demanded_factor_sets_it_up_before_it_is_signed_in(nordhamn: Nordhamn) {
        let world = &nordhamn.world;
        let shown = show(&world.core, nordhamn.person(), &typed(&[("second_factor", "1"), ("grace_days", "0")])).await;
        assert_eq!(shown.unwrap().factors.count, 2);
        let done = nordhamn.set(&[("second_factor", "1"), ("grace_days", "0")]).await.unwrap();
        assert_eq!(done.factors.count, 2);
        let token = demanded(&nordhamn, MEMBER, PASSWORD).await;
        assert!(world.who(&token).await.is_none(), "it is no session");
        assert_eq!(stage(&world.core, &token).await.unwrap(), Some(Stage::EnrolSecondFactor));
        for (code, rule) in [("12", FieldRule::NotSixDigits), ("000000", FieldRule::WrongCode)] {
            let refused = refusal(enrol(&world.core, &origin(), &stranger(), &token, code).await.map(|_| ()));
            assert_eq!(refused, Some(Refusal::Fields(vec![rule.of("code")])));
        }
        let none_yet = enter_code(&world.core, &origin(), &stranger(), &token, "123456").await;
        assert_eq!(refusal(none_yet.map(|_| ())), Some(Refusal::SignedOut), "it waits for no code of an app of theirs");
        let (step, secret) = set_up(&nordhamn, &token).await;
        let started = signed_in(step);
        assert!(world.who(&started.token).await.is_some());
        let again = enrol(&world.core, &origin(), &stranger(), &token, &world.code(&secret, 1)).await;
        assert_eq!(refusal(again.map(|_| ())), Some(Refusal::SignedOut), "once");
        let actions = world.actions(nordhamn.person().tenant).await;
        for action in ["session.second_factor_demanded", "account.code_app_added"] {
            assert_eq!(actions.iter().filter(|is| *is == action).count(), 1, "{action}");
        }
        // The next sign-in asks for the code.
        world.clock.advance_secs(60);
        let Step::Waiting(Stage::SecondFactor, token) = nordhamn.sign_in(MEMBER, PASSWORD).await else {
            panic!("not asked for a code")
        };
        let step = enter_code(&world.core, &origin(), &stranger(), &token, &world.code(&secret, 0)).await.unwrap();
        signed_in(step);
    }
);

each_database!(
    async fn neither_a_reset_link_nor_an_invitation_skips_the_demanded_second_factor(nordhamn: Nordhamn) {
        let (world, tenant) = (&nordhamn.world, nordhamn.person().tenant);
        nordhamn.set(&[("second_factor", "1"), ("grace_days", "0")]).await.unwrap();
        let link = world.reset_link(MEMBER).await;
        let chosen = reset::choose_password(&world.core, &origin(), &link, &stranger(), STRONG, "").await.unwrap();
        let Step::Waiting(Stage::EnrolSecondFactor, token) = chosen else { panic!("a link leads in") };
        signed_in(set_up(&nordhamn, &token).await.0);
        let who = Invitee::parse("rut@nordhamn.example", "", "member", "sv").unwrap();
        invite(&world.core, &Caller::from(nordhamn.person().clone()), tenant, &who).await.unwrap();
        let link = world.invitation_token().await;
        let joined = register(&world.core, &origin(), &link, &stranger(), "Rut Ek", STRONG, None).await.unwrap();
        let Step::Waiting(Stage::EnrolSecondFactor, token) = joined else { panic!("an invitation leads in") };
        signed_in(set_up(&nordhamn, &token).await.0);
        let actions = world.actions(tenant).await;
        for action in ["member.joined", "account.password_changed"] {
            assert!(actions.iter().any(|is| is == action), "{action} in {actions:?}");
        }
    }
);

each_database!(
    async fn a_set_up_ends_with_its_time_or_a_change_of_credentials(nordhamn: Nordhamn) {
        let world = &nordhamn.world;
        nordhamn.set(&[("second_factor", "1"), ("grace_days", "0")]).await.unwrap();
        let late = demanded(&nordhamn, MEMBER, PASSWORD).await;
        let secret_of_late = secret(&nordhamn, &late).await;
        world.clock.advance_secs(LIFETIME_SECS);
        let code = world.code(&secret_of_late, 0);
        let done = enrol(&world.core, &origin(), &stranger(), &late, &code).await;
        assert_eq!(refusal(done.map(|_| ())), Some(Refusal::SignedOut));
        assert!(enrolment(&world.core, &late).await.unwrap().is_none());
        let stale = demanded(&nordhamn, MEMBER, PASSWORD).await;
        let code = world.code(&secret(&nordhamn, &stale).await, 0);
        let link = world.reset_link(MEMBER).await;
        reset::choose_password(&world.core, &origin(), &link, &stranger(), STRONG, "").await.unwrap();
        // A thief of the old password learns nothing from the stale sign-in.
        assert!(enrolment(&world.core, &stale).await.unwrap().is_none());
        assert_eq!(stage(&world.core, &stale).await.unwrap(), None);
        let done = enrol(&world.core, &origin(), &stranger(), &stale, &code).await;
        assert_eq!(refusal(done.map(|_| ())), Some(Refusal::SignedOut), "the password has changed since");
        // Of two simultaneous uses of one token one signs in.
        let token = demanded(&nordhamn, MEMBER, STRONG).await;
        let code = world.code(&secret(&nordhamn, &token).await, 0);
        let (from, browser) = (origin(), stranger());
        let go = || enrol(&world.core, &from, &browser, &token, &code);
        let (a, b) = tokio::join!(go(), go());
        assert_eq!([a.is_ok(), b.is_ok()].into_iter().filter(|ok| *ok).count(), 1);
    }
);

each_database!(
    async fn a_shorter_password_is_enough_only_while_a_second_factor_is_demanded(nordhamn: Nordhamn) {
        const SHORT: &str = "fyrljus 47";
        let world = &nordhamn.world;
        nordhamn.set(&[("second_factor", "1"), ("grace_days", "0")]).await.unwrap();
        let token = demanded(&nordhamn, MEMBER, PASSWORD).await;
        let (step, secret) = set_up(&nordhamn, &token).await;
        let started = signed_in(step);
        assert_eq!(security(&world.core, &started.person).await.unwrap().policy.password.min_length_alone, 8);
        world.clock.advance_secs(60);
        let link = world.reset_link(MEMBER).await;
        let code = world.code(&secret, 0);
        let chosen = reset::choose_password(&world.core, &origin(), &link, &stranger(), SHORT, &code).await.unwrap();
        let started = signed_in(chosen);
        let shown = show(&world.core, nordhamn.person(), &typed(&[])).await.unwrap();
        assert_eq!(shown.passwords.people.len(), 1, "only the member's password relied on the second factor");
        nordhamn.set(&[]).await.unwrap();
        assert_eq!(security(&world.core, &started.person).await.unwrap().policy.second_factor.demand, Demand::Optional);
        world.clock.advance_secs(60);
        let Step::Waiting(Stage::SecondFactor, token) = nordhamn.sign_in(MEMBER, SHORT).await else {
            panic!("not asked for a code")
        };
        let step = enter_code(&world.core, &origin(), &stranger(), &token, &world.code(&secret, 0)).await.unwrap();
        assert!(matches!(step, Step::Waiting(Stage::ChoosePassword, _)), "it is too short now");
    }
);

each_database!(
    async fn an_account_that_turns_its_second_factor_off_is_asked_to_set_it_up_again(nordhamn: Nordhamn) {
        let world = &nordhamn.world;
        nordhamn.set(&[("administrative_second_factor", "1"), ("grace_days", "0")]).await.unwrap();
        signed_in(nordhamn.sign_in(MEMBER, PASSWORD).await);
        let token = demanded(&nordhamn, CLARA, PASSWORD).await;
        let started = signed_in(set_up(&nordhamn, &token).await.0);
        remove_code_app(&world.core, &started.person, &stranger()).await.unwrap();
        demanded(&nordhamn, CLARA, PASSWORD).await;
    }
);

each_database!(
    async fn each_sign_in_with_the_password_is_shown_only_its_own_secret(nordhamn: Nordhamn) {
        let world = &nordhamn.world;
        nordhamn.set(&[("second_factor", "1"), ("grace_days", "0")]).await.unwrap();
        let thief = demanded(&nordhamn, MEMBER, PASSWORD).await;
        let owner = demanded(&nordhamn, MEMBER, PASSWORD).await;
        let (theirs, own) = (secret(&nordhamn, &thief).await, secret(&nordhamn, &owner).await);
        assert_ne!(theirs, own);
        let wrong = enrol(&world.core, &origin(), &stranger(), &thief, &world.code(&own, 0)).await;
        assert_eq!(refusal(wrong.map(|_| ())), Some(Refusal::Fields(vec![FieldRule::WrongCode.of("code")])));
        demanded(&nordhamn, MEMBER, PASSWORD).await;
        assert_eq!(secret(&nordhamn, &owner).await, own, "a further sign-in takes nothing away from it");
        signed_in(set_up(&nordhamn, &owner).await.0);
        assert!(enrolment(&world.core, &thief).await.unwrap().is_none());
        assert_eq!(world.number("SELECT count(*) FROM code_app_enrolment").await, 0);
    }
);

each_database!(
    async fn the_people_a_preview_names_are_asked_after_the_save(mut nordhamn: Nordhamn) {
        nordhamn.world.clock.advance_secs(40 * DAY_SECS);
        nordhamn.owner = nordhamn.choose(CLARA, STRONG).await.unwrap();
        nordhamn.add("Rut Ek", "rut@nordhamn.example", Role::Member, PASSWORD).await;
        let done = nordhamn.set(&[("max_age_days", "30")]).await.unwrap();
        assert_eq!(
            done.passwords.people,
            [("Olof Ek".to_owned(), Role::Member)],
            "the others have chosen theirs today"
        );
        nordhamn.choosing(MEMBER, PASSWORD).await;
        signed_in(nordhamn.sign_in("rut@nordhamn.example", PASSWORD).await);
        nordhamn.set(&[("second_factor", "1"), ("grace_days", "20")]).await.unwrap();
        signed_in(nordhamn.sign_in("rut@nordhamn.example", PASSWORD).await);
        let done = nordhamn.set(&[("second_factor", "1"), ("grace_days", "0")]).await.unwrap();
        assert_eq!(done.factors.count, 3, "the days are over for all of them");
        for (email, password) in [(CLARA, STRONG), (MEMBER, PASSWORD), ("rut@nordhamn.example", PASSWORD)] {
            demanded(&nordhamn, email, password).await;
        }
    }
);

each_database!(
    async fn a_save_locks_people_out_only_if_their_number_is_confirmed(nordhamn: Nordhamn) {
        let (world, at_once) = (&nordhamn.world, [("second_factor", "2"), ("grace_days", "0")]);
        let olof = signed_in(nordhamn.sign_in(MEMBER, PASSWORD).await);
        world.code_app(&olof).await;
        let guest = world.vastmark().await.person;
        world.join(nordhamn.person().tenant, guest.account, Role::Administrator).await;
        let of_auditors = [("elevated_second_factor", "2"), ("grace_days", "0")];
        let shown = show(&world.core, nordhamn.person(), &typed(&of_auditors)).await.unwrap();
        assert_eq!((shown.guests, shown.may_be_locked_out()), (1, 0), "she is no auditor");
        let shown = show(&world.core, nordhamn.person(), &typed(&at_once)).await.unwrap();
        let named = ["Clara Ström", "Olof Ek"];
        assert_eq!(shown.locked_out.people.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>(), named);
        assert_eq!((shown.guests_at_risk, shown.may_be_locked_out()), (1, 3));
        for confirmed in [0, 2] {
            assert_eq!(refusal(nordhamn.set_though(&at_once, confirmed).await), Some(locks_out(3)));
        }
        assert_eq!(world.number("SELECT count(*) FROM tenant_policy").await, 0);
        // With grace days only guests need a confirmation: the host does not know the demands of their homes. Where a
        // code app is enough, nobody does.
        let enough =
            [([("second_factor", "2"), ("grace_days", "1")], 1), ([("second_factor", "1"), ("grace_days", "0")], 0)];
        for (rules, guests) in enough {
            let shown = show(&world.core, nordhamn.person(), &typed(&rules)).await.unwrap();
            assert_eq!((shown.locked_out.count, shown.may_be_locked_out()), (0, guests));
            nordhamn.set_though(&rules, guests).await.unwrap();
        }
        nordhamn.set_though(&at_once, 3).await.unwrap();
        let (kept,): (Vec<u8>,) =
            sqlx::query_as("SELECT changes FROM audit_event WHERE action = 'policy.changed' ORDER BY seq DESC")
                .fetch_one(&world.raw)
                .await
                .unwrap();
        let kept = String::from_utf8_lossy(&kept).into_owned();
        let told = kept.split_once("may_be_locked_out").unwrap().1.trim_start_matches(|c: char| !c.is_alphanumeric());
        assert!(told.starts_with('3'), "the log has the confirmed number: {kept}");
        let Step::Waiting(Stage::SecondFactor, _) = nordhamn.sign_in(MEMBER, PASSWORD).await else { panic!("no code") };
        demanded(&nordhamn, "eva@vastmark.example", PASSWORD).await;
        let owner = demanded(&nordhamn, CLARA, PASSWORD).await;
        assert!(
            enrolment(&world.core, &owner).await.unwrap().unwrap().code_app.is_none(),
            "only a passkey lets them in"
        );
        // People who are locked out already are not counted again.
        let longer = [("second_factor", "2"), ("grace_days", "0"), ("min_digits", "1")];
        assert_eq!(nordhamn.set(&longer).await.unwrap().may_be_locked_out(), 0);
    }
);

on_sqlite!(
    /// On SQLite, which has one writer: repeated refusals keep no other account from signing in.
    async fn a_save_refused_for_locking_people_out_never_waits_for_a_writer(nordhamn: Nordhamn) {
        let at_once = [("second_factor", "2"), ("grace_days", "0")];
        // Reads the session first: its last use is written down some time later, not by the saves below.
        nordhamn.world.who(&nordhamn.owner.token).await.unwrap();
        let mut writer = nordhamn.world.raw.acquire().await.unwrap();
        sqlx::query("BEGIN IMMEDIATE").execute(&mut *writer).await.unwrap();
        assert_eq!(refusal(nordhamn.set_though(&at_once, 1).await), Some(locks_out(2)));
        let saves = timeout(Duration::from_millis(300), nordhamn.set_though(&at_once, 2));
        assert!(saves.await.is_err(), "the confirmed save waits for the writer");
        sqlx::query("ROLLBACK").execute(&mut *writer).await.unwrap();
    }
);
