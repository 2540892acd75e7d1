//! The people and the sessions that a new policy affects, and the changes that its save makes to their rows.
use crate::account::store::ids;
use crate::error::{CoreError, Failure};
use crate::store::Tx;
use portvakt_model::id::{AccountId, SessionId, TenantId};
use portvakt_model::policy::impact::{NAMED, Person as Affectable, Running, SignedIn};
use portvakt_model::policy::{Demand, SessionPolicy, TenantPolicy};
use portvakt_model::role::{PrivilegeLevel, Role};
use portvakt_model::time::Timestamp;
use sqlx::{AnyConnection, FromRow};

const DAY_SECS: i64 = 24 * 60 * 60;

#[derive(FromRow)]
struct PersonRow {
    name: String,
    role: String,
    accepted: Option<String>,
    set_at: Option<i64>,
    meets: i64,
    asked_at: Option<i64>,
    nth: i64,
    people: i64,
}

const UNREADABLE: Failure = Failure::Unreadable("what a password meets");

/// The people at home in an organisation, in the order of their names. Groups people with identical attributes and
/// returns the first [`NAMED`] of each group. The password's age and the passkey's grace days divide groups by the
/// limits of the two policies.
///
/// An organisation of 100,000 people takes seconds if every row leaves the database.
pub(super) async fn people(
    conn: &mut AnyConnection,
    home: TenantId,
    rules: [&TenantPolicy; 2],
    now: Timestamp,
) -> Result<Vec<Affectable>, CoreError> {
    let ago = |days: u32| now.plus_secs(-i64::from(days) * DAY_SECS).as_micros();
    // Neither setting differs between levels.
    let ages = rules.map(|rules| rules.standard.password.max_age_days.map_or(i64::MIN, ago));
    let days = rules.map(|rules| ago(rules.standard.second_factor.passkey_grace_days));
    let rows: Vec<PersonRow> = sqlx::query_as(
        "SELECT name, role, accepted, set_at, meets, asked_at, nth, people FROM (
            SELECT name, role, accepted, set_at, meets, asked_at, name_key, account_id,
                   row_number() OVER (PARTITION BY role, meets, accepted, is_old, is_older, is_due, is_late
                                      ORDER BY name_key, account_id) AS nth,
                   count(*) OVER (PARTITION BY role, meets, accepted, is_old, is_older, is_due, is_late) AS people
              FROM (SELECT a.name, m.role, p.accepted, p.set_at, m.name_key, m.account_id,
                           a.passkey_asked_at AS asked_at,
                           CASE WHEN p.set_at <= $2 THEN 1 ELSE 0 END AS is_old,
                           CASE WHEN p.set_at <= $3 THEN 1 ELSE 0 END AS is_older,
                           CASE WHEN a.passkey_asked_at <= $4 THEN 1 ELSE 0 END AS is_due,
                           CASE WHEN a.passkey_asked_at <= $5 THEN 1 ELSE 0 END AS is_late,
                           CASE WHEN EXISTS (SELECT 1 FROM passkey k
                                              WHERE k.tenant_id = m.tenant_id AND k.account_id = m.account_id)
                                THEN 2 WHEN c.account_id IS NULL THEN 0 ELSE 1 END AS meets
                      FROM membership m JOIN account a ON a.tenant_id = m.tenant_id AND a.id = m.account_id
                      LEFT JOIN password p ON p.tenant_id = m.tenant_id AND p.account_id = m.account_id
                      LEFT JOIN code_app c ON c.tenant_id = m.tenant_id AND c.account_id = m.account_id
                     WHERE m.tenant_id = $1 AND m.suspended_at IS NULL) AS everybody) AS alike
          WHERE nth <= $6 ORDER BY name_key, account_id",
    )
    .bind(home.to_string())
    .bind(ages[0])
    .bind(ages[1])
    .bind(days[0])
    .bind(days[1])
    .bind(i64::try_from(NAMED).unwrap_or(i64::MAX))
    .fetch_all(&mut *conn)
    .await?;
    let person = |row: PersonRow| {
        let accepted = row.accepted.as_deref().map(serde_json::from_str).transpose();
        Ok(Affectable {
            name: row.name,
            role: Role::parse(&row.role).ok_or(Failure::Unreadable("a role"))?,
            enrolled: match row.meets {
                0 => Demand::Optional,
                1 => Demand::Any,
                _ => Demand::PhishingResistant,
            },
            passkey_asked: row.asked_at.map(Timestamp::from_micros),
            password: accepted.map_err(|_| UNREADABLE)?.zip(row.set_at.map(Timestamp::from_micros)),
            people: if row.nth == 1 { u64::try_from(row.people).unwrap_or_default() } else { 0 },
        })
    };
    rows.into_iter().map(person).collect()
}

#[derive(FromRow)]
struct SessionRow {
    account_id: String,
    name: String,
    role: String,
    id: String,
    auth_time: i64,
    seen_at: i64,
}

