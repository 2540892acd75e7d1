//! Databases that the services refuse to open.
use portvakt_core::each_database;
use portvakt_core::error::{CoreError, Failure};
use portvakt_core::testing::World;

each_database!(
    async fn a_database_of_a_newer_program_is_left_alone(world: World) {
        world.sql("UPDATE _sqlx_migrations SET version = version + 1000").await;
        let refused = world.again(&world.settings).await.err();
        assert!(matches!(refused, Some(CoreError::Failed(Failure::Newer))), "{refused:?}");
    }
);

each_database!(
    async fn a_clock_before_the_last_event_is_refused_and_a_little_skew_is_not(world: World) {
        world.clock.advance_secs(-1_000_000);
        world.again(&world.settings).await.expect("nothing has happened yet");
        world.clock.advance_secs(1_000_000);
        world.owner().await;
        world.clock.advance_secs(-299);
        world.again(&world.settings).await.expect("another machine's clock");
        world.clock.advance_secs(-2);
        let refused = world.again(&world.settings).await.err();
        assert!(matches!(refused, Some(CoreError::Failed(Failure::Clock { .. }))), "{refused:?}");
        world.clock.advance_secs(2);
        world.again(&world.settings).await.expect("set right");
    }
);
