//! The effect of rules on passwords, and on sign-ins with them.
use crate::import;
use crate::kit::{DAY_SECS, MEMBER, Nordhamn, STRONG, fields, typed};
use portvakt_core::caller::Caller;
use portvakt_core::error::CoreError;
use portvakt_core::invitation::{Invitee, invite};
use portvakt_core::policy_editor::{PolicyForm, change, show};
use portvakt_core::security::{change_password, security};
use portvakt_core::sign_in::{LIFETIME_SECS, Step, enter_code, rules, sign_in, stage};
use portvakt_core::step_up::prove;
use portvakt_core::testing::choose_password as choose_by_link;
use portvakt_core::testing::{CLARA, NORDHAMN, PASSWORD, is_wrong, origin, refusal, register, signed_in, stranger};
use portvakt_core::user::change_role;
use portvakt_core::{each_database, on_sqlite, organisation};
use portvakt_model::fault::{FieldRule, Refusal};
use portvakt_model::role::Role;
use portvakt_model::stage::Stage;

each_database!(
    async fn a_password_below_the_rules_signs_nobody_in_until_it_is_replaced(nordhamn: Nordhamn) {
        let world = &nordhamn.world;
        let Step::SignedIn(elsewhere) = nordhamn.sign_in(MEMBER, PASSWORD).await else { panic!("asked for more") };
        let strict = [("min_length_alone", "18"), ("min_digits", "2"), ("min_upper", "1")];
        let impact = nordhamn.set(&strict).await.unwrap();
        assert_eq!(impact.passwords.count, 2, "the lengths of both passwords are unknown");
        // A wrong password is refused as always and reveals nothing of the rules.
        assert!(is_wrong(sign_in(&world.core, &origin(), &stranger(), MEMBER, "något helt annat").await));
        let token = nordhamn.choosing(MEMBER, PASSWORD).await;
        assert!(world.who(&token).await.is_none(), "it is no session");
        assert_eq!(stage(&world.core, &token).await.unwrap(), Some(Stage::ChoosePassword));
        assert_eq!(rules(&world.core, &token).await.unwrap().unwrap().min_length_alone, 18);
        let code = enter_code(&world.core, &origin(), &stranger(), &token, "123456").await;
        assert_eq!(refusal(code.map(|_| ())), Some(Refusal::SignedOut), "it waits for no code");
        let refused = fields(refusal(nordhamn.renew(&token, PASSWORD).await));
        assert!(refused.contains(&("password".to_owned(), FieldRule::TooFewDigits(2))), "{refused:?}");
        let started = nordhamn.renew(&token, STRONG).await.unwrap();
        assert!(world.who(&started.token).await.is_some());
        assert!(world.who(&elsewhere.token).await.is_none(), "every other session has ended");
        assert_eq!(refusal(nordhamn.renew(&token, "Sommarhamn 42 lugna!").await), Some(Refusal::SignedOut));
        assert!(is_wrong(sign_in(&world.core, &origin(), &stranger(), MEMBER, PASSWORD).await));
        assert!(matches!(nordhamn.sign_in(MEMBER, STRONG).await, Step::SignedIn(_)));
        // The portal knows from the check that the new password meets the rules.
        nordhamn.set(&[]).await.unwrap();
        let again = show(&world.core, nordhamn.person(), &typed(&strict)).await.unwrap();
        assert_eq!(again.passwords.people, [("Clara Ström".to_owned(), Role::Owner)]);
        let actions = world.actions(nordhamn.person().tenant).await;
        for action in ["session.new_password_asked", "account.password_renewed"] {
            assert_eq!(actions.iter().filter(|is| *is == action).count(), 1, "{action}");
        }
    }
);

