//! A person's rows, as JSON.
use crate::audit::chain::{read_changes, read_personal};
use crate::audit::part::{self, ACTOR, Opened, TARGET};
use crate::audit::utc;
use crate::caller::Person;
use crate::error::CoreError;
use crate::identifier::Identifier;
use crate::vault::store::AccountKeys;
use crate::vault::{SealedCell, Vault};
use portvakt_model::audit::reading::Changed;
use portvakt_model::fault::Refusal;
use portvakt_model::time::Timestamp;
use serde_json::{Value, json};
use sqlx::{AnyConnection, FromRow};

fn time(micros: i64) -> String {
    utc(Timestamp::from_micros(micros))
}

#[derive(FromRow)]
struct Account {
    id: String,
    email: String,
    notification_email: Option<String>,
    name: String,
    language: String,
    time_zone: String,
    home_id: String,
    home: String,
    created_at: i64,
    last_sign_in_at: Option<i64>,
    last_sign_in_device: Option<String>,
}

/// The account and its addresses.
pub(super) async fn account(view: &mut AnyConnection, person: &Person) -> Result<(Value, Vec<String>), CoreError> {
    let row: Option<Account> = sqlx::query_as(
        "SELECT a.id, a.email, a.notification_email, a.name, a.language, a.time_zone, t.id AS home_id, t.name AS home, a.created_at,
                a.last_sign_in_at, a.last_sign_in_device
           FROM account a JOIN tenant t ON t.id = a.tenant_id
          WHERE a.tenant_id = $1 AND a.id = $2",
    )
    .bind(person.home.to_string())
    .bind(person.account.to_string())
    .fetch_optional(view)
    .await?;
    let row = row.ok_or(Refusal::SignedOut)?;
    let account = json!({
        "id": row.id,
        "email": row.email,
        "notification_email": row.notification_email,
        "name": row.name,
        "language": row.language,
        "time_zone": row.time_zone,
        "home": { "id": row.home_id, "name": row.home },
        "created_at": time(row.created_at),
        "last_sign_in_at": row.last_sign_in_at.map(time),
        "last_sign_in_device": row.last_sign_in_device,
    });
    Ok((account, std::iter::once(row.email).chain(row.notification_email).collect()))
}

/// The time at which the password was set, and its counters. The hash is left out: it is of no use to its owner, and of
/// some use to a thief.
pub(super) async fn password(view: &mut AnyConnection, person: &Person) -> Result<Value, CoreError> {
    let row: Option<(i64, i64, i64)> =
        sqlx::query_as("SELECT set_at, tries, imported FROM password WHERE tenant_id = $1 AND account_id = $2")
            .bind(person.home.to_string())
            .bind(person.account.to_string())
            .fetch_optional(view)
            .await?;
    let password = |(set_at, tries, imported)| json!({ "set_at": time(set_at), "wrong_tries_in_a_row": tries, "imported": imported == 1 });
    Ok(row.map_or(Value::Null, password))
}

pub(super) async fn second_factor(view: &mut AnyConnection, person: &Person) -> Result<Value, CoreError> {
    let code_app: Option<(i64, Option<i64>)> =
        sqlx::query_as("SELECT created_at, used_at FROM code_app WHERE tenant_id = $1 AND account_id = $2")
            .bind(person.home.to_string())
            .bind(person.account.to_string())
            .fetch_optional(&mut *view)
            .await?;
    let passkeys: Vec<(String, i64, Option<i64>, i64, i64)> = sqlx::query_as(
        "SELECT name, created_at, used_at, counter, is_synced FROM passkey
          WHERE tenant_id = $1 AND account_id = $2 ORDER BY created_at, id",
    )
    .bind(person.home.to_string())
    .bind(person.account.to_string())
    .fetch_all(&mut *view)
    .await?;
    let (left, failures): (i64, Option<i64>) = sqlx::query_as(
        "SELECT (SELECT CAST(count(*) AS BIGINT) FROM recovery_code WHERE tenant_id = $1 AND account_id = $2),
                (SELECT failures FROM code_try WHERE tenant_id = $1 AND account_id = $2)",
    )
    .bind(person.home.to_string())
    .bind(person.account.to_string())
    .fetch_one(view)
    .await?;
    if code_app.is_none() && passkeys.is_empty() {
        return Ok(Value::Null);
    }
    let passkey = |(name, since, used_at, counter, is_synced): (String, i64, Option<i64>, i64, i64)| {
        json!({
            "name": name, "since": time(since), "used_at": used_at.map(time), "counter": counter,
            "is_synced": is_synced == 1,
        })
    };
    Ok(json!({
        "code_app": code_app.map(|(since, used_at)| json!({ "since": time(since), "used_at": used_at.map(time) })),
        "passkeys": passkeys.into_iter().map(passkey).collect::<Vec<_>>(),
        "recovery_codes_left": left,
        "wrong_codes_in_a_row": failures.unwrap_or_default(),
    }))
}

