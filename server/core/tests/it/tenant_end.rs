//! Suspended customers, and contracts that end.
use crate::kit::{Two, brightwater, typed};
use portvakt_core::caller::Caller;
use portvakt_core::each_database;
use portvakt_core::housekeeping;
use portvakt_core::member;
use portvakt_core::policy_editor::{self, PolicyForm};
use portvakt_core::reset::{forgot, recover};
use portvakt_core::sign_in::Step;
use portvakt_core::tenants::{self as tenant, WAIT_SECS};
use portvakt_core::testing::{
    CLARA, EMAIL, NEW_PASSWORD, PASSWORD, World, choose_password, new_person, origin, refusal, register, sign_in,
    stranger,
};
use portvakt_model::fault::{FieldRule, Refusal};
use portvakt_model::role::Role;
use portvakt_model::stage::Stage;
use portvakt_model::tenant::Contract;
use std::time::Duration;

each_database!(
    async fn a_suspended_customers_people_are_told_after_everything_that_their_account_asks_for(two: Two) {
        let core = &two.world.core;
        let (secret, ..) = two.world.code_app(&two.clara).await;
        two.world.clock.advance_secs(60);
        tenant::suspend(core, &two.staff(), two.customer(), "Obetald faktura").await.unwrap();
        let answer = portvakt_core::sign_in::sign_in(core, &origin(), &stranger(), CLARA, PASSWORD).await.unwrap();
        let Step::Waiting(Stage::SecondFactor, token) = answer else { panic!("a password alone tells nothing") };
        let code = two.world.code(&secret, 0);
        let told = portvakt_core::sign_in::enter_code(core, &origin(), &stranger(), &token, &code).await;
        assert_eq!(refusal(told.map(drop)), Some(Refusal::Suspended { organisation: true }));
        let again = portvakt_core::sign_in::enter_code(core, &origin(), &stranger(), &token, &code).await;
        assert_eq!(refusal(again.map(drop)), Some(Refusal::SignedOut), "once");
        assert_eq!(two.world.number("SELECT count(*) FROM session WHERE ends_at > 0").await, 1, "the operator's");
        let last = two.world.actions(two.customer()).await.pop();
        assert_eq!(last.as_deref(), Some("account.sign_in_failed"));
    }
);

each_database!(
    async fn nobody_signs_in_to_a_suspended_customer_until_it_is_restored(two: Two) {
        let (core, id) = (&two.world.core, two.customer());
        two.invite_anna().await;
        let guest = sign_in(core, &origin(), &stranger(), EMAIL, PASSWORD).await.unwrap();
        portvakt_core::session::switch_organisation(core, &guest.person, id).await.unwrap();
        assert_eq!(two.world.who(&guest.token).await.unwrap().person.tenant, id);
        let link = recover(core, CLARA).await.unwrap();
        assert!(two.world.who(&two.clara.token).await.is_some());

        tenant::suspend(core, &two.staff(), id, "Obetald faktura").await.unwrap();
        assert!(two.world.who(&two.clara.token).await.is_none(), "sessions end at once");
        let back = two.world.who(&guest.token).await.unwrap();
        assert_eq!((back.person.tenant, back.elsewhere), (two.anna.home, Vec::new()), "guests go on at home");
        let to = portvakt_core::session::switch_organisation(core, &back.person, id).await;
        assert_eq!(refusal(to), Some(Refusal::NotFound));
        let known = two.world.known_browser(&two.clara);
        let here = sign_in(core, &origin(), &known, CLARA, PASSWORD).await.map(drop);
        assert_eq!(refusal(here), Some(Refusal::Suspended { organisation: true }));
        let before = two.world.number("SELECT count(*) FROM mail").await;
        forgot(core, &origin(), CLARA).await.unwrap();
        assert_eq!(two.world.number("SELECT count(*) FROM mail").await, before);
        let reset = choose_password(core, &origin(), &link, &stranger(), NEW_PASSWORD, "").await;
        assert_eq!(refusal(reset.map(drop)), Some(Refusal::NotFound));
        assert_eq!(two.contract().await, Contract::Suspended);
        let detail = tenant::show(core, &two.anna, id).await.unwrap();
        assert_eq!(detail.suspended.unwrap().1, "Obetald faktura");

        tenant::restore(core, &two.staff(), id).await.unwrap();
        assert!(two.signs_in().await);
        assert!(two.world.who(&two.clara.token).await.is_none(), "ended sessions stay ended");
        assert_eq!(two.contract().await, Contract::Active);
        for chain in [id, two.anna.home] {
            let happened = two.world.actions(chain).await;
            for action in ["tenant.suspended", "tenant.restored"] {
                assert_eq!(happened.iter().filter(|a| *a == action).count(), 1, "{action}");
            }
        }
    }
);

each_database!(
    async fn an_invitation_into_a_suspended_customer_waits(world: World) {
        let staff = Caller::from(world.owner().await.person);
        let (customer, owner) = brightwater();
        let made = tenant::create(&world.core, &staff, &customer, &owner).await.unwrap();
        tenant::suspend(&world.core, &staff, made.tenant, "Obetald").await.unwrap();
        let comes =
            async || register(&world.core, &origin(), &made.invitation, &stranger(), "Tom", PASSWORD).await.map(drop);
        assert_eq!(refusal(comes().await), Some(Refusal::NotFound));
        tenant::restore(&world.core, &staff, made.tenant).await.unwrap();
        comes().await.unwrap();
    }
);

