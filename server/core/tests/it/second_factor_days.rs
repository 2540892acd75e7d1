//! The grace days before a second factor is demanded.
use crate::kit::{DAY_SECS, MEMBER, Nordhamn, by_passkey, demanded, set_up, typed, with_a_passkey};
use portvakt_core::each_database;
use portvakt_core::home::home;
use portvakt_core::policy_editor::{PolicyForm, change, show};
use portvakt_core::second_factor::remove_code_app;
use portvakt_core::sign_in::{Step, enter_code};
use portvakt_core::testing::{CLARA, PASSWORD, origin, signed_in, stranger};
use portvakt_core::user::act;
use portvakt_model::role::Role;
use portvakt_model::stage::Stage;
use portvakt_model::user::Act;

each_database!(
    async fn grace_days_count_from_the_first_sign_in_and_the_session_ends_with_them(nordhamn: Nordhamn) {
        let world = &nordhamn.world;
        nordhamn.set(&[("second_factor", "1"), ("grace_days", "3")]).await.unwrap();
        world.clock.advance_secs(10 * DAY_SECS);
        let started = signed_in(nordhamn.sign_in(MEMBER, PASSWORD).await);
        let due = home(&world.core, &started.person).await.unwrap().second_factor_due.unwrap();
        assert_eq!((due.at.days_ago, due.passkey), (-3, false));
        world.clock.advance_secs(3 * DAY_SECS - 60);
        let started = signed_in(nordhamn.sign_in(MEMBER, PASSWORD).await);
        assert!(world.who(&started.token).await.is_some());
        world.clock.advance_secs(60);
        assert!(world.who(&started.token).await.is_none(), "its session ends with the days");
        let token = demanded(&nordhamn, MEMBER, PASSWORD).await;
        signed_in(set_up(&nordhamn, &token).await.0);
    }
);

each_database!(
    async fn an_organisations_grace_days_apply_only_to_its_own_demand(nordhamn: Nordhamn) {
        let core = &nordhamn.world.core;
        // The platform demands nothing, so its grace days do not apply either.
        let row = "UPDATE platform_policy SET rules = replace(rules, 'grace_days\":30', 'grace_days\":0')";
        nordhamn.world.sql(row).await;
        nordhamn.set(&[("second_factor", "2"), ("grace_days", "3")]).await.unwrap();
        let olof = signed_in(nordhamn.sign_in(MEMBER, PASSWORD).await).person.account;
        let eva = nordhamn.world.vastmark().await.person;
        nordhamn.world.join(eva.tenant, olof, Role::Member).await;
        let elsewhere = async |demand, version| {
            let rules = typed(&[("second_factor", demand), ("grace_days", "0")]);
            let form = PolicyForm { rules: &rules, reason: "Beslut", version, confirmed: 0 };
            assert_eq!(change(core, &eva, form).await.unwrap().guests_at_risk, 0);
            nordhamn.sign_in(MEMBER, PASSWORD).await
        };
        signed_in(elsewhere("0", 0).await);
        // The host demands a code app at once; the home's days for a passkey still run.
        let Step::Waiting(Stage::EnrolSecondFactor, token) = elsewhere("1", 1).await else { panic!("not asked") };
        let olof = signed_in(set_up(&nordhamn, &token).await.0);
        let due = home(core, &olof.person).await.unwrap().second_factor_due.unwrap();
        assert_eq!((due.at.days_ago, due.passkey), (-3, true));
    }
);

each_database!(
    async fn the_preview_counts_only_the_people_locked_out_by_the_new_rules(mut nordhamn: Nordhamn) {
        let mut key = with_a_passkey(&mut nordhamn).await;
        let email = |n: usize| format!("n{n:02}@nordhamn.example");
        for n in 0..20 {
            nordhamn.add(&format!("Nils {n:02}"), &email(n), Role::Member, PASSWORD).await;
        }
        let rules = |days| [("second_factor", "2"), ("grace_days", days)];
        nordhamn.set(&rules("20")).await.unwrap();
        for first in 0..2 {
            nordhamn.world.clock.advance_secs(i64::try_from(first).unwrap() * 10 * DAY_SECS);
            for n in (first..20).step_by(2) {
                signed_in(nordhamn.sign_in(&email(n), PASSWORD).await);
            }
        }
        nordhamn.world.clock.advance_secs(2 * DAY_SECS);
        nordhamn.owner = by_passkey(&nordhamn, &mut key).await;
        let shown = async |days| {
            let shown = show(&nordhamn.world.core, nordhamn.person(), &typed(&rules(days))).await.unwrap().locked_out;
            (shown.count, shown.people[0].0.clone(), shown.more)
        };
        assert_eq!(shown("11").await, (10, "Nils 00".to_owned(), 2), "the others were asked two days ago");
        nordhamn.set_though(&rules("11"), 10).await.unwrap();
        assert_eq!(shown("1").await, (10, "Nils 01".to_owned(), 2), "the others are out already");
        assert_eq!(shown("0").await, (11, "Nils 01".to_owned(), 3), "Olof, who has not signed in yet, counts too");
    }
);

