//! What happens to people whose organisation demands a second factor.
use crate::policy::{Nordhamn, STRONG, typed};
use portvakt_core::caller::Caller;
use portvakt_core::home::home;
use portvakt_core::invitation::{Invitee, invite, register};
use portvakt_core::policy::show;
use portvakt_core::reset;
use portvakt_core::second_factor::remove;
use portvakt_core::security::security;
use portvakt_core::session::Started;
use portvakt_core::sign_in::{LIFETIME_SECS, Step, enrol, enrolment, enter_code, stage};
use portvakt_core::testing::{PASSWORD, origin, refusal, stranger};
use portvakt_core::token::Token;
use portvakt_core::user::act;
use portvakt_model::fault::{FieldRule, Refusal};
use portvakt_model::policy::Demand;
use portvakt_model::role::Role;
use portvakt_model::stage::Stage;
use portvakt_model::user::Act;

const OWNER: &str = "clara@nordhamn.example";
const MEMBER: &str = "olof@nordhamn.example";
const DAY_SECS: i64 = 24 * 60 * 60;

/// A sign-in that waits for a second factor to be set up.
async fn demanded(nordhamn: &Nordhamn, email: &str, password: &str) -> Token {
    match nordhamn.sign_in(email, password).await {
        Step::Waiting(Stage::EnrolSecondFactor, token) => token,
        Step::Waiting(stage, _) => panic!("asked for {stage:?}"),
        Step::SignedIn(_) => panic!("signed in"),
    }
}

/// The secret of the app that is to be set up.
async fn secret(nordhamn: &Nordhamn, token: &Token) -> String {
    let enrolment = enrolment(&nordhamn.world.core, token).await.unwrap().unwrap();
    enrolment.code_app.unwrap().secret.replace(' ', "")
}

async fn set_up(nordhamn: &Nordhamn, token: &Token) -> (Step, String) {
    let secret = secret(nordhamn, token).await;
    let code = nordhamn.world.code(&secret, 0);
    let (step, made) = enrol(&nordhamn.world.core, &origin(), &stranger(), token, &code).await.unwrap();
    assert_eq!(made.recovery_codes.len(), 10);
    (step, secret)
}

fn signed_in(step: Step) -> Started {
    match step {
        Step::SignedIn(started) => started,
        Step::Waiting(stage, _) => panic!("asked for {stage:?}"),
    }
}

