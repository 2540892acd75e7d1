//! The chain's rows. Only [`Tx::commit`] appends to them, as the last step of its transaction.
use super::chain::{Canonical, ChainRow, Point, changes, commitment};
use super::part::{self, ACTOR, Opened, TARGET};
use super::record::{Change, Event, Record, seen_from};
use crate::caller::Caller;
use crate::error::{ChainFault, CoreError, Failure};
use crate::store::Tx;
use crate::vault::store::{self as keys, AccountKeys};
use crate::vault::{DataKey, SealedCell, Vault, key_of};
use portvakt_model::id::{AccountId, KeyId, TenantId};
use portvakt_model::time::Timestamp;
use sqlx::{AnyConnection, FromRow};
use uuid::Uuid;

/// Begins a new tenant's chain.
pub(crate) async fn begin(tx: &mut Tx, tenant: TenantId) -> Result<(), CoreError> {
    let vault = tx.vault();
    let (key, tenant) = (vault.platform(), tenant.to_string());
    sqlx::query("INSERT INTO audit_head (tenant_id, seq, hash, mac_key, mac) VALUES ($1, 0, $2, $3, $4)")
        .bind(&tenant)
        .bind(Vec::new())
        .bind(key.id().to_string())
        .bind(Point::Head.mac(key, &tenant, 0, &[]))
        .execute(tx.conn())
        .await?;
    Ok(())
}

/// Writes an event to each chain that the event belongs to.
pub(crate) async fn append(tx: &mut Tx, caller: &Caller, event: &Event) -> Result<(), CoreError> {
    for record in &event.records {
        append_record(tx, caller, record).await?;
    }
    Ok(())
}

/// Takes the head, then writes the event and the new head. On PostgreSQL the head's row lock orders this tenant's
/// writers until the transaction ends.
async fn append_record(tx: &mut Tx, caller: &Caller, record: &Record) -> Result<(), CoreError> {
    let vault = tx.vault();
    let tenant = record.tenant.to_string();
    let (seq, before, mac_key, mac): (i64, Vec<u8>, String, Vec<u8>) =
        sqlx::query_as("UPDATE audit_head SET seq = seq + 1 WHERE tenant_id = $1 RETURNING seq, hash, mac_key, mac")
            .bind(&tenant)
            .fetch_one(tx.conn())
            .await?;
    if !is_ours(&vault, Point::Head, &tenant, seq - 1, &before, &mac_key, &mac) {
        return Err(tampered(record.tenant, ChainFault::Head(seq - 1)));
    }

    let id: Uuid = tx.random().id(tx.now());
    let id = id.to_string();
    let target =
        personal(tx, record.target, SealedCell { column: TARGET, row: &id }, &record.personal_part(caller)).await?;
    let (actor_name, actor_ids, reference, actor) = match caller {
        Caller::Claimant(reference) => ("claimant", None, Some(i64::from(reference.0)), None),
        Caller::Command => ("command", None, None, None),
        Caller::System => ("system", None, None, None),
        Caller::Person(person) => {
            let ids = (person.home, person.account);
            let origin = &person.origin;
            let sealed = personal(tx, Some(ids), SealedCell { column: ACTOR, row: &id }, &seen_from(origin)).await?;
            ("person", Some(ids), Some(i64::from(origin.reference.0)), sealed)
        }
    };
    let (actor_commitment, actor_sealed) = actor.unzip();
    let (target_commitment, target_sealed) = target.unzip();
    let row = ChainRow {
        seq,
        id,
        at: tx.now().as_micros(),
        actor: actor_name.to_owned(),
        actor_tenant: actor_ids.map(|(tenant, _)| tenant.to_string()),
        actor_id: actor_ids.map(|(_, account)| account.to_string()),
        action: record.action.name().to_owned(),
        target: record.target.map(|(_, account)| account.to_string()),
        changes: changes(&record.changes),
        reference,
        actor_commitment,
        target_commitment,
        actor_key: actor_sealed.as_deref().and_then(key_of),
        target_key: target_sealed.as_deref().and_then(key_of),
    };
    let hash = row.hash(&tenant, &before);
    let key = vault.platform();
    sqlx::query(
        "INSERT INTO audit_event (tenant_id, seq, id, at, actor, actor_tenant_id, actor_id, action, target_id, changes,
                reference, actor_commitment, actor_sealed, target_commitment, target_sealed, hash, mac_key, mac)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18)",
    )
    .bind(&tenant)
    .bind(seq)
    .bind(row.id)
    .bind(row.at)
    .bind(row.actor)
    .bind(row.actor_tenant)
    .bind(row.actor_id)
    .bind(row.action)
    .bind(row.target)
    .bind(row.changes)
    .bind(row.reference)
    .bind(row.actor_commitment)
    .bind(actor_sealed)
    .bind(row.target_commitment)
    .bind(target_sealed)
    .bind(&hash)
    .bind(key.id().to_string())
    .bind(Point::Event.mac(key, &tenant, seq, &hash))
    .execute(tx.conn())
    .await?;
    sqlx::query("UPDATE audit_head SET hash = $2, mac_key = $3, mac = $4 WHERE tenant_id = $1")
        .bind(&tenant)
        .bind(&hash)
        .bind(key.id().to_string())
        .bind(Point::Head.mac(key, &tenant, seq, &hash))
        .execute(tx.conn())
        .await?;
    Ok(())
}

