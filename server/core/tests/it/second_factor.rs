use crate::kit::{CodeAppHolder, HOUR_SECS, full, of_field, waiting, wrong_code, wrong_recovery_code};
use portvakt_core::each_database;
use portvakt_core::error::CoreError;
use portvakt_core::reset::accepts;
use portvakt_core::second_factor::make_recovery_codes;
use portvakt_core::security::security;
use portvakt_core::sign_in::{LIFETIME_SECS, Step, enter_code, sign_in, stage};
use portvakt_core::step_up::prove;
use portvakt_core::testing::{EMAIL, NEW_PASSWORD, PASSWORD, choose_password, origin, refusal, stranger};
use portvakt_model::fault::{FieldRule, Refusal};
use portvakt_model::second_factor::{Accepts, STEP_SECS};
use portvakt_model::stage::Stage;
use std::collections::BTreeSet;

each_database!(
    async fn an_account_with_a_code_app_signs_in_with_a_code_too(anna: CodeAppHolder) {
        let waiting = anna.waiting().await;
        assert!(stage(anna.core(), &waiting).await.unwrap() == Some(Stage::SecondFactor));
        assert!(anna.world.who(&waiting).await.is_none(), "it is no session");
        assert_eq!(refusal(anna.enter(&waiting, &anna.wrong()).await), Some(wrong_code(4)));
        let started = anna.enter(&waiting, &anna.code()).await.unwrap();
        assert_eq!(anna.world.who(&started.token).await.unwrap().email, EMAIL);
        assert!(started.token != waiting);
        assert_eq!(refusal(anna.enter(&waiting, &anna.code()).await), Some(Refusal::SignedOut), "once");
        assert!(stage(anna.core(), &waiting).await.unwrap().is_none());
        assert_eq!(
            anna.actions().await[1..],
            ["account.code_app_added", "session.second_factor_asked", "account.code_refused", "session.started"]
        );
        assert_eq!(anna.world.number("SELECT count(*) FROM code_try").await, 0, "a right code begins anew");
    }
);

each_database!(
    async fn the_right_password_alone_opens_nothing_and_does_not_wait_for_ever(anna: CodeAppHolder) {
        let old = anna.waiting().await;
        anna.world.clock.advance_secs(LIFETIME_SECS);
        assert!(stage(anna.core(), &old).await.unwrap().is_none());
        assert_eq!(refusal(anna.enter(&old, &anna.code()).await), Some(Refusal::SignedOut));
        // A new password voids the sign-ins that wait with the old one.
        let waiting = anna.waiting().await;
        let link = anna.world.reset_link(EMAIL).await;
        let code = anna.code();
        choose_password(anna.core(), &origin(), &link, &stranger(), NEW_PASSWORD, &code).await.unwrap();
        anna.world.clock.advance_secs(STEP_SECS);
        assert_eq!(refusal(anna.enter(&waiting, &anna.code()).await), Some(Refusal::SignedOut));
        // A thief of the password who begins sign-ins again and again does not keep the owner from signing in.
        anna.world.clock.advance_secs(STEP_SECS);
        let begin = || async {
            match sign_in(anna.core(), &origin(), &stranger(), EMAIL, NEW_PASSWORD).await.unwrap() {
                Step::Waiting(Stage::SecondFactor, token) => token,
                _ => panic!("the password was enough"),
            }
        };
        for _ in 0..30 {
            begin().await;
        }
        assert_eq!(anna.world.number("SELECT count(*) FROM pending_sign_in").await, 20);
        let waiting = begin().await;
        anna.enter(&waiting, &anna.code()).await.unwrap();
    }
);

each_database!(
    async fn a_code_is_accepted_once_and_no_code_of_an_earlier_or_distant_step(anna: CodeAppHolder) {
        let mut right = 0;
        anna.world.clock.advance_secs(10 * STEP_SECS);
        for (steps, is_right) in
            [(-2, false), (-1, true), (-1, false), (0, true), (0, false), (-1, false), (2, false), (1, true)]
        {
            let waiting = anna.waiting().await;
            let done = anna.enter(&waiting, &anna.world.code(&anna.secret, steps)).await;
            assert_eq!(done.is_ok(), is_right, "{steps}");
            right += i32::from(is_right);
        }
        assert_eq!(right, 3);
    }
);

