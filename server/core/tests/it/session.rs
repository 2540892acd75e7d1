use portvakt_core::each_database;
use portvakt_core::housekeeping::round;
use portvakt_core::session::{MAX_SESSIONS, Started, authenticate, end, end_others, list, sign_out};
use portvakt_core::testing::{EMAIL, PASSWORD, World, bringing, origin, refusal, sign_in, stranger};
use portvakt_core::token::Token;
use portvakt_model::fault::Refusal;
use portvakt_model::policy::Policy;

const IDLE_SECS: i64 = Policy::FLOOR.session.idle_secs as i64;
const ABSOLUTE_SECS: i64 = Policy::FLOOR.session.absolute_secs as i64;

each_database!(
    async fn a_session_ends_when_nothing_was_asked_for_its_idle_time(world: World) {
        let token = world.owner().await.token;
        world.clock.advance_secs(IDLE_SECS - 1);
        assert!(world.who(&token).await.is_some());
        // Finding the session counted as a request, so its idle time begins anew.
        world.clock.advance_secs(IDLE_SECS - 1);
        assert!(world.who(&token).await.is_some());
        world.clock.advance_secs(IDLE_SECS);
        assert!(world.who(&token).await.is_none());
        world.clock.advance_secs(-IDLE_SECS / 2);
        assert!(world.who(&token).await.is_some(), "the clock was set back");
    }
);

each_database!(
    async fn a_session_ends_at_its_absolute_end_however_busy_it_was(world: World) {
        let token = world.owner().await.token;
        let step = IDLE_SECS / 2;
        for _ in 0..ABSOLUTE_SECS / step - 1 {
            world.clock.advance_secs(step);
            assert!(world.who(&token).await.is_some());
        }
        world.clock.advance_secs(step);
        assert!(world.who(&token).await.is_none());
    }
);

each_database!(
    async fn a_token_is_dead_after_signing_out_and_doing_so_twice_is_no_error(world: World) {
        let started = world.owner().await;
        let other = sign_in(&world.core, &origin(), &stranger(), EMAIL, PASSWORD).await.unwrap();
        sign_out(&world.core, &started.person).await.unwrap();
        sign_out(&world.core, &started.person).await.unwrap();
        assert!(world.who(&started.token).await.is_none());
        assert!(world.who(&other.token).await.is_some());
        assert_eq!(world.actions(other.person.home).await, ["portal.set_up", "session.started", "session.ended"]);
    }
);

each_database!(
    async fn signing_in_ends_another_persons_session_in_that_browser_with_an_event(world: World) {
        let anna = world.owner().await;
        let other = world.second_person().await;
        let in_her_place = sign_in(&world.core, &origin(), &bringing(&other.token), EMAIL, PASSWORD).await.unwrap();
        assert!(world.who(&other.token).await.is_none());
        assert!(world.who(&in_her_place.token).await.is_some() && world.who(&anna.token).await.is_some());
        let actions = world.actions(anna.person.home).await;
        assert_eq!(actions, ["portal.set_up", "session.started", "session.ended"]);
    }
);

each_database!(
    async fn a_sign_in_deletes_the_persons_expired_sessions(world: World) {
        world.owner().await;
        // Waits longer than the idle time, because another process may not yet have written a request of the session.
        world.clock.advance_secs(IDLE_SECS + 120);
        sign_in(&world.core, &origin(), &stranger(), EMAIL, PASSWORD).await.unwrap();
        assert_eq!(world.number("SELECT count(*) FROM session").await, 1);
    }
);

each_database!(
    async fn a_guessed_token_finds_no_session(world: World) {
        world.owner().await;
        assert!(world.who(&Token::parse(&"A".repeat(43)).unwrap()).await.is_none());
    }
);

each_database!(
    async fn the_schema_refuses_a_session_of_one_tenant_under_another(world: World) {
        world.owner().await;
        world
            .sql("INSERT INTO tenant (id, kind, slug, name, language, created_at) VALUES ('other', 'customer', 'other', 'Other', 'sv', 0)")
            .await;
        for statement in [
            "UPDATE session SET tenant_id = 'other'",
            "UPDATE session SET current_tenant_id = 'other'",
            "UPDATE password SET tenant_id = 'other'",
            "UPDATE account_key SET tenant_id = 'other'",
        ] {
            assert!(sqlx::query(statement).execute(&world.raw).await.is_err(), "{statement}");
        }
    }
);

