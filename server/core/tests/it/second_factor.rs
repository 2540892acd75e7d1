use crate::post::Post;
use portvakt_core::caller::{Caller, Person};
use portvakt_core::error::CoreError;
use portvakt_core::reset::accepts;
use portvakt_core::second_factor::{begin, confirm, forget, make_recovery_codes, remove};
use portvakt_core::security::security;
use portvakt_core::session::Started;
use portvakt_core::sign_in::{LIFETIME_SECS, Step, enter_code, sign_in, stage};
use portvakt_core::step_up::prove;
use portvakt_core::testing::sign_in as by_password;
use portvakt_core::testing::{
    EMAIL, Fixture, PASSWORD, World, by_hand, choose_password, new_person, origin, refusal, stranger,
};
use portvakt_core::token::Token;
use portvakt_core::user::{act, user};
use portvakt_core::{Core, each_database, member, second_factor};
use portvakt_model::fault::{FieldRule, Refusal};
use portvakt_model::id::AccountId;
use portvakt_model::proof::Typed;
use portvakt_model::role::Role;
use portvakt_model::second_factor::{Accepts, FRESH_SECS, STEP_SECS};
use portvakt_model::stage::Stage;
use portvakt_model::user::Act;
use std::collections::BTreeSet;
use uuid::Uuid;

const NEW: &str = "en helt annan mening";
const HOUR_SECS: i64 = 60 * 60;

/// Somebody with a code app.
struct Anna {
    world: World,
    secret: String,
    started: Started,
    recovery: Vec<String>,
}

impl Fixture for Anna {
    async fn of(world: World) -> Self {
        let started = world.owner().await;
        let (secret, started, recovery) = world.code_app(&started).await;
        // The step of the code that has set it up is used.
        world.clock.advance_secs(STEP_SECS);
        Self { world, secret, started, recovery }
    }
}

impl Anna {
    fn core(&self) -> &Core {
        &self.world.core
    }

    fn person(&self) -> &Person {
        &self.started.person
    }

    /// What an app shows now.
    fn code(&self) -> String {
        self.world.code(&self.secret, 0)
    }

    /// What no app shows now.
    fn wrong(&self) -> String {
        let near: BTreeSet<_> = (-2..=2).map(|steps| self.world.code(&self.secret, steps)).collect();
        (0..10).map(|n| format!("{n:06}")).find(|code| !near.contains(code)).unwrap()
    }

    /// A sign-in that waits for a code.
    async fn waiting(&self) -> Token {
        waiting(self.core()).await
    }

    async fn enter(&self, waiting: &Token, code: &str) -> Result<Started, CoreError> {
        match enter_code(self.core(), &origin(), &stranger(), waiting, code).await? {
            Step::SignedIn(started) => Ok(started),
            Step::Waiting(stage, _) => panic!("asked for more: {stage:?}"),
        }
    }

    async fn actions(&self) -> Vec<String> {
        self.world.actions(self.person().home).await
    }
}

async fn waiting(core: &Core) -> Token {
    match sign_in(core, &origin(), &stranger(), EMAIL, PASSWORD).await.unwrap() {
        Step::Waiting(Stage::SecondFactor, token) => token,
        _ => panic!("the password was enough"),
    }
}

fn wrong_code(left: u32) -> Refusal {
    Refusal::WrongCode { left: Some(left) }
}

fn of_field(rule: FieldRule) -> Refusal {
    Refusal::Fields(vec![rule.of("code")])
}