each_database!(
    threads = 2,
    async fn fifty_uses_of_one_code_at_once_make_one_session(anna: CodeAppHolder) {
        let (rounds, every) = if full() { (100, 10) } else { (3, 3) };
        for round in 0..rounds {
            // The late uses show a used code, which counts as a wrong one for an hour.
            anna.world.clock.advance_secs(HOUR_SECS);
            let code = if round % every == every - 1 { anna.recovery[round / every].clone() } else { anna.code() };
            let mut tokens = Vec::new();
            for _ in 0..10 {
                tokens.push(anna.waiting().await);
            }
            let uses = (0..50).map(|n| {
                let (portal, code, waiting) = (anna.core().clone(), code.clone(), tokens[n % 10].clone());
                tokio::spawn(async move { enter_code(&portal, &origin(), &stranger(), &waiting, &code).await })
            });
            let mut right = 0;
            for done in uses.collect::<Vec<_>>() {
                match done.await.unwrap() {
                    Ok(_) => right += 1,
                    Err(CoreError::Refused(_)) => {}
                    Err(error) => panic!("{error:?}"),
                }
            }
            assert_eq!(right, 1, "round {round}");
        }
    }
);

each_database!(
    async fn ten_codes_an_hour_are_checked_across_sign_ins_and_restarts(anna: CodeAppHolder) {
        let mut checked = 0;
        let (sign_ins, restart) = if full() { (200, 50) } else { (8, 2) };
        for n in 0..sign_ins {
            // A new process has no counts in memory, as after a restart.
            let core = if n % restart == restart - 1 {
                anna.world.again(&anna.world.settings).await.unwrap()
            } else {
                anna.core().clone()
            };
            let waiting = waiting(&core).await;
            for _ in 0..5 {
                match refusal(enter_code(&core, &origin(), &stranger(), &waiting, &anna.wrong()).await) {
                    Some(Refusal::WrongCode { .. }) => checked += 1,
                    Some(Refusal::CodesLocked { retry_after_secs }) => assert!(retry_after_secs <= 3600),
                    other => panic!("{other:?}"),
                }
            }
        }
        assert_eq!(checked, 10, "of {}", sign_ins * 5);
        // The right code is refused too, until the first wrong one is an hour old.
        let waiting = anna.waiting().await;
        assert!(matches!(refusal(anna.enter(&waiting, &anna.code()).await), Some(Refusal::CodesLocked { .. })));
        anna.world.clock.advance_secs(HOUR_SECS);
        let waiting = anna.waiting().await;
        anna.enter(&waiting, &anna.code()).await.unwrap();
    }
);

each_database!(
    async fn a_hundred_wrong_codes_in_a_row_stop_them_and_a_recovery_code_begins_anew(anna: CodeAppHolder) {
        for _ in 0..20 {
            let waiting = anna.waiting().await;
            for left in (0..5).rev() {
                assert_eq!(refusal(anna.enter(&waiting, &anna.wrong()).await), Some(wrong_code(left)));
            }
            assert_eq!(refusal(anna.enter(&waiting, &anna.wrong()).await), Some(Refusal::SignedOut), "it has ended");
            anna.world.clock.advance_secs(HOUR_SECS);
        }
        let waiting = anna.waiting().await;
        assert_eq!(refusal(anna.enter(&waiting, &anna.code()).await), Some(Refusal::CodesStopped));
        anna.enter(&waiting, &anna.recovery[0]).await.unwrap();
        let waiting = anna.waiting().await;
        anna.enter(&waiting, &anna.code()).await.unwrap();
    }
);

