use portvakt_core::CoreSettings;
use portvakt_core::each_database;
use portvakt_core::error::{CoreError, Failure};
use portvakt_core::store::sqlite_url;
use portvakt_core::testing::{EMAIL, PASSWORD, World, origin, sign_in, stranger};
use portvakt_core::vault::VaultError;
use std::fs;

each_database!(
    async fn a_database_opens_with_its_own_master_key_only(world: World) {
        world.owner().await;
        let other = CoreSettings {
            database: sqlite_url(&world.dir().join("other.db")),
            master_key: world.dir().join("other.key"),
            ..world.settings.clone()
        };
        world.again(&other).await.unwrap();
        let with = |master_key| CoreSettings { master_key, ..world.settings.clone() };
        let wrong = world.again(&with(other.master_key.clone())).await;
        assert!(matches!(wrong, Err(CoreError::Failed(Failure::Vault(VaultError::Wrong)))), "{:?}", wrong.err());
        let gone = world.dir().join("gone.key");
        let missing = world.again(&with(gone.clone())).await;
        assert!(matches!(missing, Err(CoreError::Failed(Failure::Vault(VaultError::Missing(_))))));
        assert!(!gone.exists(), "no new key is made for an old database");
        let copy = world.dir().join("copy.key");
        fs::copy(&world.settings.master_key, &copy).unwrap();
        let core = world.again(&with(copy)).await.unwrap();
        sign_in(&core, &origin(), &stranger(), EMAIL, PASSWORD).await.unwrap();
    }
);

each_database!(
    threads = 2,
    async fn processes_that_start_on_a_new_database_at_once_share_one_platform_key(world: World) {
        world.sql("DELETE FROM platform_key").await;
        let opened = tokio::join!(
            world.again(&world.settings),
            world.again(&world.settings),
            world.again(&world.settings),
            world.again(&world.settings),
        );
        assert!(opened.0.is_ok() && opened.1.is_ok() && opened.2.is_ok() && opened.3.is_ok());
        assert_eq!(world.number("SELECT count(*) FROM platform_key").await, 1);
    }
);