each_database!(
    async fn a_sign_in_waiting_for_a_new_password_ends_with_its_time_or_credentials(nordhamn: Nordhamn) {
        let world = &nordhamn.world;
        nordhamn.set(&[("min_digits", "2")]).await.unwrap();
        let late = nordhamn.choosing(MEMBER, PASSWORD).await;
        world.clock.advance_secs(LIFETIME_SECS);
        assert_eq!(stage(&world.core, &late).await.unwrap(), None);
        assert_eq!(refusal(nordhamn.renew(&late, STRONG).await), Some(Refusal::SignedOut));
        let stale = nordhamn.choosing(MEMBER, PASSWORD).await;
        nordhamn.choose(MEMBER, "Sommarhamn 42 lugna!").await.unwrap();
        // The current password gets the same refusal as any other, so a stale sign-in cannot find it out.
        for guess in [STRONG, "Sommarhamn 42 lugna!"] {
            assert_eq!(refusal(nordhamn.renew(&stale, guess).await), Some(Refusal::SignedOut), "{guess}");
        }
        prove(&world.core, nordhamn.person(), &stranger().devices, PASSWORD).await.unwrap();
        // Of several simultaneous uses of one token one signs in.
        nordhamn.set(&[("min_digits", "3")]).await.unwrap();
        let token = nordhamn.choosing(MEMBER, "Sommarhamn 42 lugna!").await;
        let new = ["Ett 123 långt lösen", "Två 456 långa lösen", "Tre 789 långa lösen"];
        let (a, b, c) = tokio::join!(
            nordhamn.renew(&token, new[0]),
            nordhamn.renew(&token, new[1]),
            nordhamn.renew(&token, new[2])
        );
        assert_eq!([a.is_ok(), b.is_ok(), c.is_ok()].into_iter().filter(|ok| *ok).count(), 1);
    }
);

each_database!(
    async fn an_account_shows_its_second_factor_before_it_chooses_a_password(nordhamn: Nordhamn) {
        let world = &nordhamn.world;
        let Step::SignedIn(started) = nordhamn.sign_in(MEMBER, PASSWORD).await else { panic!("asked for more") };
        let (secret, ..) = world.code_app(&started).await;
        world.clock.advance_secs(60);
        nordhamn.set(&[("min_digits", "2")]).await.unwrap();
        let Step::Waiting(Stage::SecondFactor, token) = nordhamn.sign_in(MEMBER, PASSWORD).await else {
            panic!("not asked for a code")
        };
        assert_eq!(rules(&world.core, &token).await.unwrap(), None);
        assert_eq!(refusal(nordhamn.renew(&token, STRONG).await), Some(Refusal::SignedOut), "the code comes first");
        let step = enter_code(&world.core, &origin(), &stranger(), &token, &world.code(&secret, 0)).await.unwrap();
        let Step::Waiting(Stage::ChoosePassword, next) = step else { panic!("not asked for a password") };
        assert_eq!(refusal(nordhamn.renew(&token, STRONG).await), Some(Refusal::SignedOut), "it has a new token");
        let started = nordhamn.renew(&next, STRONG).await.unwrap();
        assert!(world.who(&started.token).await.is_some());
    }
);

each_database!(
    async fn a_too_old_password_is_replaced_by_another(nordhamn: Nordhamn) {
        nordhamn.set(&[("max_age_days", "30")]).await.unwrap();
        nordhamn.world.clock.advance_secs(30 * DAY_SECS - 60);
        assert!(matches!(nordhamn.sign_in(MEMBER, PASSWORD).await, Step::SignedIn(_)));
        nordhamn.world.clock.advance_secs(60);
        let token = nordhamn.choosing(MEMBER, PASSWORD).await;
        let same = fields(refusal(nordhamn.renew(&token, PASSWORD).await));
        assert_eq!(same, [("password".to_owned(), FieldRule::Earlier)]);
        nordhamn.renew(&token, STRONG).await.unwrap();
        assert!(matches!(nordhamn.sign_in(MEMBER, STRONG).await, Step::SignedIn(_)));
    }
);