each_database!(
    async fn a_recovery_code_is_good_for_one_sign_in_and_kept_as_a_hash(anna: CodeAppHolder) {
        assert_eq!(anna.recovery.len(), 10);
        assert_eq!(anna.recovery.iter().collect::<BTreeSet<_>>().len(), 10);
        let waiting = anna.waiting().await;
        let typed = anna.recovery[3].to_lowercase().replace('-', " ");
        anna.enter(&waiting, &typed).await.unwrap();
        let waiting = anna.waiting().await;
        assert_eq!(refusal(anna.enter(&waiting, &anna.recovery[3]).await), Some(wrong_recovery_code(4)));
        let second = security(anna.core(), anna.person()).await.unwrap().second;
        assert_eq!(second.recovery_left, 9);
        let made = make_recovery_codes(anna.core(), anna.person()).await.unwrap().recovery_codes;
        assert_eq!(
            refusal(anna.enter(&waiting, &anna.recovery[4]).await),
            Some(wrong_recovery_code(3)),
            "the older ones are void"
        );
        anna.enter(&waiting, &made[0]).await.unwrap();
        if anna.world.is_sqlite() {
            let rows = anna.world.rows().await.join("\n");
            let secret = anna.secret.replace(' ', "");
            for canary in anna.recovery.iter().chain(&made).chain([&secret]) {
                assert!(!rows.contains(canary.as_str()), "{canary}");
            }
        }
    }
);

each_database!(
    async fn a_mailed_link_alone_opens_no_account_with_a_second_factor(anna: CodeAppHolder) {
        let link = anna.world.reset_link(EMAIL).await;
        let choose =
            async |code: &str| choose_password(anna.core(), &origin(), &link, &stranger(), NEW_PASSWORD, code).await;
        assert_eq!(accepts(anna.core(), &link).await.unwrap(), Some(Accepts { passkey: false, code_app: true }));
        let unknown = "222222-222222-222222-222222";
        for (code, rule) in [
            ("", FieldRule::Empty),
            ("12345", FieldRule::NotACode),
            (&anna.wrong(), FieldRule::WrongCode),
            (unknown, FieldRule::WrongCode),
        ] {
            assert_eq!(refusal(choose(code).await), Some(of_field(rule)));
        }
        assert!(anna.world.who(&anna.started.token).await.is_some(), "nothing has changed");
        let started = choose(&anna.code()).await.unwrap();
        assert!(anna.world.who(&started.token).await.is_some());
        // The next link accepts a recovery code.
        let link = anna.world.reset_link(EMAIL).await;
        let code = &anna.recovery[1];
        choose_password(anna.core(), &origin(), &link, &stranger(), PASSWORD, code).await.unwrap();
        let second = security(anna.core(), &started.person).await.unwrap().second;
        assert!(second.code_app.is_some(), "it stays");
        assert_eq!(second.recovery_left, 9);
    }
);

each_database!(
    async fn wrong_codes_cause_a_notice_wherever_they_are_tried(anna: CodeAppHolder) {
        let (world, core) = (&anna.world, anna.core());
        let told = async || world.number("SELECT count(*) FROM mail WHERE kind = 'codes_refused'").await;
        let near: BTreeSet<_> = (-2..=2).map(|steps| world.code(&anna.secret, steps)).collect();
        let wrong = (0..10).map(|n| format!("{n:06}")).find(|code| !near.contains(code)).unwrap();
        let link = world.reset_link(EMAIL).await;
        for tries in 1..=5 {
            assert_eq!(told().await, 0, "{tries}");
            if tries % 2 == 0 {
                prove(core, anna.person(), &stranger().devices, &wrong).await.err().unwrap();
            } else {
                choose_password(core, &origin(), &link, &stranger(), NEW_PASSWORD, &wrong).await.err().unwrap();
            }
        }
        assert_eq!(told().await, 1);
        prove(core, anna.person(), &stranger().devices, &wrong).await.err().unwrap();
        assert_eq!(told().await, 1, "once an hour");
    }
);