each_database!(
    async fn a_session_that_was_ended_is_dead_here_at_once_and_in_another_process_within_a_second(world: World) {
        let owner = world.owner().await;
        let other = world.again(&world.settings).await.unwrap();
        let elsewhere = async || authenticate(&other, &owner.token, origin()).await.unwrap().is_some();
        assert!(world.who(&owner.token).await.is_some() && elsewhere().await);
        sign_out(&world.core, &owner.person).await.unwrap();
        assert!(world.who(&owner.token).await.is_none());
        assert!(elsewhere().await, "found a moment ago, and good for a second");
        world.clock.advance_secs(1);
        assert!(!elsewhere().await);
    }
);

each_database!(
    async fn a_found_session_costs_the_database_nothing_for_a_second(world: World) {
        let token = world.owner().await.token;
        assert!(world.who(&token).await.is_some());
        world.sql("ALTER TABLE session RENAME TO session_gone").await;
        assert!(world.who(&token).await.is_some());
        world.clock.advance_secs(1);
        assert!(authenticate(&world.core, &token, origin()).await.is_err());
    }
);

each_database!(
    async fn the_last_requests_of_sessions_are_written_in_one_go(world: World) {
        let (first, second) = (world.owner().await, world.second_person().await);
        round(&world.core).await.unwrap();
        let seen = async || world.number("SELECT CAST(sum(seen_at / 1000000) AS BIGINT) FROM session").await;
        let before = seen().await;
        world.clock.advance_secs(30);
        for token in [&first.token, &second.token, &first.token] {
            assert!(world.who(token).await.is_some());
        }
        assert_eq!(seen().await, before, "not at every request");
        round(&world.core).await.unwrap();
        assert_eq!(seen().await, before + 60);
        // Times that could not be written are kept for the next write.
        world.clock.advance_secs(10);
        assert!(world.who(&first.token).await.is_some());
        world.sql("ALTER TABLE session RENAME TO session_gone").await;
        assert!(round(&world.core).await.is_err());
        world.sql("ALTER TABLE session_gone RENAME TO session").await;
        round(&world.core).await.unwrap();
        assert_eq!(seen().await, before + 70);
    }
);

each_database!(
    async fn sessions_that_have_ended_are_purged_and_the_others_stay(world: World) {
        world.owner().await;
        let idle = sign_in(&world.core, &origin(), &stranger(), EMAIL, PASSWORD).await.unwrap().token;
        world.clock.advance_secs(IDLE_SECS - 60);
        let used = sign_in(&world.core, &origin(), &stranger(), EMAIL, PASSWORD).await.unwrap().token;
        world.clock.advance_secs(180);
        round(&world.core).await.unwrap();
        assert_eq!(world.number("SELECT count(*) FROM session").await, 1);
        assert!(world.who(&idle).await.is_none() && world.who(&used).await.is_some());
        world.clock.advance_secs(ABSOLUTE_SECS);
        round(&world.core).await.unwrap();
        assert_eq!(world.number("SELECT count(*) FROM session").await, 0);
    }
);

each_database!(
    async fn the_twenty_first_session_ends_the_oldest_and_the_log_says_so(world: World) {
        let owner = world.owner().await;
        let mut newest = None;
        for n in 1..=MAX_SESSIONS {
            world.clock.advance_secs(1);
            newest = Some(sign_in(&world.core, &origin(), &stranger(), EMAIL, PASSWORD).await.unwrap());
            assert_eq!(world.who(&owner.token).await.is_some(), n < MAX_SESSIONS, "{n}");
        }
        assert_eq!(world.number("SELECT count(*) FROM session").await, MAX_SESSIONS);
        let (changes,): (Vec<u8>,) = sqlx::query_as("SELECT changes FROM audit_event ORDER BY seq DESC LIMIT 1")
            .fetch_one(&world.raw)
            .await
            .unwrap();
        assert!(changes.windows(14).any(|field| field == b"sessions_ended"));

        world.clock.advance_secs(90);
        let newest = newest.unwrap();
        assert!(world.who(&newest.token).await.is_some());
        let listed = list(&world.core, &newest.person).await.unwrap();
        assert_eq!(listed.len(), 20);
        let [since, seen_at] = [&listed[0].since, &listed[0].seen_at].map(|at| &at.iso[14..19]);
        assert!(listed[0].is_this && (since, seen_at) == ("04:25", "05:55"), "{since} {seen_at}");
        assert!(listed[1..].iter().all(|session| !session.is_this && session.network == "192.0.2.7"));
        let other = world.second_person().await;
        assert_eq!(list(&world.core, &other.person).await.unwrap().len(), 1, "only the person's own sessions");
    }
);