#[tokio::test]
async fn whoever_lacks_what_is_demanded_sets_it_up_before_they_are_signed_in() {
    for nordhamn in Nordhamn::each_database().await {
        let world = &nordhamn.world;
        let shown = show(&world.core, nordhamn.person(), &typed(&[("second_factor", "1"), ("grace_days", "0")])).await;
        assert_eq!(shown.unwrap().factors.count, 2);
        let done = nordhamn.set(&[("second_factor", "1"), ("grace_days", "0")]).await.unwrap();
        assert_eq!(done.factors.count, 2);
        let token = demanded(&nordhamn, MEMBER, PASSWORD).await;
        assert!(world.who(&token).await.is_none(), "it is no session");
        assert_eq!(stage(&world.core, &token).await.unwrap(), Some(Stage::EnrolSecondFactor));
        for (code, rule) in [("12", FieldRule::NotACode), ("000000", FieldRule::WrongCode)] {
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
        // From now on it is asked for.
        world.clock.advance_secs(60);
        let Step::Waiting(Stage::SecondFactor, token) = nordhamn.sign_in(MEMBER, PASSWORD).await else {
            panic!("not asked for a code")
        };
        let step = enter_code(&world.core, &origin(), &stranger(), &token, &world.code(&secret, 0)).await.unwrap();
        signed_in(step);
    }
}

#[tokio::test]
async fn the_days_are_counted_from_the_first_sign_in_and_nothing_opens_after_them() {
    for nordhamn in Nordhamn::each_database().await {
        let world = &nordhamn.world;
        nordhamn.set(&[("second_factor", "1"), ("grace_days", "3")]).await.unwrap();
        world.clock.advance_secs(10 * DAY_SECS);
        let started = signed_in(nordhamn.sign_in(MEMBER, PASSWORD).await);
        let due = home(&world.core, &started.person).await.unwrap().second_factor_due.unwrap();
        assert_eq!(due.days_ago, -3);
        world.clock.advance_secs(3 * DAY_SECS - 60);
        let started = signed_in(nordhamn.sign_in(MEMBER, PASSWORD).await);
        assert!(world.who(&started.token).await.is_some());
        world.clock.advance_secs(60);
        assert!(world.who(&started.token).await.is_none(), "its session ends with the days");
        let token = demanded(&nordhamn, MEMBER, PASSWORD).await;
        signed_in(set_up(&nordhamn, &token).await.0);
    }
}

#[tokio::test]
async fn neither_a_link_nor_an_invitation_leads_around_it() {
    for nordhamn in Nordhamn::each_database().await {
        let (world, tenant) = (&nordhamn.world, nordhamn.person().tenant);
        nordhamn.set(&[("second_factor", "1"), ("grace_days", "0")]).await.unwrap();
        let link = world.reset_link(MEMBER).await;
        let chosen = reset::choose_password(&world.core, &origin(), &link, &stranger(), STRONG, "").await.unwrap();
        let Step::Waiting(Stage::EnrolSecondFactor, token) = chosen else { panic!("a link leads in") };
        signed_in(set_up(&nordhamn, &token).await.0);
        let who = Invitee::parse("rut@nordhamn.example", "", "member", "sv").unwrap();
        invite(&world.core, &Caller::from(nordhamn.person().clone()), tenant, &who).await.unwrap();
        let link = world.invitation_token().await;
        let joined = register(&world.core, &origin(), &link, &stranger(), "Rut Ek", STRONG).await.unwrap();
        let Step::Waiting(Stage::EnrolSecondFactor, token) = joined else { panic!("an invitation leads in") };
        signed_in(set_up(&nordhamn, &token).await.0);
        let actions = world.actions(tenant).await;
        for action in ["member.joined", "account.password_changed"] {
            assert!(actions.iter().any(|is| is == action), "{action} in {actions:?}");
        }
    }
}

#[tokio::test]
async fn a_set_up_ends_with_its_time_and_with_its_credentials() {
    for nordhamn in Nordhamn::each_database().await {
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
        // Whoever has the old password is told neither the secret that is theirs to scan now nor anything else.
        assert!(enrolment(&world.core, &stale).await.unwrap().is_none());
        assert_eq!(stage(&world.core, &stale).await.unwrap(), None);
        let done = enrol(&world.core, &origin(), &stranger(), &stale, &code).await;
        assert_eq!(refusal(done.map(|_| ())), Some(Refusal::SignedOut), "the password has changed since");
        // Two at once with one token: one is signed in.
        let token = demanded(&nordhamn, MEMBER, STRONG).await;
        let code = world.code(&secret(&nordhamn, &token).await, 0);
        let (from, browser) = (origin(), stranger());
        let go = || enrol(&world.core, &from, &browser, &token, &code);
        let (a, b) = tokio::join!(go(), go());
        assert_eq!([a.is_ok(), b.is_ok()].into_iter().filter(|ok| *ok).count(), 1);
    }
}

#[tokio::test]
async fn a_shorter_password_is_enough_with_a_second_factor_and_falls_short_when_none_is_demanded_any_more() {
    const SHORT: &str = "fyrljus 47";
    for nordhamn in Nordhamn::each_database().await {
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
        assert_eq!(shown.passwords.people.len(), 1, "only theirs was accepted for being with a second factor");
        nordhamn.set(&[]).await.unwrap();
        assert_eq!(security(&world.core, &started.person).await.unwrap().policy.second_factor.demand, Demand::Optional);
        world.clock.advance_secs(60);
        let Step::Waiting(Stage::SecondFactor, token) = nordhamn.sign_in(MEMBER, SHORT).await else {
            panic!("not asked for a code")
        };
        let step = enter_code(&world.core, &origin(), &stranger(), &token, &world.code(&secret, 0)).await.unwrap();
        assert!(matches!(step, Step::Waiting(Stage::ChoosePassword, _)), "it is too short now");
    }
}

#[tokio::test]
async fn whoever_turns_it_off_is_asked_to_set_it_up_again() {
    for nordhamn in Nordhamn::each_database().await {
        let world = &nordhamn.world;
        nordhamn.set(&[("administrative_second_factor", "1"), ("grace_days", "0")]).await.unwrap();
        signed_in(nordhamn.sign_in(MEMBER, PASSWORD).await);
        let token = demanded(&nordhamn, OWNER, PASSWORD).await;
        let started = signed_in(set_up(&nordhamn, &token).await.0);
        remove(&world.core, &started.person, &stranger()).await.unwrap();
        demanded(&nordhamn, OWNER, PASSWORD).await;
    }
}

#[tokio::test]
async fn nobody_else_who_knows_the_password_is_shown_the_secret_that_somebody_sets_up() {
    for nordhamn in Nordhamn::each_database().await {
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
}

#[tokio::test]
async fn who_is_shown_before_a_save_is_asked_afterwards() {
    for mut nordhamn in Nordhamn::each_database().await {
        nordhamn.world.clock.advance_secs(40 * DAY_SECS);
        nordhamn.owner = nordhamn.choose(OWNER, STRONG).await.unwrap();
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
        for (email, password) in [(OWNER, STRONG), (MEMBER, PASSWORD), ("rut@nordhamn.example", PASSWORD)] {
            demanded(&nordhamn, email, password).await;
        }
    }
}

#[tokio::test]
async fn whoever_takes_their_second_factor_away_gets_no_new_days_and_whoever_has_lost_it_does() {
    for nordhamn in Nordhamn::each_database().await {
        let world = &nordhamn.world;
        let started = signed_in(nordhamn.sign_in(MEMBER, PASSWORD).await);
        let (secret, started, _) = world.code_app(&started).await;
        nordhamn.set(&[("second_factor", "1"), ("grace_days", "3")]).await.unwrap();
        world.clock.advance_secs(60);
        let enter = async |secret: &str| {
            let Step::Waiting(Stage::SecondFactor, token) = nordhamn.sign_in(MEMBER, PASSWORD).await else {
                panic!("not asked for a code")
            };
            let code = world.code(secret, 0);
            signed_in(enter_code(&world.core, &origin(), &stranger(), &token, &code).await.unwrap())
        };
        enter(&secret).await;
        world.clock.advance_secs(3 * DAY_SECS);
        let again = enter(&secret).await;
        remove(&world.core, &again.person, &stranger()).await.unwrap();
        let token = demanded(&nordhamn, MEMBER, PASSWORD).await;
        let (_, secret) = set_up(&nordhamn, &token).await;
        world.clock.advance_secs(60);
        enter(&secret).await;
        let owner = signed_in(nordhamn.sign_in(OWNER, PASSWORD).await);
        act(&world.core, &owner.person, Act::ResetSecondFactor, &[started.person.account], "Tappad").await.unwrap();
        signed_in(nordhamn.sign_in(MEMBER, PASSWORD).await);
    }
}
