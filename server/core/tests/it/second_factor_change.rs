//! Setting up, changing and removing second factors.
use crate::kit::{CodeAppHolder, Post, of_field, waiting, wrong_code, wrong_recovery_code};
use portvakt_core::caller::{Caller, Person};
use portvakt_core::second_factor::{
    begin_code_app, confirm_code_app, forget_code_app, make_recovery_codes, remove_code_app,
};
use portvakt_core::security::security;
use portvakt_core::sign_in::enter_code;
use portvakt_core::step_up::prove;
use portvakt_core::testing::sign_in as by_password;
use portvakt_core::testing::{EMAIL, PASSWORD, World, by_hand, choose_password, new_person, origin, refusal, stranger};
use portvakt_core::user::{act, user};
use portvakt_core::{Core, each_database, member, second_factor};
use portvakt_model::fault::{FieldRule, Refusal};
use portvakt_model::id::AccountId;
use portvakt_model::proof::Typed;
use portvakt_model::role::Role;
use portvakt_model::second_factor::{FRESH_SECS, STEP_SECS};
use portvakt_model::user::Act;
use std::collections::BTreeSet;
use uuid::Uuid;

each_database!(
    async fn a_code_app_is_set_up_with_one_of_its_codes_after_a_begun_set_up(world: World) {
        let started = world.owner().await;
        let (core, person, browser) = (&world.core, &started.person, world.known_browser(&started));
        let attempt = |code: String| {
            let browser = browser.clone();
            async move { confirm_code_app(core, person, &browser, &code).await.map(|(started, _)| started) }
        };
        assert_eq!(refusal(attempt("123456".to_owned()).await), Some(Refusal::NotFound), "nothing was begun");
        begin_code_app(core, person).await.unwrap();
        let first = security(core, person).await.unwrap().second.enrolment.unwrap();
        assert!(first.address.contains("M%C3%A5rdby%20Systems%20AB"), "{}", first.address);
        begin_code_app(core, person).await.unwrap();
        let enrolment = security(core, person).await.unwrap().second.enrolment.unwrap();
        assert_eq!(enrolment.secret, first.secret, "a second press, or a second tab, shows what a phone may have");
        assert_eq!(refusal(attempt("12345".to_owned()).await), Some(of_field(FieldRule::NotSixDigits)));
        assert_eq!(refusal(attempt(" ".to_owned()).await), Some(of_field(FieldRule::Empty)));
        let wrong = if world.code(&first.secret, 0) == "000000" { "000001" } else { "000000" };
        assert_eq!(refusal(attempt(wrong.to_owned()).await), Some(of_field(FieldRule::WrongCode)));
        assert_eq!(refusal(attempt(world.code(&enrolment.secret, 5)).await), Some(of_field(FieldRule::OtherTime)));
        // Until the set-up is confirmed, the password is enough and other sessions stay.
        let other = by_password(core, &origin(), &stranger(), EMAIL, PASSWORD).await.unwrap();
        let renewed = attempt(world.code(&enrolment.secret, 0)).await.unwrap();
        assert!(world.who(&other.token).await.is_none(), "other sessions end");
        assert!(world.who(&started.token).await.is_none(), "this one has a new token");
        assert!(world.who(&renewed.token).await.is_some());
        assert_eq!(refusal(attempt(world.code(&enrolment.secret, 0)).await), Some(Refusal::NotFound), "once");
        // The code that set the app up does not sign in.
        let waiting = waiting(core).await;
        let used = enter_code(core, &origin(), &stranger(), &waiting, &world.code(&enrolment.secret, 0)).await;
        assert_eq!(refusal(used), Some(wrong_code(4)));
        // A set-up that was given up or has expired is gone.
        begin_code_app(core, &renewed.person).await.unwrap();
        forget_code_app(core, &renewed.person).await.unwrap();
        assert_eq!(security(core, &renewed.person).await.unwrap().second.enrolment, None);
        begin_code_app(core, &renewed.person).await.unwrap();
        let another = security(core, &renewed.person).await.unwrap().second.enrolment.unwrap();
        assert!(another.secret != enrolment.secret, "another time another secret");
        world.clock.advance_secs(31 * 60);
        assert_eq!(security(core, &renewed.person).await.unwrap().second.enrolment, None);
    }
);