each_database!(
    async fn whoever_has_a_code_app_signs_in_with_a_code_of_it_as_well(anna: Anna) {
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
    async fn the_right_password_alone_opens_nothing_and_does_not_wait_for_ever(anna: Anna) {
        let old = anna.waiting().await;
        anna.world.clock.advance_secs(LIFETIME_SECS);
        assert!(stage(anna.core(), &old).await.unwrap().is_none());
        assert_eq!(refusal(anna.enter(&old, &anna.code()).await), Some(Refusal::SignedOut));
        // A new password ends what waits with the old one.
        let waiting = anna.waiting().await;
        let link = anna.world.reset_link(EMAIL).await;
        let code = anna.code();
        choose_password(anna.core(), &origin(), &link, &stranger(), NEW, &code).await.unwrap();
        anna.world.clock.advance_secs(STEP_SECS);
        assert_eq!(refusal(anna.enter(&waiting, &anna.code()).await), Some(Refusal::SignedOut));
        // Whoever knows the password cannot keep its owner from signing in by beginning to, again and again.
        anna.world.clock.advance_secs(STEP_SECS);
        let begin = || async {
            match sign_in(anna.core(), &origin(), &stranger(), EMAIL, NEW).await.unwrap() {
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
    async fn a_code_is_taken_once_and_none_of_an_earlier_or_a_distant_step(anna: Anna) {
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
    async fn fifty_uses_of_one_code_at_once_make_one_session(anna: Anna) {
        for round in 0..100 {
            // Those who come too late have shown a used code: that counts for an hour.
            anna.world.clock.advance_secs(HOUR_SECS);
            let code = if round % 10 == 9 { anna.recovery[round / 10].clone() } else { anna.code() };
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
    async fn ten_codes_an_hour_are_checked_whatever_sign_in_they_belong_to_and_whoever_restarts(anna: Anna) {
        let mut checked = 0;
        for n in 0..200 {
            // Another process, as after a restart.
            let core =
                if n % 50 == 49 { anna.world.again(&anna.world.settings).await.unwrap() } else { anna.core().clone() };
            let waiting = waiting(&core).await;
            for _ in 0..5 {
                match refusal(enter_code(&core, &origin(), &stranger(), &waiting, &anna.wrong()).await) {
                    Some(Refusal::WrongCode { .. }) => checked += 1,
                    Some(Refusal::CodesLocked { retry_after_secs }) => assert!(retry_after_secs <= 3600),
                    other => panic!("{other:?}"),
                }
            }
        }
        assert_eq!(checked, 10, "of a thousand");
        // Also the right one is not, until the first of them is an hour old; a recovery code is.
        let waiting = anna.waiting().await;
        assert!(matches!(refusal(anna.enter(&waiting, &anna.code()).await), Some(Refusal::CodesLocked { .. })));
        anna.world.clock.advance_secs(HOUR_SECS);
        let waiting = anna.waiting().await;
        anna.enter(&waiting, &anna.code()).await.unwrap();
    }
);

each_database!(
    async fn a_hundred_wrong_codes_in_a_row_stop_them_and_a_recovery_code_begins_anew(anna: Anna) {
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
    async fn a_recovery_code_is_good_for_one_sign_in_and_kept_as_a_hash(anna: Anna) {
        assert_eq!(anna.recovery.len(), 10);
        assert_eq!(anna.recovery.iter().collect::<BTreeSet<_>>().len(), 10);
        let waiting = anna.waiting().await;
        let typed = anna.recovery[3].to_lowercase().replace('-', " ");
        anna.enter(&waiting, &typed).await.unwrap();
        let waiting = anna.waiting().await;
        assert_eq!(refusal(anna.enter(&waiting, &anna.recovery[3]).await), Some(wrong_code(4)));
        let second = security(anna.core(), anna.person()).await.unwrap().second;
        assert_eq!(second.recovery_left, 9);
        let made = make_recovery_codes(anna.core(), anna.person()).await.unwrap().recovery_codes;
        assert_eq!(
            refusal(anna.enter(&waiting, &anna.recovery[4]).await),
            Some(wrong_code(3)),
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
    async fn a_code_app_is_set_up_with_a_code_of_it_and_not_without_having_begun(world: World) {
        let started = world.owner().await;
        let (core, person, browser) = (&world.core, &started.person, world.known_browser(&started));
        let attempt = |code: String| {
            let browser = browser.clone();
            async move { confirm(core, person, &browser, &code).await.map(|(started, _)| started) }
        };
        assert_eq!(refusal(attempt("123456".to_owned()).await), Some(Refusal::NotFound), "nothing was begun");
        begin(core, person).await.unwrap();
        let first = security(core, person).await.unwrap().second.enrolment.unwrap();
        assert!(first.address.contains("M%C3%A5rdby%20Systems%20AB"), "{}", first.address);
        begin(core, person).await.unwrap();
        let enrolment = security(core, person).await.unwrap().second.enrolment.unwrap();
        assert!(enrolment.secret != first.secret, "another time another secret");
        assert_eq!(refusal(attempt("12345".to_owned()).await), Some(of_field(FieldRule::NotACode)));
        assert_eq!(refusal(attempt(" ".to_owned()).await), Some(of_field(FieldRule::Empty)));
        assert_eq!(refusal(attempt(world.code(&first.secret, 0)).await), Some(of_field(FieldRule::WrongCode)));
        assert_eq!(refusal(attempt(world.code(&enrolment.secret, 5)).await), Some(of_field(FieldRule::OtherTime)));
        // Until then the password is enough, and other sessions go on.
        let other = by_password(core, &origin(), &stranger(), EMAIL, PASSWORD).await.unwrap();
        let renewed = attempt(world.code(&enrolment.secret, 0)).await.unwrap();
        assert!(world.who(&other.token).await.is_none(), "other sessions end");
        assert!(world.who(&started.token).await.is_none(), "this one has a new token");
        assert!(world.who(&renewed.token).await.is_some());
        assert_eq!(refusal(attempt(world.code(&enrolment.secret, 0)).await), Some(Refusal::NotFound), "once");
        // The code that has set it up signs nobody in.
        let waiting = waiting(core).await;
        let used = enter_code(core, &origin(), &stranger(), &waiting, &world.code(&enrolment.secret, 0)).await;
        assert_eq!(refusal(used), Some(wrong_code(4)));
        // What is begun and let go of, or forgotten, is nothing.
        begin(core, &renewed.person).await.unwrap();
        forget(core, &renewed.person).await.unwrap();
        assert_eq!(security(core, &renewed.person).await.unwrap().second.enrolment, None);
        begin(core, &renewed.person).await.unwrap();
        world.clock.advance_secs(31 * 60);
        assert_eq!(security(core, &renewed.person).await.unwrap().second.enrolment, None);
    }
);

each_database!(
    async fn what_changes_a_second_factor_wants_a_proof_of_the_last_minutes(anna: Anna) {
        let (core, person) = (anna.core(), anna.person());
        let browser = anna.world.known_browser(&anna.started);
        anna.world.clock.advance_secs(FRESH_SECS);
        let asked = Some(Refusal::ToBeProven(by_hand(Typed::Code)));
        assert_eq!(refusal(begin(core, person).await), asked);
        assert_eq!(refusal(make_recovery_codes(core, person).await.map(drop)), asked);
        assert_eq!(refusal(remove(core, person, &browser).await.map(drop)), asked);
        assert_eq!(refusal(confirm(core, person, &browser, "123456").await.map(drop)), asked);

        let prove = |typed: String| {
            let devices = browser.devices.clone();
            async move { prove(core, person, &devices, &typed).await }
        };
        assert_eq!(
            refusal(prove(PASSWORD.to_owned()).await),
            Some(Refusal::Fields(vec![FieldRule::NotACode.of("proof")]))
        );
        assert_eq!(refusal(prove(anna.wrong()).await), Some(Refusal::WrongCode { left: None }));
        let token = prove(anna.code()).await.unwrap();
        assert!(anna.world.who(&anna.started.token).await.is_none(), "the older token is nobody's");
        assert!(anna.world.who(&token).await.is_some());
        make_recovery_codes(core, person).await.unwrap();
        remove(core, person, &browser).await.unwrap();
        assert_eq!(refusal(remove(core, person, &browser).await.map(drop)), Some(Refusal::NotFound));
        by_password(core, &origin(), &stranger(), EMAIL, PASSWORD).await.unwrap();

        // Whoever has none is asked for their password, in the lanes of their sign-in.
        anna.world.clock.advance_secs(FRESH_SECS);
        assert_eq!(refusal(begin(core, person).await), Some(Refusal::ToBeProven(by_hand(Typed::Password))));
        assert!(matches!(refusal(prove("fel lösenord".to_owned()).await), Some(Refusal::NotProven(_))));
        prove(PASSWORD.to_owned()).await.unwrap();
        begin(core, person).await.unwrap();
        let actions = anna.actions().await;
        assert!(actions.iter().filter(|action| *action == "session.proven_again").count() == 2, "{actions:?}");
    }
);

each_database!(
    async fn mail_alone_gives_nobody_an_account_that_has_a_second_factor(anna: Anna) {
        let link = anna.world.reset_link(EMAIL).await;
        let choose = async |code: &str| choose_password(anna.core(), &origin(), &link, &stranger(), NEW, code).await;
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
        // Or with a recovery code, by the next link.
        let link = anna.world.reset_link(EMAIL).await;
        let code = &anna.recovery[1];
        choose_password(anna.core(), &origin(), &link, &stranger(), PASSWORD, code).await.unwrap();
        let second = security(anna.core(), &started.person).await.unwrap().second;
        assert!(second.code_app.is_some(), "it stays");
        assert_eq!(second.recovery_left, 9);
    }
);

/// Takes somebody's second factor away.
async fn reset(core: &Core, by: &Person, whose: AccountId) -> Option<Refusal> {
    let report = act(core, by, Act::ResetSecondFactor, &[whose], "Telefonen är borta").await;
    match report {
        Ok(report) if report.done == 1 => None,
        Ok(_) => Some(Refusal::Conflict),
        Err(error) => refusal(Err::<(), _>(error)),
    }
}

each_database!(
    async fn only_the_home_takes_a_second_factor_away_from_somebody_who_has_lost_it(anna: Anna) {
        let (core, world, owner) = (anna.core(), &anna.world, anna.person());
        let nordhamn = world.customer("Nordhamn kommun", "Clara Ström", "clara@nordhamn.example").await;
        let (_, clara, _) = world.code_app(&nordhamn).await;
        let clara = clara.person;
        // A guest's host, and whoever else acts elsewhere, has no way to it.
        world.join(owner.home, clara.account, Role::Member).await;
        assert_eq!(reset(core, owner, clara.account).await, Some(Refusal::NotFound));
        assert!(!user(core, owner, clara.account).await.unwrap().has_second_factor, "nor is it told");
        let nobody = AccountId::from(Uuid::from_u128(7));
        assert_eq!(reset(core, owner, nobody).await, Some(Refusal::NotFound));
        assert_eq!(reset(core, &clara, owner.account).await, Some(Refusal::NotFound));

        let caller = Caller::from(clara.clone());
        let karim = new_person("Karim Bensaid", "karim@nordhamn.example");
        let karim = member::add(core, &caller, clara.home, &karim, Role::Administrator).await.unwrap();
        // Nobody reaches up, nor takes their own.
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
        assert_eq!(reset(core, &clara, karim.account).await, Some(Refusal::Conflict), "there is none to take");

        // Two owners of one organisation; the reason is asked for, and a proof of the last minutes.
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
    async fn the_only_owner_is_helped_from_the_servers_command_line(anna: Anna) {
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
    async fn wrong_codes_are_told_wherever_they_are_tried(anna: Anna) {
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
                choose_password(core, &origin(), &link, &stranger(), NEW, &wrong).await.err().unwrap();
            }
        }
        assert_eq!(told().await, 1);
        prove(core, anna.person(), &stranger().devices, &wrong).await.err().unwrap();
        assert_eq!(told().await, 1, "once an hour");
    }
);

each_database!(
    async fn every_change_of_a_second_factor_is_told(post: Post) {
        let (world, core) = (&post.world, &post.world.core);
        let link = world.reset_link(EMAIL).await;
        let started = choose_password(core, &origin(), &link, &stranger(), PASSWORD, "").await.unwrap();
        world.sql("DELETE FROM mail").await;
        let (secret, started, recovery) = world.code_app(&started).await;
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
        assert_eq!(refusal(used), Some(wrong_code(4)), "void since the new ones");
        let browser = world.known_browser(&started);
        remove(core, &started.person, &browser).await.unwrap();
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