pub(super) async fn memberships(view: &mut AnyConnection, person: &Person) -> Result<Value, CoreError> {
    let rows: Vec<(String, String, String, i64, Option<i64>, String)> = sqlx::query_as(
        "SELECT t.id, t.name, m.role, m.created_at, m.suspended_at, m.note
           FROM membership m JOIN tenant t ON t.id = m.tenant_id
          WHERE m.account_id = $1 ORDER BY m.created_at, t.id",
    )
    .bind(person.account.to_string())
    .fetch_all(view)
    .await?;
    let home = person.home.to_string();
    let membership =
        |(id, name, role, since, suspended_at, note): (String, String, String, i64, Option<i64>, String)| {
            let is_guest = id != home;
            json!({
                "organisation": { "id": id, "name": name }, "role": role, "is_guest": is_guest, "since": time(since),
                "suspended_at": suspended_at.map(time), "note": note,
            })
        };
    Ok(rows.into_iter().map(membership).collect())
}

pub(super) async fn sessions(view: &mut AnyConnection, person: &Person) -> Result<Value, CoreError> {
    let rows: Vec<(String, String, i64, i64, i64, String, String)> = sqlx::query_as(
        "SELECT id, current_tenant_id, auth_time, seen_at, ends_at, device, network FROM session
          WHERE tenant_id = $1 AND account_id = $2 ORDER BY auth_time, id",
    )
    .bind(person.home.to_string())
    .bind(person.account.to_string())
    .fetch_all(view)
    .await?;
    let session = |(id, organisation, began_at, seen_at, ends_at, device, network)| {
        let (began_at, seen_at, ends_at) = (time(began_at), time(seen_at), time(ends_at));
        json!({
            "id": id, "organisation_id": organisation, "began_at": began_at, "seen_at": seen_at, "ends_at": ends_at,
            "device": device, "network": network,
        })
    };
    Ok(rows.into_iter().map(session).collect())
}

/// Links that were mailed to the person, without the tokens that make them work.
pub(super) async fn links(view: &mut AnyConnection, person: &Person) -> Result<Value, CoreError> {
    let rows: Vec<(String, Option<String>, i64, i64)> = sqlx::query_as(
        "SELECT kind, email, created_at, ends_at FROM link
          WHERE tenant_id = $1 AND account_id = $2 ORDER BY created_at, kind",
    )
    .bind(person.home.to_string())
    .bind(person.account.to_string())
    .fetch_all(view)
    .await?;
    let link = |(kind, email, made_at, ends_at): (String, Option<String>, i64, i64)| json!({ "kind": kind, "email": email, "made_at": time(made_at), "ends_at": time(ends_at) });
    Ok(rows.into_iter().map(link).collect())
}

/// Addresses that the account had until recently and may still get back.
pub(super) async fn former_addresses(view: &mut AnyConnection, person: &Person) -> Result<Value, CoreError> {
    let rows: Vec<(String, i64, i64)> = sqlx::query_as(
        "SELECT email, created_at, ends_at FROM address_stop
          WHERE tenant_id = $1 AND account_id = $2 ORDER BY created_at, email",
    )
    .bind(person.home.to_string())
    .bind(person.account.to_string())
    .fetch_all(view)
    .await?;
    let former = |(email, left_at, ends_at): (String, i64, i64)| json!({ "email": email, "asked_at": time(left_at), "ends_at": time(ends_at) });
    Ok(rows.into_iter().map(former).collect())
}

/// The person's recent exports of an organisation's list of people: the portal counts them.
pub(super) async fn lists_taken(view: &mut AnyConnection, person: &Person) -> Result<Value, CoreError> {
    let rows: Vec<(String, i64)> = sqlx::query_as(
        "SELECT t.name, e.at FROM user_export e JOIN tenant t ON t.id = e.tenant_id
          WHERE e.account_id = $1 ORDER BY e.at, t.id",
    )
    .bind(person.account.to_string())
    .fetch_all(view)
    .await?;
    let taken = |(organisation, at): (String, i64)| json!({ "organisation": organisation, "at": time(at) });
    Ok(rows.into_iter().map(taken).collect())
}

/// Invitations to one of the person's addresses.
pub(super) async fn invitations(view: &mut AnyConnection, identifier: &Identifier) -> Result<Vec<Value>, CoreError> {
    let rows: Vec<(String, String, String, String, String, i64, i64)> = sqlx::query_as(
        "SELECT t.name, i.email, i.name, i.language, i.role, i.sent_at, i.ends_at
           FROM invitation i JOIN tenant t ON t.id = i.tenant_id WHERE i.identifier = $1 ORDER BY i.sent_at, i.id",
    )
    .bind(identifier.as_str())
    .fetch_all(view)
    .await?;
    let invitation = |(organisation, email, name, language, role, sent_at, ends_at)| {
        let (sent_at, ends_at) = (time(sent_at), time(ends_at));
        json!({
            "organisation": organisation, "email": email, "name": name, "language": language, "role": role,
            "sent_at": sent_at, "ends_at": ends_at,
        })
    };
    Ok(rows.into_iter().map(invitation).collect())
}