each_database!(
    async fn the_last_passwords_do_not_come_back(nordhamn: Nordhamn) {
        let world = &nordhamn.world;
        nordhamn.set(&[("history", "3")]).await.unwrap();
        let second = nordhamn.choose(MEMBER, STRONG).await.unwrap();
        world.clock.advance_secs(60);
        let third = "en tredje lugn mening";
        let browser = world.known_browser(&second);
        let third_time = change_password(&world.core, &second.person, &browser, STRONG, third).await.unwrap();
        for had in [PASSWORD, STRONG, third] {
            let refused = fields(refusal(nordhamn.choose(MEMBER, had).await));
            assert_eq!(refused, [("password".to_owned(), FieldRule::Earlier)], "{had}");
        }
        let browser = world.known_browser(&third_time);
        let back = change_password(&world.core, &third_time.person, &browser, third, STRONG).await;
        assert_eq!(fields(refusal(back)), [("password".to_owned(), FieldRule::Earlier)]);
        world.clock.advance_secs(60);
        nordhamn.choose(MEMBER, "en fjärde lugn mening").await.unwrap();
        world.clock.advance_secs(60);
        nordhamn.choose(MEMBER, PASSWORD).await.unwrap();
        let kept = world.number("SELECT count(*) FROM earlier_password").await;
        assert_eq!(kept, 2, "three, including the current one");
        nordhamn.set(&[]).await.unwrap();
        nordhamn.choose(MEMBER, STRONG).await.unwrap();
        assert_eq!(
            world.number("SELECT count(*) FROM earlier_password").await,
            0,
            "no history is kept without a rule for it"
        );
    }
);

each_database!(
    async fn privileged_roles_have_rules_of_their_own_from_the_first_password_on(nordhamn: Nordhamn) {
        let (world, tenant) = (&nordhamn.world, nordhamn.person().tenant);
        nordhamn.set(&[("administrative_min_length_alone", "24"), ("elevated_idle_minutes", "10")]).await.unwrap();
        assert!(matches!(nordhamn.sign_in(MEMBER, PASSWORD).await, Step::SignedIn(_)));
        nordhamn.choosing(CLARA, PASSWORD).await;
        let caller = Caller::from(nordhamn.person().clone());
        let who = Invitee::parse("rut@nordhamn.example", "", "administrator", "sv").unwrap();
        invite(&world.core, &caller, tenant, &who).await.unwrap();
        let link = world.invitation_token().await;
        let joined = register(&world.core, &origin(), &link, &stranger(), "Rut Ek", STRONG).await;
        assert_eq!(fields(refusal(joined)), [("password".to_owned(), FieldRule::TooShort(24))]);
        let auditor = nordhamn.add("Tor Ek", "tor@nordhamn.example", Role::Auditor, PASSWORD).await;
        let shown = security(&world.core, &world.signed_in(tenant, auditor)).await.unwrap();
        assert_eq!(shown.policy.session.idle_secs, 600);
        let [from] = &shown.sources[..] else { panic!("{:?}", shown.sources) };
        let told =
            (from.organisation.as_str(), from.role, from.policy.session.idle_secs, from.of_all.session.idle_secs);
        assert_eq!(told, (NORDHAMN, Role::Auditor, 600, 3600));
    }
);

each_database!(
    async fn a_hosts_demand_for_a_second_factor_shortens_no_password_of_a_guests_home(nordhamn: Nordhamn) {
        let world = &nordhamn.world;
        let eva = world.vastmark().await;
        let (_, eva, _) = world.code_app(&eva).await;
        let rules = typed(&[("min_length_alone", "20")]);
        change(&world.core, &eva.person, PolicyForm { rules: &rules, reason: "x", version: 0, confirmed: 0 })
            .await
            .unwrap();
        world.join(nordhamn.person().tenant, eva.person.account, Role::Member).await;
        nordhamn.set(&[("second_factor", "1")]).await.unwrap();
        let length = async || security(&world.core, &eva.person).await.unwrap().policy.password.min_length_alone;
        assert_eq!(length().await, 20, "her home demands none, so its own length stands");
        let rules = typed(&[("min_length_alone", "20"), ("second_factor", "1")]);
        change(&world.core, &eva.person, PolicyForm { rules: &rules, reason: "x", version: 1, confirmed: 0 })
            .await
            .unwrap();
        assert_eq!(length().await, 8, "now both demand it");
    }
);