each_database!(
    async fn changing_a_second_factor_needs_a_recent_proof(anna: CodeAppHolder) {
        let (core, person) = (anna.core(), anna.person());
        let browser = anna.world.known_browser(&anna.started);
        anna.world.clock.advance_secs(FRESH_SECS);
        let asked = Some(Refusal::ToBeProven(by_hand(Typed::Code)));
        assert_eq!(refusal(begin_code_app(core, person).await), asked);
        assert_eq!(refusal(make_recovery_codes(core, person).await.map(drop)), asked);
        assert_eq!(refusal(remove_code_app(core, person, &browser).await.map(drop)), asked);
        assert_eq!(refusal(confirm_code_app(core, person, &browser, "123456").await.map(drop)), asked);

        let prove = |typed: String| {
            let devices = browser.devices.clone();
            async move { prove(core, person, &devices, &typed).await }
        };
        assert_eq!(
            refusal(prove(PASSWORD.to_owned()).await),
            Some(Refusal::Fields(vec![FieldRule::NotACode.of("proof")]))
        );
        assert_eq!(refusal(prove(anna.wrong()).await), Some(Refusal::WrongCode { left: None, recovery: false }));
        let token = prove(anna.code()).await.unwrap();
        assert!(anna.world.who(&anna.started.token).await.is_none(), "the older token finds no session");
        assert!(anna.world.who(&token).await.is_some());
        make_recovery_codes(core, person).await.unwrap();
        remove_code_app(core, person, &browser).await.unwrap();
        assert_eq!(refusal(remove_code_app(core, person, &browser).await.map(drop)), Some(Refusal::NotFound));
        by_password(core, &origin(), &stranger(), EMAIL, PASSWORD).await.unwrap();

        // An account without a second factor proves its password, counted in the lanes of its sign-in.
        anna.world.clock.advance_secs(FRESH_SECS);
        assert_eq!(refusal(begin_code_app(core, person).await), Some(Refusal::ToBeProven(by_hand(Typed::Password))));
        assert!(matches!(refusal(prove("fel lösenord".to_owned()).await), Some(Refusal::NotProven(_))));
        prove(PASSWORD.to_owned()).await.unwrap();
        begin_code_app(core, person).await.unwrap();
        let actions = anna.actions().await;
        assert!(actions.iter().filter(|action| *action == "session.proven_again").count() == 2, "{actions:?}");
    }
);

/// Resets an account's second factor, and returns the refusal.
async fn reset(core: &Core, by: &Person, whose: AccountId) -> Option<Refusal> {
    let report = act(core, by, Act::ResetSecondFactor, &[whose], "Telefonen är borta").await;
    match report {
        Ok(report) if report.done == 1 => None,
        Ok(_) => Some(Refusal::Conflict),
        Err(error) => refusal(Err::<(), _>(error)),
    }
}

each_database!(
    async fn only_an_administrator_of_the_home_resets_a_second_factor(anna: CodeAppHolder) {
        let (core, world, owner) = (anna.core(), &anna.world, anna.person());
        let nordhamn = world.nordhamn().await;
        let (_, clara, _) = world.code_app(&nordhamn).await;
        let clara = clara.person;
        // A guest's host and administrators of other tenants cannot remove it.
        world.join(owner.home, clara.account, Role::Member).await;
        assert_eq!(reset(core, owner, clara.account).await, Some(Refusal::NotFound));
        assert!(!user(core, owner, clara.account).await.unwrap().has_second_factor, "nor does the host learn of it");
        let nobody = AccountId::from(Uuid::from_u128(7));
        assert_eq!(reset(core, owner, nobody).await, Some(Refusal::NotFound));
        assert_eq!(reset(core, &clara, owner.account).await, Some(Refusal::NotFound));

        let caller = Caller::from(clara.clone());
        let karim = new_person("Karim Bensaid", "karim@nordhamn.example");
        let karim = member::add(core, &caller, clara.home, &karim, Role::Administrator).await.unwrap();
        // An administrator resets neither an owner's second factor nor their own.
        let karim = world.signed_in(clara.home, karim);
        sqlx::query(
            "INSERT INTO session (id, tenant_id, account_id, current_tenant_id, token_hash, auth_time, proven_at, seen_at,
                    idle_secs, idle_ends_at, ends_at, device, network)
             SELECT $1, tenant_id, $2, current_tenant_id, $3, auth_time, proven_at, seen_at, idle_secs, idle_ends_at,
                    ends_at, device, network FROM session WHERE account_id = $4",
        )
        .bind(karim.session.to_string())
        .bind(karim.account.to_string())
        .bind(vec![1_u8])
        .bind(clara.account.to_string())
        .execute(&world.raw)
        .await
        .unwrap();
        assert_eq!(reset(core, &karim, clara.account).await, Some(Refusal::NotFound));
        assert_eq!(reset(core, &clara, clara.account).await, Some(Refusal::Conflict));
        assert_eq!(reset(core, &clara, karim.account).await, Some(Refusal::Conflict), "Karim has no second factor");

        // A reset needs a reason and a recent proof.
        let eva = new_person("Eva Ek", "eva@nordhamn.example");
        member::add(core, &caller, clara.home, &eva, Role::Member).await.unwrap();
        let link = world.reset_link("eva@nordhamn.example").await;
        let eva = choose_password(core, &origin(), &link, &stranger(), PASSWORD, "").await.unwrap();
        let (_, eva, _) = world.code_app(&eva).await;
        assert!(user(core, &clara, eva.person.account).await.unwrap().has_second_factor);
        let no_reason = act(core, &clara, Act::ResetSecondFactor, &[eva.person.account], " ").await;
        assert_eq!(refusal(no_reason), Some(Refusal::Fields(vec![FieldRule::Empty.of("reason")])));
        assert_eq!(reset(core, &clara, eva.person.account).await, None);
        assert!(world.who(&eva.token).await.is_none(), "their sessions end");
        let again = by_password(core, &origin(), &stranger(), "eva@nordhamn.example", PASSWORD).await.unwrap();
        assert!(security(core, &again.person).await.unwrap().second.code_app.is_none());
        world.clock.advance_secs(FRESH_SECS);
        assert_eq!(reset(core, &clara, eva.person.account).await, Some(Refusal::ToBeProven(by_hand(Typed::Code))));
    }
);

