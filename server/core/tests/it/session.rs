use portvakt_core::session::sign_out;
use portvakt_core::sign_in::sign_in;
use portvakt_core::testing::{EMAIL, PASSWORD, World, bringing, origin, stranger};
use portvakt_core::token::Token;
use portvakt_model::policy::Policy;

const IDLE_SECS: i64 = Policy::FLOOR.session.idle_secs as i64;
const ABSOLUTE_SECS: i64 = Policy::FLOOR.session.absolute_secs as i64;

#[tokio::test]
async fn a_session_ends_when_nothing_was_asked_for_its_idle_time() {
    for world in World::each_database().await {
        let token = world.owner().await.token;
        world.clock.advance_secs(IDLE_SECS - 1);
        assert!(world.who(&token).await.is_some());
        // That was a request: the idle time begins anew.
        world.clock.advance_secs(IDLE_SECS - 1);
        assert!(world.who(&token).await.is_some());
        world.clock.advance_secs(IDLE_SECS);
        assert!(world.who(&token).await.is_none());
        world.clock.advance_secs(-IDLE_SECS / 2);
        assert!(world.who(&token).await.is_some(), "the clock was set back");
    }
}

#[tokio::test]
async fn a_session_ends_at_its_absolute_end_however_busy_it_was() {
    for world in World::each_database().await {
        let token = world.owner().await.token;
        let step = IDLE_SECS / 2;
        for _ in 0..ABSOLUTE_SECS / step - 1 {
            world.clock.advance_secs(step);
            assert!(world.who(&token).await.is_some());
        }
        world.clock.advance_secs(step);
        assert!(world.who(&token).await.is_none());
    }
}

#[tokio::test]
async fn a_token_is_dead_after_signing_out_and_doing_so_twice_is_no_error() {
    for world in World::each_database().await {
        let started = world.owner().await;
        let other = sign_in(&world.core, &origin(), &stranger(), EMAIL, PASSWORD).await.unwrap();
        sign_out(&world.core, &started.person).await.unwrap();
        sign_out(&world.core, &started.person).await.unwrap();
        assert!(world.who(&started.token).await.is_none());
        assert!(world.who(&other.token).await.is_some());
        assert_eq!(world.actions(other.person.home).await, ["portal.set_up", "session.started", "session.ended"]);
    }
}

#[tokio::test]
async fn whoever_else_was_signed_in_in_a_browser_is_signed_out_with_evidence() {
    for world in World::each_database().await {
        let anna = world.owner().await;
        let other = world.second_person().await;
        let in_her_place = sign_in(&world.core, &origin(), &bringing(&other.token), EMAIL, PASSWORD).await.unwrap();
        assert!(world.who(&other.token).await.is_none());
        assert!(world.who(&in_her_place.token).await.is_some() && world.who(&anna.token).await.is_some());
        let actions = world.actions(anna.person.home).await;
        assert_eq!(actions, ["portal.set_up", "session.started", "session.ended"]);
    }
}

#[tokio::test]
async fn sessions_that_have_ended_are_taken_away_when_their_person_comes_back() {
    for world in World::each_database().await {
        world.owner().await;
        world.clock.advance_secs(IDLE_SECS);
        sign_in(&world.core, &origin(), &stranger(), EMAIL, PASSWORD).await.unwrap();
        assert_eq!(world.number("SELECT count(*) FROM session").await, 1);
    }
}

#[tokio::test]
async fn a_guessed_token_is_nobody() {
    for world in World::each_database().await {
        world.owner().await;
        assert!(world.who(&Token::parse(&"A".repeat(43)).unwrap()).await.is_none());
    }
}

#[tokio::test]
async fn the_schema_refuses_a_session_of_one_tenant_under_another() {
    for world in World::each_database().await {
        world.owner().await;
        world.sql("INSERT INTO tenant (id, kind, name, created_at) VALUES ('other', 'customer', 'Other', 0)").await;
        for statement in [
            "UPDATE session SET tenant_id = 'other'",
            "UPDATE session SET current_tenant_id = 'other'",
            "UPDATE password SET tenant_id = 'other'",
            "UPDATE account_key SET tenant_id = 'other'",
        ] {
            assert!(sqlx::query(statement).execute(&world.raw).await.is_err(), "{statement}");
        }
    }
}
