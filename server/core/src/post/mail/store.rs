//! The rows of the outbox.
use super::{FAILED_MEMORY_SECS, LEASE_SECS, OutboxCounts, Outgoing, SENT_MEMORY_SECS, Taken};
use crate::Core;
use crate::error::{CoreError, Failure};
use crate::organisation::store as organisations;
use crate::store::{Housekeeping, Tx};
use crate::tenant::store as tenants;
use crate::vault::SealedCell;
use portvakt_model::accent::Accent;
use portvakt_model::id::{MailId, TenantId};
use portvakt_model::mail::{MailKind, Why};
use portvakt_model::time::Timestamp;
use sqlx::FromRow;
use uuid::Uuid;

const SEALED: &str = "mail.sealed";
const UNREADABLE: Failure = Failure::Unreadable("a mail");

/// The number of mails of a kind to a recipient since `hour`, and in the last day.
pub(super) async fn count_recent(
    tx: &mut Tx,
    recipient: &[u8],
    kind: &str,
    hour: Timestamp,
) -> Result<(i64, i64), CoreError> {
    let day = tx.now().plus_secs(-SENT_MEMORY_SECS);
    Ok(sqlx::query_as(
        "SELECT count(CASE WHEN created_at > $3 THEN 1 END), count(*)
           FROM mail WHERE recipient = $1 AND kind = $2 AND created_at > $4",
    )
    .bind(recipient.to_vec())
    .bind(kind.to_owned())
    .bind(hour.as_micros())
    .bind(day.as_micros())
    .fetch_one(tx.conn())
    .await?)
}

/// The number of waiting mails, counted up to `most`.
pub(super) async fn count_waiting(tx: &mut Tx, most: i64) -> Result<i64, CoreError> {
    let (count,): (i64,) =
        sqlx::query_as("SELECT count(*) FROM (SELECT 1 FROM mail WHERE ended_at IS NULL LIMIT $1) AS waiting")
            .bind(most)
            .fetch_one(tx.conn())
            .await?;
    Ok(count)
}