each_database!(
    async fn the_platforms_rules_are_followed_and_cannot_go_below_the_floor(world: World) {
        world.owner().await;
        world.sql("UPDATE platform_policy SET rules = replace(rules, '\"idle_secs\":3600', '\"idle_secs\":600')").await;
        let strict = sign_in(&world.core, &origin(), &stranger(), EMAIL, PASSWORD).await.unwrap().token;
        world.clock.advance_secs(599);
        assert!(world.who(&strict).await.is_some());
        world.clock.advance_secs(600);
        assert!(world.who(&strict).await.is_none());
        world
            .sql("UPDATE platform_policy SET rules = replace(rules, '\"idle_secs\":600', '\"idle_secs\":360000')")
            .await;
        let loose = sign_in(&world.core, &origin(), &stranger(), EMAIL, PASSWORD).await.unwrap().token;
        world.clock.advance_secs(IDLE_SECS);
        assert!(world.who(&loose).await.is_none());
        world.sql("UPDATE platform_policy SET rules = '{}'").await;
        assert!(world.again(&world.settings).await.is_err(), "rules that cannot be read are found out at the start");
    }
);

each_database!(
    async fn the_initial_platform_policy_is_the_floor(world: World) {
        let (rules,): (String,) =
            sqlx::query_as("SELECT rules FROM platform_policy").fetch_one(&world.raw).await.unwrap();
        assert_eq!(serde_json::from_str::<Policy>(&rules).unwrap(), Policy::FLOOR);
    }
);

async fn another_session(world: &World) -> Started {
    sign_in(&world.core, &origin(), &stranger(), EMAIL, PASSWORD).await.unwrap()
}

each_database!(
    async fn another_session_that_was_ended_is_dead_here_at_once_and_elsewhere_within_a_second(world: World) {
        let owner = world.owner().await;
        let (lost, kept) = (another_session(&world).await, another_session(&world).await);
        let other = world.again(&world.settings).await.unwrap();
        let elsewhere = async || authenticate(&other, &lost.token, origin()).await.unwrap().is_some();
        assert!(world.who(&lost.token).await.is_some() && elsewhere().await);
        end(&world.core, &owner.person, lost.person.session).await.unwrap();
        assert!(world.who(&lost.token).await.is_none());
        assert!(elsewhere().await, "found a moment ago, and good for a second");
        world.clock.advance_secs(1);
        assert!(!elsewhere().await);
        assert!(world.who(&owner.token).await.is_some() && world.who(&kept.token).await.is_some());
        assert_eq!(list(&world.core, &owner.person).await.unwrap().len(), 2);
        assert_eq!(world.actions(owner.person.home).await[3..], ["session.ended_elsewhere"]);
    }
);

each_database!(
    async fn only_a_persons_own_other_running_sessions_can_be_ended(world: World) {
        let owner = world.owner().await;
        let other = world.second_person().await;
        let gone = another_session(&world).await.person;
        sign_out(&world.core, &gone).await.unwrap();
        for session in [other.person.session, owner.person.session, gone.session] {
            assert_eq!(refusal(end(&world.core, &owner.person, session).await), Some(Refusal::NotFound));
        }
        assert!(world.who(&other.token).await.is_some() && world.who(&owner.token).await.is_some());
        assert!(!world.actions(owner.person.home).await.contains(&"session.ended_elsewhere".to_owned()));
    }
);

each_database!(
    async fn ending_all_other_sessions_counts_only_running_ones(world: World) {
        world.owner().await;
        let here = another_session(&world).await;
        world.clock.advance_secs(IDLE_SECS - 1);
        assert!(world.who(&here.token).await.is_some());
        world.clock.advance_secs(130);
        assert_eq!(end_others(&world.core, &here.person).await.unwrap(), 0, "the first one has come to its end");
        let others = [another_session(&world).await, another_session(&world).await];
        let stranger = world.second_person().await;
        assert_eq!(end_others(&world.core, &here.person).await.unwrap(), 2);
        for other in &others {
            assert!(world.who(&other.token).await.is_none());
        }
        assert!(world.who(&here.token).await.is_some() && world.who(&stranger.token).await.is_some());
        assert_eq!(end_others(&world.core, &here.person).await.unwrap(), 0);
        let actions = world.actions(here.person.home).await;
        assert_eq!(actions.iter().filter(|action| *action == "session.ended_elsewhere").count(), 1, "{actions:?}");
    }
);