each_database!(
    async fn a_stricter_demand_has_grace_days_of_its_own(nordhamn: Nordhamn) {
        let world = &nordhamn.world;
        let asked = |demand| [("second_factor", demand), ("grace_days", "3")];
        nordhamn.set(&asked("1")).await.unwrap();
        let olof = signed_in(nordhamn.sign_in(MEMBER, PASSWORD).await);
        let (secret, ..) = world.code_app(&olof).await;
        world.clock.advance_secs(10 * DAY_SECS);
        let owner = signed_in(nordhamn.sign_in(CLARA, PASSWORD).await).person;
        let rules = typed(&asked("2"));
        let form = PolicyForm { rules: &rules, reason: "Beslut", version: 1, confirmed: 0 };
        let done = change(&world.core, &owner, form).await.unwrap();
        assert_eq!((done.factors.count, done.may_be_locked_out()), (2, 0));
        let by_code = async || {
            world.clock.advance_secs(60);
            let Step::Waiting(Stage::SecondFactor, token) = nordhamn.sign_in(MEMBER, PASSWORD).await else {
                panic!("not asked for a code")
            };
            enter_code(&world.core, &origin(), &stranger(), &token, &world.code(&secret, 0)).await.unwrap()
        };
        let olof = signed_in(by_code().await);
        let due = home(&world.core, &olof.person).await.unwrap().second_factor_due.unwrap();
        assert_eq!((due.at.days_ago, due.passkey), (-3, true));
        world.clock.advance_secs(3 * DAY_SECS);
        assert!(matches!(by_code().await, Step::Waiting(Stage::EnrolSecondFactor, _)));
    }
);

each_database!(
    async fn a_passkey_demanded_anew_has_new_grace_days(mut nordhamn: Nordhamn) {
        let mut key = with_a_passkey(&mut nordhamn).await;
        let asked = |demand| [("second_factor", demand), ("grace_days", "3")];
        for demand in ["2", "1"] {
            nordhamn.set(&asked(demand)).await.unwrap();
            let olof = signed_in(nordhamn.sign_in(MEMBER, PASSWORD).await);
            let due = home(&nordhamn.world.core, &olof.person).await.unwrap().second_factor_due.unwrap();
            assert_eq!((due.at.days_ago, due.passkey), (-3, demand == "2"));
            if demand == "1" {
                nordhamn.world.code_app(&olof).await;
            }
        }
        nordhamn.world.clock.advance_secs(10 * DAY_SECS);
        nordhamn.owner = by_passkey(&nordhamn, &mut key).await;
        assert_eq!(nordhamn.set(&asked("2")).await.unwrap().may_be_locked_out(), 0);
    }
);

each_database!(
    async fn a_stricter_demand_restores_no_used_up_grace_days(mut nordhamn: Nordhamn) {
        let mut key = with_a_passkey(&mut nordhamn).await;
        let asked = |demand| [("second_factor", demand), ("grace_days", "3")];
        nordhamn.set(&asked("1")).await.unwrap();
        let olof = signed_in(nordhamn.sign_in(MEMBER, PASSWORD).await).person.account;
        nordhamn.world.clock.advance_secs(3 * DAY_SECS);
        demanded(&nordhamn, MEMBER, PASSWORD).await;
        nordhamn.owner = by_passkey(&nordhamn, &mut key).await;
        nordhamn.set(&asked("2")).await.unwrap();
        // Neither at home nor as a guest of an organisation that demands more.
        let eva = nordhamn.world.vastmark().await.person;
        nordhamn.world.join(eva.tenant, olof, Role::Member).await;
        let rules = typed(&asked("2"));
        let form = PolicyForm { rules: &rules, reason: "Beslut", version: 0, confirmed: 1 };
        change(&nordhamn.world.core, &eva, form).await.unwrap();
        let token = demanded(&nordhamn, MEMBER, PASSWORD).await;
        // A code app is overdue, and is enough until the days for a passkey are over.
        let olof = signed_in(set_up(&nordhamn, &token).await.0);
        let due = home(&nordhamn.world.core, &olof.person).await.unwrap().second_factor_due.unwrap();
        assert_eq!((due.at.days_ago, due.passkey), (-3, true));
    }
);

each_database!(
    async fn removing_a_second_factor_gives_no_new_grace_days_and_a_reset_does(nordhamn: Nordhamn) {
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
        remove_code_app(&world.core, &again.person, &stranger()).await.unwrap();
        let token = demanded(&nordhamn, MEMBER, PASSWORD).await;
        let (_, secret) = set_up(&nordhamn, &token).await;
        world.clock.advance_secs(60);
        enter(&secret).await;
        let owner = signed_in(nordhamn.sign_in(CLARA, PASSWORD).await);
        act(&world.core, &owner.person, Act::ResetSecondFactor, &[started.person.account], "Tappad").await.unwrap();
        signed_in(nordhamn.sign_in(MEMBER, PASSWORD).await);
    }
);