pub(super) async fn insert(
    tx: &mut Tx,
    tenant: TenantId,
    recipient: &[u8],
    kind: &str,
    outgoing: &Outgoing,
) -> Result<(), CoreError> {
    let now = tx.now();
    let id: Uuid = tx.random().id(now);
    let id = id.to_string();
    let plain = serde_json::to_vec(outgoing).map_err(|_| UNREADABLE)?;
    let sealed = tx.vault().platform().seal(SealedCell { column: SEALED, row: &id }, &plain, tx.random());
    sqlx::query(
        "INSERT INTO mail (id, tenant_id, kind, recipient, sealed, tries, due_at, created_at)
         VALUES ($1, $2, $3, $4, $5, 0, $6, $6)",
    )
    .bind(&id)
    .bind(tenant.to_string())
    .bind(kind.to_owned())
    .bind(recipient.to_vec())
    .bind(sealed)
    .bind(now.as_micros())
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Takes the mail that has been due the longest, for [`LEASE_SECS`]. Only one of several processes gets it.
pub(super) async fn take(core: &Core) -> Result<Option<Taken>, CoreError> {
    // Reads without a lock first, because mostly no mail is due.
    let now = core.clock.now();
    let due: Option<(String,)> =
        sqlx::query_as("SELECT id FROM mail WHERE ended_at IS NULL AND due_at <= $1 ORDER BY due_at LIMIT 1")
            .bind(now.as_micros())
            .fetch_optional(core.store.reader())
            .await?;
    if due.is_none() {
        return Ok(None);
    }
    let row: Option<(String, String, i64, Vec<u8>)> = core
        .store
        .tidy(async |mut tx| {
            let now = tx.now();
            let row = sqlx::query_as(
                "UPDATE mail SET tries = tries + 1, due_at = $1
                  WHERE id = (SELECT id FROM mail WHERE ended_at IS NULL AND due_at <= $2 ORDER BY due_at LIMIT 1)
                    AND ended_at IS NULL AND due_at <= $2
                 RETURNING id, tenant_id, tries, sealed",
            )
            .bind(now.plus_secs(LEASE_SECS).as_micros())
            .bind(now.as_micros())
            .fetch_optional(tx.conn())
            .await?;
            Ok((row, tx.commit_housekeeping("a mail is taken").await?))
        })
        .await?;
    let Some((id, tenant, tries, sealed)) = row else { return Ok(None) };
    let sender = TenantId::parse(&tenant).ok_or(UNREADABLE)?;
    let branding = tenants::branding(core, sender).await?;
    let logo = match &branding.logo {
        Some(name) => organisations::logo(core, sender, name).await?,
        None => None,
    };
    // A mail that cannot be opened has no content and is then given up, so that it does not hold the others up.
    let outgoing = opened(core, &id, &sealed);
    let (organisation, accent) = (branding.name, branding.accent.unwrap_or(Accent::PORTVAKT));
    Ok(Some(Taken { id, tenant, organisation, accent, logo, tries, outgoing }))
}

/// Notes that a mail was sent, and deletes its content.
pub(super) async fn note_sent(core: &Core, taken: &Taken) -> Result<(), CoreError> {
    core.store
        .tidy(async |mut tx| {
            let now = tx.now().as_micros();
            sqlx::query(
                "UPDATE mail SET ended_at = $1, sealed = NULL, failure = NULL
                  WHERE tenant_id = $2 AND id = $3 AND tries = $4",
            )
            .bind(now)
            .bind(&taken.tenant)
            .bind(&taken.id)
            .bind(taken.tries)
            .execute(tx.conn())
            .await?;
            Ok(((), tx.commit_housekeeping("a mail was sent").await?))
        })
        .await
}

/// Lets a mail be tried again after `secs` seconds.
pub(super) async fn postpone(core: &Core, taken: &Taken, secs: i64, why: Why) -> Result<(), CoreError> {
    core.store
        .tidy(async |mut tx| {
            let due = tx.now().plus_secs(secs).as_micros();
            sqlx::query("UPDATE mail SET due_at = $1, failure = $2 WHERE tenant_id = $3 AND id = $4 AND tries = $5")
                .bind(due)
                .bind(why.code())
                .bind(&taken.tenant)
                .bind(&taken.id)
                .bind(taken.tries)
                .execute(tx.conn())
                .await?;
            Ok(((), tx.commit_housekeeping("a mail was postponed").await?))
        })
        .await
}

/// Gives a mail up. Its content stays, so that it can be sent again.
pub(super) async fn note_failed(core: &Core, taken: &Taken, why: Why) -> Result<(), CoreError> {
    core.store
        .tidy(async |mut tx| {
            let now = tx.now().as_micros();
            sqlx::query("UPDATE mail SET ended_at = $1, failure = $2 WHERE tenant_id = $3 AND id = $4 AND tries = $5")
                .bind(now)
                .bind(why.code())
                .bind(&taken.tenant)
                .bind(&taken.id)
                .bind(taken.tries)
                .execute(tx.conn())
                .await?;
            Ok(((), tx.commit_housekeeping("a mail was given up").await?))
        })
        .await
}

pub(crate) async fn outbox_counts(core: &Core) -> Result<OutboxCounts, CoreError> {
    let (waiting, failed): (i64, i64) = sqlx::query_as(
        "SELECT (SELECT count(*) FROM mail WHERE ended_at IS NULL),
                (SELECT count(*) FROM mail WHERE ended_at IS NOT NULL AND failure IS NOT NULL)",
    )
    .fetch_one(core.store.reader())
    .await?;
    Ok(OutboxCounts { waiting, failed })
}

/// Deletes every mail to a recipient, even one that is being sent: noting its result then changes no row.
pub(super) async fn delete_of(tx: &mut Tx, recipient: &[u8]) -> Result<(), CoreError> {
    sqlx::query("DELETE FROM mail WHERE recipient = $1").bind(recipient.to_vec()).execute(tx.conn()).await?;
    Ok(())
}

/// The reason why a waiting mail was not sent at its last try. If there are several, that of the mail whose next try is
/// the latest. `None` if no waiting mail has failed.
pub(crate) async fn trouble(core: &Core) -> Result<Option<Why>, CoreError> {
    let row: Option<(String,)> = sqlx::query_as(
        "SELECT failure FROM mail WHERE ended_at IS NULL AND failure IS NOT NULL ORDER BY due_at DESC LIMIT 1",
    )
    .fetch_optional(core.store.reader())
    .await?;
    row.map(|(code,)| Why::parse(&code).ok_or_else(|| UNREADABLE.into())).transpose()
}

#[derive(FromRow)]
struct MailRow {
    id: String,
    kind: String,
    organisation: String,
    sealed: Option<Vec<u8>>,
    tries: i64,
    created_at: i64,
    ended_at: i64,
    failure: String,
}

/// A mail that was given up.
pub(crate) struct Failed {
    pub id: MailId,
    pub kind: MailKind,
    pub organisation: String,
    /// `None` if the row cannot be opened or read.
    pub email: Option<String>,
    pub tries: i64,
    pub created_at: Timestamp,
    pub ended_at: Timestamp,
    pub why: Why,
}

/// At most `most` mails that were given up, the last one first.
pub(crate) async fn list_failed(core: &Core, most: i64) -> Result<Vec<Failed>, CoreError> {
    let rows: Vec<MailRow> = sqlx::query_as(
        "SELECT m.id, m.kind, t.name AS organisation, m.sealed, m.tries, m.created_at, m.ended_at, m.failure
           FROM mail m JOIN tenant t ON t.id = m.tenant_id
          WHERE m.ended_at IS NOT NULL AND m.failure IS NOT NULL ORDER BY m.ended_at DESC, m.id DESC LIMIT $1",
    )
    .bind(most)
    .fetch_all(core.store.reader())
    .await?;
    rows.into_iter()
        .map(|row| {
            Ok(Failed {
                id: MailId::parse(&row.id).ok_or(UNREADABLE)?,
                kind: MailKind::parse(&row.kind).ok_or(UNREADABLE)?,
                organisation: row.organisation,
                email: row.sealed.and_then(|sealed| opened(core, &row.id, &sealed)).map(|outgoing| outgoing.email),
                tries: row.tries,
                created_at: Timestamp::from_micros(row.created_at),
                ended_at: Timestamp::from_micros(row.ended_at),
                why: Why::parse(&row.failure).ok_or(UNREADABLE)?,
            })
        })
        .collect()
}

/// The content of a row. `None` if it cannot be opened or read.
fn opened(core: &Core, id: &str, sealed: &[u8]) -> Option<Outgoing> {
    let plain = core.vault.open_platform(SealedCell { column: SEALED, row: id }, sealed)?;
    serde_json::from_slice(&plain).ok()
}

/// Lets a mail that was given up be tried again, as often as a new one. Returns its kind and when it was made, or
/// `None` if no such mail was given up.
pub(crate) async fn revive(tx: &mut Tx, id: MailId) -> Result<Option<(MailKind, Timestamp)>, CoreError> {
    let now = tx.now().as_micros();
    let row: Option<(String, i64)> = sqlx::query_as(
        "UPDATE mail SET ended_at = NULL, failure = NULL, tries = 0, due_at = $1
          WHERE id = $2 AND ended_at IS NOT NULL AND failure IS NOT NULL AND sealed IS NOT NULL
         RETURNING kind, created_at",
    )
    .bind(now)
    .bind(id.to_string())
    .fetch_optional(tx.conn())
    .await?;
    row.map(|(kind, at)| Ok((MailKind::parse(&kind).ok_or(UNREADABLE)?, Timestamp::from_micros(at)))).transpose()
}

/// Lets every mail of a kind made after `oldest` that was given up be tried again. Returns their number.
pub(crate) async fn revive_all(tx: &mut Tx, kind: MailKind, oldest: Timestamp) -> Result<u64, CoreError> {
    let now = tx.now().as_micros();
    let done = sqlx::query(
        "UPDATE mail SET ended_at = NULL, failure = NULL, tries = 0, due_at = $1
          WHERE kind = $2 AND created_at > $3 AND ended_at IS NOT NULL AND failure IS NOT NULL AND sealed IS NOT NULL",
    )
    .bind(now)
    .bind(kind.name())
    .bind(oldest.as_micros())
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected())
}

pub(super) async fn delete_old(tx: &mut Tx<Housekeeping>) -> Result<(), CoreError> {
    let now = tx.now();
    sqlx::query("DELETE FROM mail WHERE (ended_at <= $1 AND failure IS NULL) OR ended_at <= $2")
        .bind(now.plus_secs(-SENT_MEMORY_SECS).as_micros())
        .bind(now.plus_secs(-FAILED_MEMORY_SECS).as_micros())
        .execute(tx.conn())
        .await?;
    Ok(())
}