each_database!(
    async fn the_command_line_resets_the_second_factor_of_the_only_owner(anna: CodeAppHolder) {
        assert_eq!(
            refusal(second_factor::reset(anna.core(), "nobody@nordhamn.example").await),
            Some(Refusal::NotFound)
        );
        let waiting = anna.waiting().await;
        second_factor::reset(anna.core(), &EMAIL.to_uppercase()).await.unwrap();
        assert_eq!(refusal(second_factor::reset(anna.core(), EMAIL).await), Some(Refusal::NotFound), "there is none");
        assert_eq!(refusal(anna.enter(&waiting, &anna.code()).await), Some(Refusal::SignedOut), "it begins anew");
        by_password(anna.core(), &origin(), &stranger(), EMAIL, PASSWORD).await.unwrap();
        assert!(anna.actions().await.contains(&"account.second_factor_reset".to_owned()));
    }
);

each_database!(
    async fn every_change_of_a_second_factor_is_told(post: Post) {
        let (world, core) = (&post.world, &post.world.core);
        let link = world.reset_link(EMAIL).await;
        let started = choose_password(core, &origin(), &link, &stranger(), PASSWORD, "").await.unwrap();
        world.sql("DELETE FROM mail").await;
        let (secret, started, recovery) = world.code_app(&started).await;
        // Mails with the same time leave in any order.
        world.clock.advance_secs(1);
        make_recovery_codes(core, &started.person).await.unwrap();
        world.clock.advance_secs(STEP_SECS);
        let near: BTreeSet<_> = (-2..=2).map(|steps| world.code(&secret, steps)).collect();
        let wrong = (0..10).map(|n| format!("{n:06}")).find(|code| !near.contains(code)).unwrap();
        let waiting_now = waiting(core).await;
        for _ in 0..5 {
            enter_code(core, &origin(), &stranger(), &waiting_now, &wrong).await.err().unwrap();
        }
        let waiting_now = waiting(core).await;
        let used = enter_code(core, &origin(), &stranger(), &waiting_now, &recovery[0]).await;
        assert_eq!(refusal(used), Some(wrong_recovery_code(4)), "void since the new ones");
        let browser = world.known_browser(&started);
        world.clock.advance_secs(1);
        remove_code_app(core, &started.person, &browser).await.unwrap();
        while post.send().await > 0 {}
        assert_eq!(
            post.subjects(),
            [
                "Tvåfaktorsinloggning är påslagen",
                "Du har fått nya reservkoder",
                "Felaktiga koder till ditt konto",
                "Tvåfaktorsinloggning är avstängd"
            ]
        );
        let bodies = post.bodies();
        assert!(
            bodies
                .iter()
                .all(|(text, html)| text.contains("Om det inte var du") && html.contains("Om det inte var du"))
        );
    }
);
