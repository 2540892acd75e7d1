use portvakt_core::audit::verify;
use portvakt_core::each_database;
use portvakt_core::error::{ChainFault, CoreError, Failure};
use portvakt_core::testing::{EMAIL, PASSWORD, World, origin, sign_in, stranger};
use portvakt_model::id::TenantId;

/// A log of five events.
async fn five_events(world: &World) -> TenantId {
    let home = world.owner().await.person.home;
    for _ in 0..4 {
        world.clock.advance_secs(1);
        sign_in(&world.core, &origin(), &stranger(), EMAIL, PASSWORD).await.unwrap();
    }
    assert_eq!(verify(&world.core, home).await.unwrap(), 5);
    home
}

async fn fault(world: &World, tenant: TenantId) -> ChainFault {
    match verify(&world.core, tenant).await {
        Err(CoreError::Failed(Failure::Tampered { fault, .. })) => fault,
        other => panic!("not noticed: {other:?}"),
    }
}

/// The rewrites an attacker with the whole database but without the keys tries, and where verification finds each.
const ATTACKS: [(&str, &[&str], ChainFault); 12] = [
    ("altered", &["UPDATE audit_event SET action = 'session.ended' WHERE seq = 3"], ChainFault::Altered(3)),
    ("altered time", &["UPDATE audit_event SET at = at + 1 WHERE seq = 2"], ChainFault::Altered(2)),
    (
        "altered personal part",
        &["UPDATE audit_event SET actor_sealed =
               (SELECT e.actor_sealed FROM audit_event e WHERE e.seq = 4) WHERE seq = 3"],
        ChainFault::Altered(3),
    ),
    ("removed personal part", &["UPDATE audit_event SET actor_sealed = NULL WHERE seq = 3"], ChainFault::Altered(3)),
    ("deleted", &["DELETE FROM audit_event WHERE seq = 3"], ChainFault::Missing(3)),
    (
        "deleted and renumbered",
        &[
            "DELETE FROM audit_event WHERE seq = 3",
            "UPDATE audit_event SET seq = 3 WHERE seq = 4",
            "UPDATE audit_event SET seq = 4 WHERE seq = 5",
            "UPDATE audit_head SET seq = 4",
        ],
        ChainFault::Altered(3),
    ),
    (
        "inserted at the end",
        &["INSERT INTO audit_event (tenant_id, seq, id, at, actor, action, changes, hash, mac_key, mac)
           SELECT tenant_id, 6, 'x', at, actor, action, changes, hash, mac_key, mac FROM audit_event WHERE seq = 5"],
        ChainFault::Unexpected(6),
    ),
    (
        "inserted in the middle",
        &[
            "UPDATE audit_event SET seq = 6 WHERE seq = 5",
            "UPDATE audit_event SET seq = 5 WHERE seq = 4",
            "INSERT INTO audit_event (tenant_id, seq, id, at, actor, action, changes, hash, mac_key, mac)
             SELECT tenant_id, 4, 'x', at, actor, action, changes, hash, mac_key, mac FROM audit_event WHERE seq = 3",
            "UPDATE audit_head SET seq = 6",
        ],
        ChainFault::Altered(4),
    ),
    (
        "inserted before the first",
        &["INSERT INTO audit_event (tenant_id, seq, id, at, actor, action, changes, hash, mac_key, mac)
           SELECT tenant_id, 0, 'x', at, actor, action, changes, hash, mac_key, mac FROM audit_event WHERE seq = 1"],
        ChainFault::Unexpected(0),
    ),
    (
        "swapped",
        &[
            "UPDATE audit_event SET seq = 9 WHERE seq = 2",
            "UPDATE audit_event SET seq = 2 WHERE seq = 4",
            "UPDATE audit_event SET seq = 4 WHERE seq = 9",
        ],
        ChainFault::Altered(2),
    ),
    ("truncated", &["DELETE FROM audit_event WHERE seq > 3"], ChainFault::Missing(4)),
    (
        "truncated with its head, by an event's own MAC",
        &[
            "DELETE FROM audit_event WHERE seq > 3",
            "UPDATE audit_head SET seq = 3, hash = (SELECT hash FROM audit_event WHERE audit_event.seq = 3),
                    mac = (SELECT mac FROM audit_event WHERE audit_event.seq = 3)",
        ],
        ChainFault::Head(3),
    ),
];

/// A copy of the log, to restore it after an attack.
struct Saved;

impl Saved {
    async fn of(world: &World) -> Self {
        world.sql("CREATE TABLE saved_event AS SELECT * FROM audit_event").await;
        world.sql("CREATE TABLE saved_head AS SELECT * FROM audit_head").await;
        Self
    }

    async fn put_back(&self, world: &World, tenant: TenantId) {
        for statement in [
            "DELETE FROM audit_event",
            "INSERT INTO audit_event SELECT * FROM saved_event",
            "DELETE FROM audit_head",
            "INSERT INTO audit_head SELECT * FROM saved_head",
        ] {
            world.sql(statement).await;
        }
        assert_eq!(verify(&world.core, tenant).await.unwrap(), 5);
    }
}

each_database!(
    async fn every_rewrite_is_found_and_named(world: World) {
        let tenant = five_events(&world).await;
        let saved = Saved::of(&world).await;
        for (attack, statements, expected) in ATTACKS {
            for statement in statements {
                assert!(world.sql(statement).await > 0, "{attack}: {statement}");
            }
            assert_eq!(fault(&world, tenant).await, expected, "{attack}");
            saved.put_back(&world, tenant).await;
        }
    }
);

each_database!(
    /// The rewrite imitates an erasure: the sealed part names a missing key.
    async fn a_personal_part_that_only_looks_erased_is_found_and_named(world: World) {
        let tenant = five_events(&world).await;
        let saved = Saved::of(&world).await;
        for (column, seq) in [
            ("UPDATE audit_event SET actor_sealed = $1 WHERE seq = 3", 3),
            ("UPDATE audit_event SET target_sealed = $1 WHERE seq = 1", 1),
        ] {
            let forged = sqlx::query(column).bind(vec![1_u8; 60]).execute(&world.raw).await.unwrap();
            assert_eq!(forged.rows_affected(), 1);
            assert_eq!(fault(&world, tenant).await, ChainFault::Altered(seq));
            saved.put_back(&world, tenant).await;
        }
    }
);

each_database!(
    /// The attacker rebuilds the chain: every hash after the change fits again, and so does the head.
    async fn a_rewrite_is_named_even_when_the_hashes_after_it_are_made_again(world: World) {
        let tenant = five_events(&world).await;
        let saved = Saved::of(&world).await;
        for (change, named) in [
            (Some("UPDATE audit_event SET action = 'session.ended' WHERE seq = 3"), ChainFault::Altered(3)),
            (Some("UPDATE audit_event SET at = at - 1 WHERE seq = 1"), ChainFault::Altered(1)),
            (None, ChainFault::Altered(3)),
        ] {
            if let Some(change) = change {
                assert_eq!(world.sql(change).await, 1);
            } else {
                world.sql("DELETE FROM audit_event WHERE seq = 3").await;
                world.sql("UPDATE audit_event SET seq = 3 WHERE seq = 4").await;
                world.sql("UPDATE audit_event SET seq = 4 WHERE seq = 5").await;
            }
            forge(&world, tenant).await;
            assert_eq!(fault(&world, tenant).await, named);
            saved.put_back(&world, tenant).await;
        }
    }
);

/// Recomputes every hash of the chain and its head from the current rows.
async fn forge(world: &World, tenant: TenantId) {
    use sha2::{Digest, Sha256};
    type Columns = (
        i64,
        String,
        i64,
        String,
        Option<String>,
        Option<String>,
        String,
        Option<String>,
        Vec<u8>,
        (Option<i64>, Option<Vec<u8>>, Option<Vec<u8>>, Option<Vec<u8>>, Option<Vec<u8>>),
    );
    fn part(bytes: &mut Vec<u8>, part: &[u8]) {
        bytes.extend_from_slice(&(part.len() as u64).to_be_bytes());
        bytes.extend_from_slice(part);
    }
    fn maybe(bytes: &mut Vec<u8>, value: Option<&[u8]>) {
        part(bytes, &[u8::from(value.is_some())]);
        if let Some(value) = value {
            part(bytes, value);
        }
    }
    let rows: Vec<sqlx::any::AnyRow> = sqlx::query(
        "SELECT seq, id, at, actor, actor_tenant_id, actor_id, action, target_id, changes, reference,
                actor_commitment, target_commitment, actor_sealed, target_sealed FROM audit_event ORDER BY seq",
    )
    .fetch_all(&world.raw)
    .await
    .unwrap();
    let mut hash: Vec<u8> = Vec::new();
    let mut last = 0;
    for row in &rows {
        use sqlx::Row;
        let (seq, id, at, actor, actor_tenant, actor_id, action, target, changes, rest): Columns = (
            row.get(0),
            row.get(1),
            row.get(2),
            row.get(3),
            row.get(4),
            row.get(5),
            row.get(6),
            row.get(7),
            row.get(8),
            (row.get(9), row.get(10), row.get(11), row.get(12), row.get(13)),
        );
        let mut bytes = Vec::new();
        part(&mut bytes, b"portvakt audit event 1");
        part(&mut bytes, &hash);
        part(&mut bytes, tenant.to_string().as_bytes());
        part(&mut bytes, &seq.to_be_bytes());
        part(&mut bytes, id.as_bytes());
        part(&mut bytes, &at.to_be_bytes());
        part(&mut bytes, actor.as_bytes());
        maybe(&mut bytes, actor_tenant.as_deref().map(str::as_bytes));
        maybe(&mut bytes, actor_id.as_deref().map(str::as_bytes));
        part(&mut bytes, action.as_bytes());
        maybe(&mut bytes, target.as_deref().map(str::as_bytes));
        part(&mut bytes, &changes);
        maybe(&mut bytes, rest.0.map(i64::to_be_bytes).as_ref().map(<[u8; 8]>::as_slice));
        maybe(&mut bytes, rest.1.as_deref());
        maybe(&mut bytes, rest.2.as_deref());
        for sealed in [&rest.3, &rest.4] {
            maybe(&mut bytes, sealed.as_deref().map(|envelope| &envelope[1..17]));
        }
        hash = Sha256::digest(bytes).to_vec();
        sqlx::query("UPDATE audit_event SET hash = $1 WHERE seq = $2")
            .bind(&hash)
            .bind(seq)
            .execute(&world.raw)
            .await
            .unwrap();
        last = seq;
    }
    sqlx::query("UPDATE audit_head SET seq = $1, hash = $2").bind(last).bind(&hash).execute(&world.raw).await.unwrap();
}

each_database!(
    /// Without this test the one above could pass because its forger computes wrong hashes.
    async fn the_forger_makes_the_hashes_that_the_log_makes(world: World) {
        let tenant = five_events(&world).await;
        forge(&world, tenant).await;
        assert_eq!(verify(&world.core, tenant).await.unwrap(), 5);
    }
);

each_database!(
    async fn a_chain_with_a_replaced_head_takes_no_event(world: World) {
        let tenant = five_events(&world).await;
        world.sql("DELETE FROM audit_event WHERE seq = 5").await;
        world
            .sql("UPDATE audit_head SET seq = 4, hash = (SELECT hash FROM audit_event WHERE audit_event.seq = 4)")
            .await;
        let refused = sign_in(&world.core, &origin(), &stranger(), EMAIL, PASSWORD).await;
        assert!(matches!(refused, Err(CoreError::Failed(Failure::Tampered { .. }))));
        assert_eq!(world.number("SELECT count(*) FROM session").await, 5);
        assert_eq!(fault(&world, tenant).await, ChainFault::Head(4));
    }
);

each_database!(
    async fn a_chain_still_verifies_when_a_person_was_erased_and_nothing_of_them_is_left(world: World) {
        let tenant = five_events(&world).await;
        world.sql("DELETE FROM account_key").await;
        assert_eq!(verify(&world.core, tenant).await.unwrap(), 5);
        let rows: Vec<(Vec<u8>,)> =
            sqlx::query_as("SELECT changes FROM audit_event").fetch_all(&world.raw).await.unwrap();
        for (changes,) in rows {
            let text = String::from_utf8_lossy(&changes).into_owned();
            assert!(!text.contains("Anna") && !text.contains("192.0.2.7"), "{text}");
        }
    }
);