each_database!(
    async fn a_reset_link_reveals_no_earlier_password_before_the_second_factor(nordhamn: Nordhamn) {
        let world = &nordhamn.world;
        let Step::SignedIn(started) = nordhamn.sign_in(MEMBER, PASSWORD).await else { panic!("asked for more") };
        let (secret, ..) = world.code_app(&started).await;
        world.clock.advance_secs(60);
        nordhamn.set(&[("history", "3")]).await.unwrap();
        let link = world.reset_link(MEMBER).await;
        let by_code = async |password: &str, code: &str| {
            let done = choose_by_link(&world.core, &origin(), &link, &stranger(), password, code).await;
            fields(refusal(done))
        };
        let wrong = [("code".to_owned(), FieldRule::WrongCode)];
        let guess = (0..10).map(|n| format!("{n:06}")).find(|code| (-2..=2).all(|at| world.code(&secret, at) != *code));
        let guess = guess.unwrap();
        for password in [PASSWORD, STRONG] {
            assert_eq!(by_code(password, &guess).await, wrong, "{password}");
        }
        assert_eq!(world.number("SELECT failures FROM code_try").await, 2, "each is counted");
        let told = by_code(PASSWORD, &world.code(&secret, 0)).await;
        assert_eq!(told, [("password".to_owned(), FieldRule::Earlier)]);
        // The refused password does not use the right code up.
        choose_by_link(&world.core, &origin(), &link, &stranger(), STRONG, &world.code(&secret, 0)).await.unwrap();
    }
);

each_database!(
    async fn an_imported_password_is_remembered_and_no_earlier_hash_works_as_the_current_one(nordhamn: Nordhamn) {
        let world = &nordhamn.world;
        nordhamn.set(&[("history", "3")]).await.unwrap();
        let karim = "karim@nordhamn.example";
        let line = import::line(2, import::fields(karim, import::BCRYPT));
        import::import(world, nordhamn.person().tenant, vec![line]).await;
        nordhamn.choose(karim, STRONG).await.unwrap();
        assert_eq!(
            fields(refusal(nordhamn.choose(karim, PASSWORD).await)),
            [("password".to_owned(), FieldRule::Earlier)]
        );
        let put_back = "UPDATE password
                           SET (sealed, imported) = (SELECT e.sealed, e.imported FROM earlier_password e
                                                      WHERE e.account_id = password.account_id)
                         WHERE account_id IN (SELECT account_id FROM earlier_password)";
        assert_eq!(world.sql(put_back).await, 1);
        let done = sign_in(&world.core, &origin(), &stranger(), karim, PASSWORD).await;
        assert!(matches!(done, Err(CoreError::Failed(_))), "it was sealed for another place");
    }
);

each_database!(
    async fn under_an_age_limit_a_link_refuses_the_current_password(nordhamn: Nordhamn) {
        nordhamn.set(&[("max_age_days", "30")]).await.unwrap();
        let same = fields(refusal(nordhamn.choose(MEMBER, PASSWORD).await));
        assert_eq!(same, [("password".to_owned(), FieldRule::Earlier)]);
    }
);

