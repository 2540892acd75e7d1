//! Large numbers of people, events and mails.
use super::World;
use crate::account::NewPerson;
use crate::audit::Event;
use crate::caller::Caller;
use crate::mail::MAX_WAITING;
use crate::member;
use portvakt_model::id::TenantId;
use portvakt_model::role::Role;

#[expect(clippy::missing_panics_doc, reason = "for tests: whatever goes wrong ends them")]
#[expect(clippy::unwrap_used, reason = "for tests: whatever goes wrong ends them")]
impl World {
    /// Fills every log up to event `events`, without the services. The world must have 200 accounts: the events are
    /// theirs, 30 seconds apart.
    pub async fn fill_log(&self, events: i64) {
        sqlx::query(
            "INSERT INTO audit_event (tenant_id, seq, id, at, actor, actor_tenant_id, actor_id, action, target_id, changes,
                    reference, actor_commitment, actor_sealed, target_commitment, target_sealed, hash, mac_key, mac)
             WITH RECURSIVE n (i) AS (SELECT 300 UNION ALL SELECT i + 1 FROM n WHERE i < $1),
                  p (id, k) AS (SELECT id, row_number() OVER (ORDER BY id) - 1 FROM account)
             SELECT e.tenant_id, n.i, e.id || n.i, e.at + CAST(n.i AS BIGINT) * 30000000, e.actor, e.actor_tenant_id, a.id,
                    CASE WHEN n.i % 100000 = 0 THEN 'account.unlocked' WHEN n.i % 20 = 0 THEN 'account.sign_in_failed'
                         WHEN n.i % 50 = 1 THEN 'member.added' WHEN n.i % 2 = 0 THEN 'session.started' ELSE 'session.ended' END,
                    CASE WHEN n.i % 3 = 0 THEN t.id END, e.changes, e.reference, e.actor_commitment, e.actor_sealed,
                    NULL, NULL, e.hash, e.mac_key, e.mac
               FROM n JOIN audit_event e ON e.seq = 1 JOIN p a ON a.k = n.i * 7 % 200 JOIN p t ON t.k = n.i % 200",
        )
        .bind(events)
        .execute(&self.raw)
        .await
        .unwrap();
        sqlx::query("UPDATE audit_head SET seq = $1").bind(events).execute(&self.raw).await.unwrap();
        // Otherwise SQLite would read the rows from its write-ahead log, and PostgreSQL would vacuum a minute later.
        self.sql(if self.is_sqlite() { "PRAGMA wal_checkpoint(TRUNCATE)" } else { "VACUUM ANALYZE" }).await;
    }

    /// Fills the outbox with waiting mails that cannot be sent, up to room for `room` more.
    pub async fn fill_outbox(&self, room: i64) {
        let fill = "INSERT INTO mail (id, tenant_id, kind, recipient, tries, due_at, created_at)
             WITH RECURSIVE count(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM count WHERE n < $1)
             SELECT 'waiting ' || n, t.id, 'test', CAST('' AS blob), 0, 0, 0 FROM tenant t, count WHERE t.kind = 'operator'";
        sqlx::query(fill).bind(MAX_WAITING - room).execute(&self.raw).await.unwrap();
    }

    /// Gives many people an account and a role, 5,000 in each transaction.
    pub async fn crowd(&self, tenant: TenantId, people: impl Iterator<Item = (NewPerson, Role)>) {
        let people: Vec<_> = people.collect();
        for part in people.chunks(5_000) {
            let done = self.core.store.write(async |mut tx| {
                for (person, role) in part {
                    member::enter(&mut tx, tenant, person, *role).await?;
                }
                let event = Event::members_imported(tenant, part.len());
                Ok(((), tx.commit(&Caller::Command, event).await?))
            });
            done.await.unwrap();
        }
    }

    /// Makes this process believe that there is no room for another lane of the lockout.
    pub fn fill_lanes(&self) {
        self.core.lanes.fill();
    }
}