/// The signed-in people at home with sessions that may end under `rules`, in the order of their names.
pub(super) async fn signed_in(
    conn: &mut AnyConnection,
    home: TenantId,
    rules: &TenantPolicy,
    now: Timestamp,
) -> Result<Vec<SignedIn>, CoreError> {
    // The shortest limits of any level. The caller compares each session with the limits of its person's role.
    let levels = PrivilegeLevel::ALL.map(|level| rules.of(level).session);
    let before = |secs: Option<u32>| now.plus_secs(-i64::from(secs.unwrap_or_default())).as_micros();
    let idle = before(levels.iter().map(|session| session.idle_secs).min());
    let absolute = before(levels.iter().map(|session| session.absolute_secs).min());
    let rows: Vec<SessionRow> = sqlx::query_as(
        "SELECT s.account_id, a.name, m.role, s.id, s.auth_time, s.seen_at
           FROM session s JOIN account a ON a.tenant_id = s.tenant_id AND a.id = s.account_id
           JOIN membership m ON m.tenant_id = s.tenant_id AND m.account_id = s.account_id
          WHERE s.tenant_id = $1 AND s.ends_at > $2 AND s.idle_ends_at > $2 AND (s.seen_at <= $3 OR s.auth_time <= $4)
                AND m.suspended_at IS NULL
          ORDER BY m.name_key, s.account_id",
    )
    .bind(home.to_string())
    .bind(now.as_micros())
    .bind(idle)
    .bind(absolute)
    .fetch_all(conn)
    .await?;
    let mut people: Vec<(String, SignedIn)> = Vec::new();
    for SessionRow { account_id, name, role, id, auth_time, seen_at } in rows {
        let session = Running {
            id: SessionId::parse(&id).ok_or(Failure::Unreadable("a session's id"))?,
            since: Timestamp::from_micros(auth_time),
            seen_at: Timestamp::from_micros(seen_at),
        };
        match people.last_mut() {
            Some((account, person)) if *account == account_id => person.sessions.push(session),
            _ => {
                let role = Role::parse(&role).ok_or(Failure::Unreadable("a role"))?;
                people.push((account_id, SignedIn { name, role, sessions: vec![session] }));
            }
        }
    }
    Ok(people.into_iter().map(|(_, person)| person).collect())
}

/// Ends a session of an account at home in this tenant.
pub(super) async fn end_session(tx: &mut Tx, home: TenantId, session: SessionId) -> Result<(), CoreError> {
    sqlx::query("DELETE FROM session WHERE tenant_id = $1 AND id = $2")
        .bind(home.to_string())
        .bind(session.to_string())
        .execute(tx.conn())
        .await?;
    Ok(())
}

/// Shortens the sessions of every member of an organisation with this role to the policy's limits, guests included,
/// suspended members not.
pub(super) async fn shorten_sessions(
    tx: &mut Tx,
    tenant: TenantId,
    role: Role,
    policy: SessionPolicy,
) -> Result<(), CoreError> {
    sqlx::query(
        "UPDATE session
            SET idle_secs = CASE WHEN idle_secs > $1 THEN $1 ELSE idle_secs END,
                idle_ends_at = CASE WHEN idle_ends_at > seen_at + $1 * 1000000 THEN seen_at + $1 * 1000000
                                    ELSE idle_ends_at END,
                ends_at = CASE WHEN ends_at > auth_time + $2 * 1000000 THEN auth_time + $2 * 1000000 ELSE ends_at END
          WHERE (tenant_id, account_id) IN
                (SELECT a.tenant_id, a.id FROM membership m JOIN account a ON a.id = m.account_id
                  WHERE m.tenant_id = $3 AND m.role = $4 AND m.suspended_at IS NULL)",
    )
    .bind(i64::from(policy.idle_secs))
    .bind(i64::from(policy.absolute_secs))
    .bind(tenant.to_string())
    .bind(role.as_str())
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Deletes the unfinished sign-ins of everyone at home in an organisation: their passwords were judged by the old
/// policy. Keeps the sign-ins of guests: otherwise a host could keep guests out of their own home by saving again and
/// again.
pub(super) async fn delete_waiting(tx: &mut Tx, home: TenantId) -> Result<(), CoreError> {
    sqlx::query("DELETE FROM pending_sign_in WHERE tenant_id = $1").bind(home.to_string()).execute(tx.conn()).await?;
    Ok(())
}

/// The number of versions saved after `since`, and the time of the oldest of them.
pub(super) async fn count_saved(
    tx: &mut Tx,
    tenant: TenantId,
    since: Timestamp,
) -> Result<(i64, Timestamp), CoreError> {
    let (count, oldest): (i64, Option<i64>) =
        sqlx::query_as("SELECT count(*), min(created_at) FROM tenant_policy WHERE tenant_id = $1 AND created_at > $2")
            .bind(tenant.to_string())
            .bind(since.as_micros())
            .fetch_one(tx.conn())
            .await?;
    Ok((count, Timestamp::from_micros(oldest.unwrap_or_default())))
}

/// The number of people with each role in an organisation who are not suspended there, guests included.
pub(super) async fn count_members(conn: &mut AnyConnection, tenant: TenantId) -> Result<Vec<(Role, u64)>, CoreError> {
    let rows: Vec<(String, i64)> = sqlx::query_as(
        "SELECT role, count(*) FROM membership WHERE tenant_id = $1 AND suspended_at IS NULL GROUP BY role",
    )
    .bind(tenant.to_string())
    .fetch_all(conn)
    .await?;
    let counted = |(role, count): (String, i64)| {
        let role = Role::parse(&role).ok_or(Failure::Unreadable("a role"))?;
        Ok((role, u64::try_from(count).unwrap_or_default()))
    };
    rows.into_iter().map(counted).collect()
}

/// The homes and accounts of an organisation's administrators, guests included, suspended administrators not.
pub(super) async fn administrators(tx: &mut Tx, tenant: TenantId) -> Result<Vec<(TenantId, AccountId)>, CoreError> {
    let rows: Vec<(String, String)> = sqlx::query_as(
        "SELECT a.id, a.tenant_id FROM membership m JOIN account a ON a.id = m.account_id
          WHERE m.tenant_id = $1 AND m.suspended_at IS NULL AND m.role_rank <= $2 ORDER BY a.id",
    )
    .bind(tenant.to_string())
    .bind(Role::Administrator.rank())
    .fetch_all(tx.conn())
    .await?;
    rows.iter()
        .map(|(account, home)| {
            let (account, home) = ids(account, home)?;
            Ok((home, account))
        })
        .collect()
}