each_database!(
    async fn tries_are_counted_by_the_rules_of_the_organisation_with_the_domain(nordhamn: Nordhamn) {
        let core = &nordhamn.world.core;
        nordhamn.set(&[("lockout_threshold", "3"), ("lockout_minutes", "60")]).await.unwrap();
        let locked_after = async |email: &str| {
            for n in 1..20 {
                let done = sign_in(core, &origin(), &stranger(), email, "fel lösenord helt").await;
                match refusal(done.map(|_| ())) {
                    Some(Refusal::Locked { retry_after_secs }) => return (n, retry_after_secs),
                    Some(Refusal::WrongCredentials(tries)) => {
                        nordhamn.world.clock.advance_secs(i64::from(tries.wait_secs));
                    }
                    other => panic!("{other:?}"),
                }
            }
            panic!("never locked")
        };
        // Before the organisation names the domain, the portal's rules apply to every address in it.
        assert_eq!(locked_after(MEMBER).await, (10, 900));
        let form = organisation::OrganisationForm {
            name: NORDHAMN,
            accent: "#125e45",
            language: "sv",
            domains: "nordhamn.example",
            security_contact: "",
            version: 0,
        };
        organisation::change(core, nordhamn.person(), form).await.unwrap();
        assert_eq!(locked_after(CLARA).await, (3, 3600));
        assert_eq!(locked_after("ingen@nordhamn.example").await, (3, 3600), "known or not");
        assert_eq!(locked_after("ingen@elsewhere.example").await, (10, 900));
    }
);

on_sqlite!(
    threads = 4,
    /// SQLite writes one change at a time. On PostgreSQL a sign-in that overlaps a save may come before it.
    async fn a_password_verified_during_a_save_is_judged_by_the_new_rules(nordhamn: Nordhamn) {
        let world = &nordhamn.world;
        let mut stayed_out = 0;
        for _ in 0..10 {
            // Another test covers the limit of notices about weaker rules.
            world.sql("DELETE FROM mail").await;
            nordhamn.set(&[("history", "1")]).await.unwrap();
            let tries: Vec<_> = (0..4)
                .map(|_| {
                    let core = world.core.clone();
                    tokio::spawn(async move { sign_in(&core, &origin(), &stranger(), MEMBER, PASSWORD).await })
                })
                .collect();
            nordhamn.set(&[("min_digits", "2")]).await.unwrap();
            for one in tries {
                // Some of the simultaneous tries are told to wait.
                let done = one.await.unwrap();
                stayed_out += u32::from(matches!(done, Ok(Step::Waiting(Stage::ChoosePassword, _))));
            }
            world.clock.advance_secs(60);
            let actions = world.actions(nordhamn.person().tenant).await;
            let saved = actions.iter().rposition(|action| action == "policy.changed").unwrap();
            assert!(!actions[saved..].iter().any(|action| action == "session.started"), "{:?}", &actions[saved..]);
        }
        assert!(stayed_out > 0, "all were in before: the test says nothing");
    }
);

each_database!(
    async fn a_change_of_role_voids_a_sign_in_in_progress(nordhamn: Nordhamn) {
        let core = &nordhamn.world.core;
        let olof = signed_in(nordhamn.sign_in(MEMBER, PASSWORD).await).person.account;
        nordhamn.set(&[("min_digits", "2")]).await.unwrap();
        let waiting = nordhamn.choosing(MEMBER, PASSWORD).await;
        change_role(core, nordhamn.person(), olof, Role::Auditor).await.unwrap();
        assert_eq!(stage(core, &waiting).await.unwrap(), None);
        nordhamn.choosing(MEMBER, PASSWORD).await;
    }
);

each_database!(
    async fn a_hosts_changes_void_no_sign_in_of_its_guest(mut nordhamn: Nordhamn) {
        let world = &nordhamn.world;
        let ada = world.larkmoor().await.person;
        world.join(nordhamn.person().tenant, ada.account, Role::Member).await;
        nordhamn.owner = nordhamn.choose(CLARA, STRONG).await.unwrap();
        nordhamn.set(&[("min_digits", "2")]).await.unwrap();
        let waiting = nordhamn.choosing("ada@larkmoor.example", PASSWORD).await;
        nordhamn.set(&[("min_digits", "3")]).await.unwrap();
        change_role(&nordhamn.world.core, nordhamn.person(), ada.account, Role::Auditor).await.unwrap();
        let asked = stage(&nordhamn.world.core, &waiting).await.unwrap();
        assert_eq!(asked, Some(Stage::ChoosePassword));
    }
);