each_database!(
    async fn the_end_of_a_contract_wants_the_short_name_and_can_be_taken_back_for_a_month(two: Two) {
        let (core, id, staff) = (&two.world.core, two.customer(), two.staff());
        for (typed, rule) in [("", FieldRule::Empty), ("nordhamn", FieldRule::NotTheSame)] {
            let refused = tenant::end(core, &staff, id, typed).await;
            assert_eq!(refusal(refused), Some(Refusal::Fields(vec![rule.of("confirm")])));
        }
        tenant::end(core, &staff, id, " nordhamn-kommun ").await.unwrap();
        assert_eq!(two.contract().await, Contract::Ending);
        assert!(two.world.who(&two.clara.token).await.is_none());
        assert!(!two.signs_in().await);
        assert_eq!(refusal(tenant::end(core, &staff, id, "nordhamn-kommun").await), Some(Refusal::Conflict));
        two.world.clock.advance_secs(WAIT_SECS - 1);
        housekeeping::round(core).await.unwrap();
        tenant::restore(core, &staff, id).await.unwrap();
        two.world.clock.advance_secs(WAIT_SECS);
        housekeeping::round(core).await.unwrap();
        assert!(two.signs_in().await);
        assert_eq!(two.contract().await, Contract::Active);
    }
);

each_database!(
    threads = 2,
    async fn when_a_contract_has_ended_its_keys_are_gone_and_its_log_still_verifies(two: Two) {
        let (core, id, staff) = (&two.world.core, two.customer(), two.staff());
        let waiting = new_person("Dan Ek", "dan@nordhamn.example");
        let dan = member::add(core, &Caller::from(two.clara.person.clone()), id, &waiting, Role::Member).await.unwrap();
        let link = recover(core, CLARA).await.unwrap();
        let host = two.world.vastmark().await.person;
        two.world.join(host.home, dan, Role::Administrator).await;
        let mut there = two.world.signed_in(id, dan);
        there.tenant = host.home;
        let rules = typed(&[("history", "3")]);
        let form = PolicyForm { rules: &rules, reason: "x", version: 0, confirmed: 0 };
        policy_editor::change(core, &two.world.in_session(there).await, form).await.unwrap();
        two.world
            .sql("INSERT INTO earlier_password SELECT tenant_id, account_id, 1, sealed, imported FROM password")
            .await;
        tenant::end(core, &staff, id, "nordhamn-kommun").await.unwrap();
        two.world.clock.advance_secs(WAIT_SECS);
        // Processes are killed in the middle of the deletion, and several run at once.
        for millis in 0..8 {
            let _ = tokio::time::timeout(Duration::from_millis(millis), housekeeping::round(core)).await;
        }
        let other = two.world.again(&two.world.settings).await.unwrap();
        let (first, second) = tokio::join!(housekeeping::round(core), housekeeping::round(&other));
        first.unwrap();
        second.unwrap();
        housekeeping::round(core).await.unwrap();

        assert_eq!(two.contract().await, Contract::Ended);
        for chain in [id, two.anna.home] {
            let happened = two.world.actions(chain).await;
            assert_eq!(happened.iter().filter(|action| *action == "tenant.ended").count(), 1);
        }
        assert_eq!(two.world.number("SELECT count(*) FROM tenant_key").await, 2);
        assert_eq!(two.world.number("SELECT count(*) FROM account_key").await, 2);
        assert_eq!(two.world.number("SELECT count(*) FROM password").await, 2);
        assert_eq!(
            two.world.number("SELECT count(*) FROM account").await,
            2,
            "the operator's owner and the host's owner"
        );
        assert_eq!(two.world.number("SELECT count(*) FROM mail").await, 0);
        if two.world.is_sqlite() {
            // Only the customer's row and its log are left. Nobody can open the log's sealed parts.
            let left = two.world.rows().await;
            let names = ["Clara", "clara@", "Dan Ek", "dan@", &dan.to_string()];
            let of_people =
                |row: &&String| !row.starts_with("audit_event ") && names.iter().any(|name| row.contains(name));
            assert_eq!(left.iter().find(of_people), None);
            let of_customer = |row: &&String| row.contains(&id.to_string()) && !row.starts_with("audit_");
            assert_eq!(left.iter().filter(of_customer).count(), 1);
        }
        let told = two.world.actions(host.home).await;
        assert_eq!(told.last().map(String::as_str), Some("account.erased"), "the host of its guest is told");
        assert!(!two.signs_in().await);
        let reset = choose_password(core, &origin(), &link, &stranger(), NEW_PASSWORD, "").await;
        assert_eq!(refusal(reset.map(drop)), Some(Refusal::NotFound));
        for done in [
            tenant::restore(core, &staff, id).await,
            tenant::suspend(core, &staff, id, "Obetald").await,
            tenant::end(core, &staff, id, "nordhamn-kommun").await,
        ] {
            assert_eq!(refusal(done), Some(Refusal::Conflict));
        }
        // The address is free again.
        two.world.customer("Signalfyr", "Clara Ström", CLARA).await;
        assert!(two.signs_in().await);
    }
);