/// Mail to one of the person's addresses that is still remembered: its kind and its times.
pub(super) async fn mails(view: &mut AnyConnection, recipient: &[u8]) -> Result<Vec<Value>, CoreError> {
    let rows: Vec<(String, i64, Option<i64>, Option<String>)> = sqlx::query_as(
        "SELECT kind, created_at, ended_at, failure FROM mail WHERE recipient = $1 ORDER BY created_at, id",
    )
    .bind(recipient.to_vec())
    .fetch_all(view)
    .await?;
    let mail = |(kind, written_at, ended_at, failure): (String, i64, Option<i64>, Option<String>)| json!({ "kind": kind, "written_at": time(written_at), "ended_at": ended_at.map(time), "failure": failure });
    Ok(rows.into_iter().map(mail).collect())
}

pub(super) async fn erasure(view: &mut AnyConnection, person: &Person) -> Result<Value, CoreError> {
    let row: Option<(i64, i64, i64)> = sqlx::query_as(
        "SELECT asked_at, due_at, by_organisation FROM erasure WHERE tenant_id = $1 AND account_id = $2",
    )
    .bind(person.home.to_string())
    .bind(person.account.to_string())
    .fetch_optional(view)
    .await?;
    let erasure = |(asked_at, due_at, by_organisation)| json!({ "asked_at": time(asked_at), "due_at": time(due_at), "by_organisation": by_organisation == 1 });
    Ok(row.map_or(Value::Null, erasure))
}

#[derive(FromRow)]
struct EventRow {
    event: String,
    organisation: String,
    at: i64,
    actor: String,
    actor_id: Option<String>,
    target_id: Option<String>,
    action: String,
    changes: Vec<u8>,
    actor_commitment: Option<Vec<u8>>,
    actor_sealed: Option<Vec<u8>>,
    target_commitment: Option<Vec<u8>>,
    target_sealed: Option<Vec<u8>>,
}

/// Events that the person did or that concern the person, in every organisation, the newest first: at most `most`, and
/// whether there are more. Opens no personal part of another person.
pub(super) async fn events(
    view: &mut AnyConnection,
    vault: &Vault,
    person: &Person,
    most: i64,
) -> Result<(Value, bool), CoreError> {
    let own = person.account.to_string();
    // Joins the tenants, so that an index finds the person's events in each chain.
    let mut rows: Vec<EventRow> = sqlx::query_as(
        "SELECT e.id AS event, t.name AS organisation, e.at, e.actor, e.actor_id, e.target_id, e.action, e.changes,
                e.actor_commitment, e.actor_sealed, e.target_commitment, e.target_sealed
           FROM tenant t JOIN audit_event e ON e.tenant_id = t.id AND e.actor_id = $1
         UNION ALL
         SELECT e.id AS event, t.name AS organisation, e.at, e.actor, e.actor_id, e.target_id, e.action, e.changes,
                e.actor_commitment, e.actor_sealed, e.target_commitment, e.target_sealed
           FROM tenant t JOIN audit_event e ON e.tenant_id = t.id AND e.target_id = $1
          WHERE e.actor_id IS NULL OR e.actor_id <> $1
          ORDER BY at DESC, event DESC LIMIT $2",
    )
    .bind(&own)
    .bind(most + 1)
    .fetch_all(&mut *view)
    .await?;
    let most = usize::try_from(most).unwrap_or(usize::MAX);
    let there_are_older = rows.len() > most;
    rows.truncate(most);
    let mut events = Vec::with_capacity(rows.len());
    let mut keys = AccountKeys::default();
    for row in rows {
        let (is_actor, is_target) = (row.actor_id.as_ref() == Some(&own), row.target_id.as_ref() == Some(&own));
        let mut open = async |column, committed: &Option<Vec<u8>>, sealed: &Option<Vec<u8>>| {
            let (Some(committed), Some(sealed)) = (committed, sealed) else { return Ok(Vec::new()) };
            let place = SealedCell { column, row: &row.event };
            match part::open(view, vault, &mut keys, place, committed, sealed).await? {
                Opened::Salted(salted) => Ok(read_personal(&salted).unwrap_or_default()),
                Opened::Erased | Opened::Altered => Ok::<_, CoreError>(Vec::new()),
            }
        };
        let mut changes = read_changes(&row.changes).unwrap_or_default();
        if is_target {
            changes.extend(open(TARGET, &row.target_commitment, &row.target_sealed).await?);
        }
        let from = if is_actor { open(ACTOR, &row.actor_commitment, &row.actor_sealed).await? } else { Vec::new() };
        events.push(json!({
            "id": row.event,
            "at": time(row.at),
            "organisation": row.organisation,
            "action": row.action,
            "by": if is_actor { "you" } else { row.actor.as_str() },
            "from": fields(from),
            "changes": fields(changes),
        }));
    }
    Ok((events.into(), there_are_older))
}

fn fields(changes: Vec<Changed>) -> Value {
    let field = |Changed { field, before, after }| (field, json!({ "before": before, "after": after }));
    Value::Object(changes.into_iter().map(field).collect())
}