/// The commitment to a personal part, and the part, salted and sealed under the account's key. `None` if the event has
/// no personal part, or if the account was erased.
async fn personal(
    tx: &mut Tx,
    owner: Option<(TenantId, AccountId)>,
    place: SealedCell<'_>,
    part: &[Change],
) -> Result<Option<(Vec<u8>, Vec<u8>)>, CoreError> {
    let Some((home, account)) = owner.filter(|_| !part.is_empty()) else { return Ok(None) };
    let vault = tx.vault();
    let Some(key) = keys::account_key(tx.conn(), &vault, home, account).await? else { return Ok(None) };
    let salt: [u8; 32] = tx.random().bytes();
    let salted = Canonical::default().part(&salt).part(&changes(part)).into_bytes();
    Ok(Some((commitment(&salted), key.seal(place, &salted, tx.random()))))
}

fn is_ours(vault: &Vault, point: Point, tenant: &str, seq: i64, hash: &[u8], mac_key: &str, mac: &[u8]) -> bool {
    let key: Option<&DataKey> = KeyId::parse(mac_key).and_then(|id| vault.platform_key(id));
    key.is_some_and(|key| point.verify(key, tenant, seq, hash, mac))
}

fn tampered(tenant: TenantId, fault: ChainFault) -> CoreError {
    Failure::Tampered { tenant, fault }.into()
}

#[derive(FromRow)]
struct Stored {
    seq: i64,
    id: String,
    at: i64,
    actor: String,
    actor_tenant_id: Option<String>,
    actor_id: Option<String>,
    action: String,
    target_id: Option<String>,
    changes: Vec<u8>,
    reference: Option<i64>,
    actor_commitment: Option<Vec<u8>>,
    actor_sealed: Option<Vec<u8>>,
    target_commitment: Option<Vec<u8>>,
    target_sealed: Option<Vec<u8>>,
    hash: Vec<u8>,
    mac_key: String,
    mac: Vec<u8>,
}

/// The most events read at a time: a chain may have millions.
const PAGE: i64 = 1000;

/// Checks a tenant's chain. The caller has begun one view of the database for it.
pub(crate) async fn verify(view: &mut AnyConnection, vault: &Vault, tenant_id: TenantId) -> Result<i64, CoreError> {
    let tenant = tenant_id.to_string();
    let found = |fault| tampered(tenant_id, fault);
    let head: Option<(i64, Vec<u8>, String, Vec<u8>)> =
        sqlx::query_as("SELECT seq, hash, mac_key, mac FROM audit_head WHERE tenant_id = $1")
            .bind(&tenant)
            .fetch_optional(&mut *view)
            .await?;
    let (last, head_hash, mac_key, mac) = head.ok_or_else(|| found(ChainFault::Head(0)))?;
    let (mut seq, mut hash, mut keys) = (0, Vec::new(), AccountKeys::default());
    // The reading starts below the first event, so that an event inserted there is found.
    let mut read_to = i64::MIN;
    loop {
        let page: Vec<Stored> = sqlx::query_as(
            "SELECT seq, id, at, actor, actor_tenant_id, actor_id, action, target_id, changes, reference,
                    actor_commitment, actor_sealed, target_commitment, target_sealed, hash, mac_key, mac
               FROM audit_event WHERE tenant_id = $1 AND seq > $2 ORDER BY seq LIMIT $3",
        )
        .bind(&tenant)
        .bind(read_to)
        .bind(PAGE)
        .fetch_all(&mut *view)
        .await?;
        if page.is_empty() {
            break;
        }
        for stored in page {
            read_to = stored.seq;
            if stored.seq < 1 || stored.seq > last {
                return Err(found(ChainFault::Unexpected(stored.seq)));
            }
            seq += 1;
            if stored.seq != seq {
                return Err(found(ChainFault::Missing(seq)));
            }
            let checked = checked(view, vault, &mut keys, &tenant, stored, &hash).await?;
            hash = checked.ok_or_else(|| found(ChainFault::Altered(seq)))?;
        }
    }
    if seq < last {
        return Err(found(ChainFault::Missing(seq + 1)));
    }
    if head_hash != hash || !is_ours(vault, Point::Head, &tenant, last, &head_hash, &mac_key, &mac) {
        return Err(found(ChainFault::Head(last)));
    }
    Ok(last)
}

