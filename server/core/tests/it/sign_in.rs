use portvakt_core::hasher::Cost;
use portvakt_core::reset::recover;
use portvakt_core::testing::{
    EMAIL, HeldHashes, NEW_PASSWORD, PASSWORD, World, bringing, choose_password, is_wrong, origin, refusal, sign_in,
    stranger,
};
use portvakt_core::{CoreSettings, error::CoreError};
use portvakt_core::{each_database, on_sqlite};
use portvakt_model::fault::{FieldRule, Refusal};

each_database!(
    async fn the_right_password_begins_a_session_and_leaves_evidence(world: World) {
        let home = world.owner().await.person.home;
        for spelling in [EMAIL.to_owned(), EMAIL.to_uppercase(), format!(" {EMAIL} ")] {
            let started = sign_in(&world.core, &origin(), &stranger(), &spelling, PASSWORD).await.unwrap();
            assert_eq!(world.who(&started.token).await.unwrap().name, "Anna Lindqvist");
        }
        assert_eq!(
            world.actions(home).await,
            ["portal.set_up", "session.started", "session.started", "session.started"]
        );
    }
);

each_database!(
    async fn a_wrong_password_and_an_unknown_name_are_refused_alike(world: World) {
        world.owner().await;
        let long = "x".repeat(2000);
        for (email, password) in [
            (EMAIL, "granit fyr vinterljus 8"),
            (EMAIL, "Granit fyr vinterljus 7"),
            (EMAIL, " granit fyr vinterljus 7"),
            (EMAIL, "\0"),
            (EMAIL, long.as_str()),
            ("nobody@nordhamn.example", PASSWORD),
            ("' OR 1=1 --", PASSWORD),
            (long.as_str(), PASSWORD),
            ("anna\0@nordhamn.example", PASSWORD),
        ] {
            let before = world.hashes();
            let refused = sign_in(&world.core, &origin(), &stranger(), email, password).await;
            assert!(is_wrong(refused), "{email:?} {password:?}");
            // A text longer than any password costs no hash, for any account.
            let verified = u64::from(password != long);
            assert_eq!(world.hashes() - before, verified, "{email:?} {password:?}");
        }
        let empty = sign_in(&world.core, &origin(), &stranger(), "", "").await;
        let told = ["email", "password"].map(|field| FieldRule::Empty.of(field));
        assert_eq!(refusal(empty), Some(Refusal::Fields(told.to_vec())));
        assert_eq!(world.number("SELECT count(*) FROM session").await, 1);
    }
);

each_database!(
    async fn signing_in_again_ends_the_session_that_this_browser_had(world: World) {
        let first = world.owner().await.token;
        let second = sign_in(&world.core, &origin(), &bringing(&first), EMAIL, PASSWORD).await.unwrap().token;
        assert!(first != second && world.who(&first).await.is_none() && world.who(&second).await.is_some());
        let elsewhere = sign_in(&world.core, &origin(), &stranger(), EMAIL, PASSWORD).await.unwrap().token;
        assert!(world.who(&second).await.is_some() && world.who(&elsewhere).await.is_some());
    }
);

each_database!(
    async fn a_wrong_password_does_not_end_the_session_that_this_browser_had(world: World) {
        let first = world.owner().await.token;
        assert!(sign_in(&world.core, &origin(), &bringing(&first), EMAIL, "wrong").await.is_err());
        assert!(world.who(&first).await.is_some());
    }
);

async fn stored_password(world: &World) -> Vec<u8> {
    sqlx::query_as::<_, (Vec<u8>,)>("SELECT sealed FROM password").fetch_one(&world.raw).await.unwrap().0
}

each_database!(
    async fn a_password_is_hashed_again_when_the_cost_was_raised_and_only_then(world: World) {
        world.owner().await;
        let before = stored_password(&world).await;
        sign_in(&world.core, &origin(), &stranger(), EMAIL, PASSWORD).await.unwrap();
        assert_eq!(stored_password(&world).await, before);
        let raised = CoreSettings { cost: Cost { memory_kib: 128, passes: 2 }, ..world.settings.clone() };
        let core = world.again(&raised).await.unwrap();
        assert!(sign_in(&core, &origin(), &stranger(), EMAIL, "wrong").await.is_err());
        assert_eq!(stored_password(&world).await, before);
        sign_in(&core, &origin(), &stranger(), EMAIL, PASSWORD).await.unwrap();
        let after = stored_password(&world).await;
        assert_ne!(after, before);
        sign_in(&core, &origin(), &stranger(), EMAIL, PASSWORD).await.unwrap();
        assert_eq!(stored_password(&world).await, after);
        // A process with the lower cost verifies the stronger hash and does not replace it.
        sign_in(&world.core, &origin(), &stranger(), EMAIL, PASSWORD).await.unwrap();
        assert_eq!(stored_password(&world).await, after);
    }
);

each_database!(
    threads = 2,
    async fn a_sign_in_that_began_before_the_password_was_changed_does_not_finish_after_it(world: World) {
        world.owner().await;
        let reset = recover(&world.core, EMAIL).await.unwrap();
        let other = world.again(&world.settings).await.unwrap();
        let held = HeldHashes::of(&other).await;
        let signing_in = tokio::spawn(async move { sign_in(&other, &origin(), &stranger(), EMAIL, PASSWORD).await });
        held.reached().await;
        choose_password(&world.core, &origin(), &reset, &stranger(), NEW_PASSWORD, "").await.unwrap();
        drop(held);
        assert!(is_wrong(signing_in.await.unwrap()), "the password was right when it was typed");
        assert_eq!(world.number("SELECT count(*) FROM session").await, 1);
    }
);

on_sqlite!(
    async fn a_stolen_database_holds_no_usable_token_or_hash(world: World) {
        let started = world.owner().await;
        let second = sign_in(&world.core, &origin(), &stranger(), EMAIL, PASSWORD).await.unwrap();
        let mut files = 0;
        for entry in std::fs::read_dir(world.dir()).unwrap() {
            let path = entry.unwrap().path();
            if path.file_name().unwrap().to_string_lossy().starts_with("portvakt.db") {
                files += 1;
                let bytes = std::fs::read(&path).unwrap();
                let found = |needle: &[u8]| bytes.windows(needle.len()).any(|window| window == needle);
                for token in [&started.token, &second.token] {
                    let text = token.reveal();
                    let raw = base64::Engine::decode(&base64::engine::general_purpose::URL_SAFE_NO_PAD, &text).unwrap();
                    assert!(!found(text.as_bytes()) && !found(&raw), "{}", path.display());
                }
                assert!(!found(b"$argon2id") && !found(PASSWORD.as_bytes()), "{}", path.display());
            }
        }
        assert!(files >= 2, "the database and its log");
    }
);

each_database!(
    async fn an_altered_hash_does_not_open(world: World) {
        world.owner().await;
        // An attacker who can write to the database changes one byte of Anna's sealed hash.
        let mut sealed = stored_password(&world).await;
        *sealed.last_mut().unwrap() ^= 1;
        sqlx::query("UPDATE password SET sealed = $1").bind(sealed).execute(&world.raw).await.unwrap();
        let refused = sign_in(&world.core, &origin(), &stranger(), EMAIL, PASSWORD).await;
        assert!(matches!(refused, Err(CoreError::Failed(_))));
    }
);

each_database!(
    async fn nobody_signs_in_to_a_tenant_without_its_key(world: World) {
        world.owner().await;
        world.sql("DELETE FROM tenant_key").await;
        let refused = sign_in(&world.core, &origin(), &stranger(), EMAIL, PASSWORD).await;
        assert!(is_wrong(refused));
    }
);
