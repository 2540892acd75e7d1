//! The examination of a database, which changes nothing.
use portvakt_core::CoreSettings;
use portvakt_core::error::{CoreError, Failure};
use portvakt_core::examination::{Examination, File, Log, Schema, examine};
use portvakt_core::random::Random;
use portvakt_core::testing::World;
use portvakt_core::vault::VaultError;
use portvakt_core::{each_database, on_sqlite};
use std::fs;

async fn look(settings: &CoreSettings) -> Examination {
    examine(settings, Random::system()).await.expect("it answers")
}

each_database!(
    async fn a_portal_that_is_served_is_examined_beside_it(world: World) {
        assert_eq!(look(&world.settings).await.last_event, None);
        world.owner().await;
        let found = look(&world.settings).await;
        assert_eq!(found.schema, Schema::Current);
        assert_eq!(found.file, if world.is_sqlite() { File::Sound } else { File::Unchecked });
        assert_eq!(found.last_event, Some(world.core.clock.now()));
        assert_eq!(found.clock.is_some(), !world.is_sqlite(), "SQLite has no clock of its own");
        assert!(matches!(found.log, Some(Log::Sound(1))), "{:?}", found.log);
        let vault = found.vault.expect("there are keys").expect("they open");
        let sealed = world.core.vault.seal_cookie("x", b"it");
        assert_eq!(vault.open_cookie("x", &sealed).as_deref(), Some(&b"it"[..]), "the same keys");
        world.sql("UPDATE audit_event SET at = at + 1").await;
        assert!(matches!(look(&world.settings).await.log, Some(Log::Tampered(_))));
    }
);

each_database!(
    async fn each_state_of_the_schema_is_told(world: World) {
        for (change, schema) in [
            ("UPDATE _sqlx_migrations SET version = version - 1", Schema::Earlier),
            ("UPDATE _sqlx_migrations SET version = version + 2", Schema::Newer),
            ("UPDATE _sqlx_migrations SET success = FALSE", Schema::Unfinished),
            ("DELETE FROM _sqlx_migrations", Schema::Empty),
            ("DROP TABLE _sqlx_migrations", Schema::Empty),
        ] {
            world.sql(change).await;
            let found = look(&world.settings).await;
            assert_eq!((found.schema, found.vault.is_none()), (schema, true), "{change}");
        }
    }
);

each_database!(
    async fn a_key_that_does_not_fit_is_told_and_none_is_made(world: World) {
        let key = world.settings.master_key.clone();
        let good = fs::read(&key).expect("there");
        fs::remove_file(&key).expect("removed");
        let refused = look(&world.settings).await.vault.expect("there are keys").err();
        assert!(matches!(refused, Some(CoreError::Failed(Failure::Vault(VaultError::Missing(_))))), "{refused:?}");
        assert!(!key.exists());
        fs::write(&key, good).expect("written");
        world.sql("DELETE FROM platform_key").await;
        fs::remove_file(&key).expect("removed");
        assert!(look(&world.settings).await.vault.is_none());
        assert!(!key.exists(), "not even where there is none yet");
    }
);

/// The offset of a page that opening the database does not read: an index without rows.
fn empty_index(file: &[u8]) -> usize {
    let pages = (0..file.len()).step_by(4096).rev();
    pages.into_iter().find(|page| file[*page] == 10 && file[page + 3..page + 5] == [0, 0]).expect("there is one")
}

on_sqlite!(
    async fn a_damaged_file_is_told(world: World) {
        world.owner().await;
        world.core.store.close().await;
        world.raw.close().await;
        let file = world.dir().join("portvakt.db");
        let mut bytes = fs::read(&file).expect("there");
        let page = empty_index(&bytes);
        bytes[page..page + 4096].fill(0xAA);
        fs::write(&file, &bytes).expect("written");
        let found = look(&world.settings).await;
        assert!(matches!(found.file, File::Damaged(_)) && found.vault.is_none(), "{:?}", found.file);
        bytes[4096..].fill(0xAA);
        for much in [&bytes[..], b"something else than a database"] {
            fs::write(&file, much).expect("written");
            let none = examine(&world.settings, Random::system()).await.err();
            assert!(matches!(none, Some(CoreError::Failed(Failure::NoDatabase))), "{none:?}");
        }
    }
);