/// An event's place in its chain, and its state.
pub(crate) struct Written {
    pub reference: Option<i64>,
    pub hash: Vec<u8>,
    /// The hash of the previous event. `None` for the first event.
    pub before: Option<Vec<u8>>,
    /// Whether the event is the one that was written after the previous event.
    pub is_intact: bool,
}

/// Reads and checks one event of a chain. `None` if there is no such event.
pub(crate) async fn written(
    view: &mut AnyConnection,
    vault: &Vault,
    keys: &mut AccountKeys,
    tenant: TenantId,
    seq: i64,
) -> Result<Option<Written>, CoreError> {
    let tenant = tenant.to_string();
    let mut both: Vec<Stored> = sqlx::query_as(
        "SELECT seq, id, at, actor, actor_tenant_id, actor_id, action, target_id, changes, reference,
                actor_commitment, actor_sealed, target_commitment, target_sealed, hash, mac_key, mac
           FROM audit_event WHERE tenant_id = $1 AND seq >= $2 AND seq <= $3 ORDER BY seq",
    )
    .bind(&tenant)
    .bind(seq - 1)
    .bind(seq)
    .fetch_all(&mut *view)
    .await?;
    let Some(event) = both.pop_if(|event| event.seq == seq) else { return Ok(None) };
    let before = both.pop().map(|before| before.hash);
    let (reference, hash) = (event.reference, event.hash.clone());
    let checked = checked(view, vault, keys, &tenant, event, before.as_deref().unwrap_or_default()).await?;
    Ok(Some(Written { reference, hash, before, is_intact: checked.is_some() }))
}

/// Checks an event and returns its hash. `None` if the event, its MAC or a personal part that can still be opened is
/// not the one that was written.
async fn checked(
    conn: &mut AnyConnection,
    vault: &Vault,
    keys: &mut AccountKeys,
    tenant: &str,
    stored: Stored,
    before: &[u8],
) -> Result<Option<Vec<u8>>, CoreError> {
    let parts = [
        (ACTOR, &stored.actor_commitment, &stored.actor_sealed),
        (TARGET, &stored.target_commitment, &stored.target_sealed),
    ];
    for (column, committed, sealed) in parts {
        let (committed, sealed) = match (committed, sealed) {
            (None, None) => continue,
            (Some(committed), Some(sealed)) => (committed, sealed),
            _ => return Ok(None),
        };
        let place = SealedCell { column, row: &stored.id };
        if let Opened::Altered = part::open(conn, vault, keys, place, committed, sealed).await? {
            return Ok(None);
        }
    }
    let row = ChainRow {
        seq: stored.seq,
        id: stored.id,
        at: stored.at,
        actor: stored.actor,
        actor_tenant: stored.actor_tenant_id,
        actor_id: stored.actor_id,
        action: stored.action,
        target: stored.target_id,
        changes: stored.changes,
        reference: stored.reference,
        actor_commitment: stored.actor_commitment,
        target_commitment: stored.target_commitment,
        actor_key: stored.actor_sealed.as_deref().and_then(key_of),
        target_key: stored.target_sealed.as_deref().and_then(key_of),
    };
    let hash = row.hash(tenant, before);
    let ours =
        hash == stored.hash && is_ours(vault, Point::Event, tenant, stored.seq, &hash, &stored.mac_key, &stored.mac);
    Ok(ours.then_some(hash))
}

/// The time of the last event of any tenant.
pub(crate) async fn last(conn: &mut AnyConnection) -> Result<Option<Timestamp>, CoreError> {
    let (at,): (Option<i64>,) = sqlx::query_as(
        "SELECT max(e.at) FROM audit_head h JOIN audit_event e ON e.tenant_id = h.tenant_id AND e.seq = h.seq",
    )
    .fetch_one(conn)
    .await?;
    Ok(at.map(Timestamp::from_micros))
}

/// Each tenant that has a chain, with the number of its events.
pub(crate) async fn chains(conn: &mut AnyConnection) -> Result<Vec<(TenantId, i64)>, CoreError> {
    let rows: Vec<(String, i64)> =
        sqlx::query_as("SELECT tenant_id, seq FROM audit_head ORDER BY tenant_id").fetch_all(conn).await?;
    let chain = |(tenant, seq): (String, i64)| Some((TenantId::parse(&tenant)?, seq));
    rows.into_iter().map(|row| chain(row).ok_or(Failure::Unreadable("audit_head.tenant_id").into())).collect()
}
