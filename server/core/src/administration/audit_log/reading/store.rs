//! The queries of the log's readers. Each way to search has its index and finds only numbers. The rows of these numbers
//! are read for one page.
use super::span::{PAGE, Span};
use crate::account::search::behind;
use crate::error::{CoreError, Failure};
use portvakt_model::audit::Action;
use portvakt_model::id::{AccountId, TenantId};
use sqlx::{AnyConnection, FromRow};
use std::cmp::Reverse;

/// One more than a page, to see whether there is a next page.
#[expect(clippy::cast_possible_wrap, reason = "a page is short")]
const MOST: i64 = PAGE as i64 + 1;

/// An action with fewer events is rare. Each of its events costs a look at its row.
const RARE: i64 = 1000;

/// The number of a chain's last event, or 0.
pub(super) async fn last(view: &mut AnyConnection, tenant: TenantId) -> Result<i64, CoreError> {
    let head: Option<(i64,)> = sqlx::query_as("SELECT seq FROM audit_head WHERE tenant_id = $1")
        .bind(tenant.to_string())
        .fetch_optional(view)
        .await?;
    Ok(head.map_or(0, |(seq,)| seq))
}

/// The time of an event, or of the next one if the event is missing.
pub(super) async fn time_from(view: &mut AnyConnection, tenant: TenantId, seq: i64) -> Result<Option<i64>, CoreError> {
    let event: Option<(i64,)> =
        sqlx::query_as("SELECT at FROM audit_event WHERE tenant_id = $1 AND seq >= $2 ORDER BY seq LIMIT 1")
            .bind(tenant.to_string())
            .bind(seq)
            .fetch_optional(view)
            .await?;
    Ok(event.map(|(at,)| at))
}

/// The newest events of a span. The database keeps none of the search statements prepared: PostgreSQL would soon use
/// one plan for all filters, and then walk through every event to find a rare one (measured: seconds in a million).
pub(super) async fn find(view: &mut AnyConnection, tenant: TenantId, span: &Span) -> Result<Vec<i64>, CoreError> {
    let rows: Vec<(i64,)> = sqlx::query_as(
        "SELECT seq FROM audit_event
          WHERE tenant_id = $1 AND seq >= $2 AND seq < $3 AND at >= $4 AND at < $5
          ORDER BY seq DESC LIMIT $6",
    )
    .bind(tenant.to_string())
    .bind(span.low)
    .bind(span.high)
    .bind(span.from)
    .bind(span.until)
    .bind(MOST)
    .persistent(false)
    .fetch_all(view)
    .await?;
    Ok(numbers(rows))
}

/// The newest events of a span with one action.
pub(super) async fn find_by_action(
    view: &mut AnyConnection,
    tenant: TenantId,
    span: &Span,
    action: Action,
) -> Result<Vec<i64>, CoreError> {
    let rows: Vec<(i64,)> = sqlx::query_as(
        "SELECT seq FROM audit_event
          WHERE tenant_id = $1 AND seq >= $2 AND seq < $3 AND at >= $4 AND at < $5 AND action = $7
          ORDER BY seq DESC LIMIT $6",
    )
    .bind(tenant.to_string())
    .bind(span.low)
    .bind(span.high)
    .bind(span.from)
    .bind(span.until)
    .bind(MOST)
    .bind(action.name())
    .persistent(false)
    .fetch_all(view)
    .await?;
    Ok(numbers(rows))
}

/// Whether a span has so few events of one action that reading them is faster than reading a person's events. Reads
/// only the index of actions.
pub(super) async fn is_rare(
    view: &mut AnyConnection,
    tenant: TenantId,
    span: &Span,
    action: Action,
) -> Result<bool, CoreError> {
    let (count,): (i64,) = sqlx::query_as(
        "SELECT CAST(count(*) AS BIGINT) FROM
            (SELECT 1 FROM audit_event WHERE tenant_id = $1 AND seq >= $2 AND seq < $3 AND action = $4 LIMIT $5) AS few",
    )
    .bind(tenant.to_string())
    .bind(span.low)
    .bind(span.high)
    .bind(action.name())
    .bind(RARE)
    .persistent(false)
    .fetch_one(view)
    .await?;
    Ok(count < RARE)
}

/// The newest events of a span with one action that any of these people did or that concern any of them. Starts from
/// the index of actions, because otherwise SQLite walks through every event (measured: seconds in ten million).
pub(super) async fn find_rare(
    view: &mut AnyConnection,
    tenant: TenantId,
    span: &Span,
    action: Action,
    people: &[AccountId],
) -> Result<Vec<i64>, CoreError> {
    let people: Vec<_> = people.iter().map(AccountId::to_string).collect();
    let rows: Vec<(i64,)> = sqlx::query_as(
        "SELECT seq FROM audit_event
          WHERE tenant_id = $1 AND seq IN
                (SELECT seq FROM audit_event
                  WHERE tenant_id = $1 AND seq >= $2 AND seq < $3 AND at >= $4 AND at < $5 AND action = $7)
                AND ($8 LIKE '%|' || actor_id || '|%' OR $8 LIKE '%|' || target_id || '|%')
          ORDER BY seq DESC LIMIT $6",
    )
    .bind(tenant.to_string())
    .bind(span.low)
    .bind(span.high)
    .bind(span.from)
    .bind(span.until)
    .bind(MOST)
    .bind(action.name())
    .bind(format!("|{}|", people.join("|")))
    .persistent(false)
    .fetch_all(view)
    .await?;
    Ok(numbers(rows))
}

/// The newest events of a span that a person did, with any of these actions. `at + 0` hides the time from the planner:
/// an event's time follows from its number, and a planner that counts both takes the span for nearly empty and walks
/// through all of it by another index (measured on PostgreSQL: half a second in ten million).
pub(super) async fn find_by_actor(
    view: &mut AnyConnection,
    tenant: TenantId,
    span: &Span,
    account: AccountId,
    actions: Option<&[Action]>,
) -> Result<Vec<i64>, CoreError> {
    let rows: Vec<(i64,)> = sqlx::query_as(
        "SELECT seq FROM audit_event
          WHERE tenant_id = $1 AND seq >= $2 AND seq < $3 AND at + 0 >= $4 AND at + 0 < $5
                AND actor_id = $7
                AND CASE WHEN $9 <> '' THEN action = $9 ELSE $8 = '' OR $8 LIKE '%|' || action || '|%' END
          ORDER BY seq DESC LIMIT $6",
    )
    .bind(tenant.to_string())
    .bind(span.low)
    .bind(span.high)
    .bind(span.from)
    .bind(span.until)
    .bind(MOST)
    .bind(account.to_string())
    .bind(any_of(actions))
    .bind(only(actions))
    .persistent(false)
    .fetch_all(view)
    .await?;
    Ok(numbers(rows))
}

/// The newest events of a span that concern a person, with any of these actions.
pub(super) async fn find_by_target(
    view: &mut AnyConnection,
    tenant: TenantId,
    span: &Span,
    account: AccountId,
    actions: Option<&[Action]>,
) -> Result<Vec<i64>, CoreError> {
    let rows: Vec<(i64,)> = sqlx::query_as(
        "SELECT seq FROM audit_event
          WHERE tenant_id = $1 AND seq >= $2 AND seq < $3 AND at + 0 >= $4 AND at + 0 < $5
                AND target_id = $7
                AND CASE WHEN $9 <> '' THEN action = $9 ELSE $8 = '' OR $8 LIKE '%|' || action || '|%' END
          ORDER BY seq DESC LIMIT $6",
    )
    .bind(tenant.to_string())
    .bind(span.low)
    .bind(span.high)
    .bind(span.from)
    .bind(span.until)
    .bind(MOST)
    .bind(account.to_string())
    .bind(any_of(actions))
    .bind(only(actions))
    .persistent(false)
    .fetch_all(view)
    .await?;
    Ok(numbers(rows))
}

fn numbers(rows: Vec<(i64,)>) -> Vec<i64> {
    rows.into_iter().map(|(seq,)| seq).collect()
}

/// The actions as one parameter. An empty text filters nothing.
fn any_of(actions: Option<&[Action]>) -> String {
    let names = |actions: &[Action]| actions.iter().map(|action| action.name()).collect::<Vec<_>>().join("|");
    actions.map_or_else(String::new, |actions| format!("|{}|", names(actions)))
}

/// The action, if the filter has exactly one. A comparison is ten times as fast as a search in a list, and a busy
/// person's rare action is looked for among all their events.
fn only(actions: Option<&[Action]>) -> &'static str {
    match actions {
        Some([one]) => one.name(),
        _ => "",
    }
}

/// An event's row, with the current names of its people and the numbers of their keys.
#[derive(FromRow)]
pub(super) struct EventRow {
    pub seq: i64,
    pub id: String,
    pub at: i64,
    pub actor: String,
    pub actor_id: Option<String>,
    pub action: String,
    pub target_id: Option<String>,
    pub changes: Vec<u8>,
    pub actor_commitment: Option<Vec<u8>>,
    pub actor_sealed: Option<Vec<u8>>,
    pub target_commitment: Option<Vec<u8>>,
    pub target_sealed: Option<Vec<u8>>,
    pub actor_name: Option<String>,
    pub target_name: Option<String>,
    pub actor_keys: i64,
    pub target_keys: i64,
}

/// The rows of at most a page of event numbers, the newest first.
pub(super) async fn rows(view: &mut AnyConnection, tenant: TenantId, of: &[i64]) -> Result<Vec<EventRow>, CoreError> {
    let Some(last) = of.last() else { return Ok(Vec::new()) };
    let mut query = sqlx::query_as(
        "SELECT e.seq, e.id, e.at, e.actor, e.actor_id, e.action, e.target_id, e.changes, e.actor_commitment,
                e.actor_sealed, e.target_commitment, e.target_sealed, a.name AS actor_name, t.name AS target_name,
                CAST((SELECT count(*) FROM account_key k
                       WHERE k.tenant_id = a.tenant_id AND k.account_id = a.id) AS BIGINT) AS actor_keys,
                CAST((SELECT count(*) FROM account_key k
                       WHERE k.tenant_id = t.tenant_id AND k.account_id = t.id) AS BIGINT) AS target_keys
           FROM audit_event e
           LEFT JOIN account a ON a.tenant_id = e.actor_tenant_id AND a.id = e.actor_id
           LEFT JOIN account t ON t.id = e.target_id
          WHERE e.tenant_id = $1
            AND e.seq IN ($2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21,
                          $22, $23, $24, $25, $26, $27, $28, $29, $30, $31, $32, $33, $34, $35, $36, $37, $38, $39,
                          $40, $41, $42, $43, $44, $45, $46, $47, $48, $49, $50, $51)
          ORDER BY e.seq DESC",
    )
    .bind(tenant.to_string());
    // One text for every page: the last number fills the places that are left.
    for seq in of.iter().chain(std::iter::repeat(last)).take(PAGE) {
        query = query.bind(seq);
    }
    Ok(query.fetch_all(view).await?)
}

/// The words of a searched name that count: more words tell no two people apart.
const MOST_WORDS: usize = 4;

/// People of a tenant whose name or address has words that begin with each of these.
pub(super) async fn people(
    view: &mut AnyConnection,
    tenant: TenantId,
    words: &[String],
    most: usize,
) -> Result<Vec<AccountId>, CoreError> {
    // The longest word first: it matches the fewest people, and only among them the other words are looked for.
    let mut words: Vec<_> = words.iter().map(String::as_bytes).collect();
    words.sort_by_key(|word| Reverse(word.len()));
    if words.is_empty() {
        return Ok(Vec::new());
    }
    let query = sqlx::query_as(
        "SELECT DISTINCT d.account_id FROM member_term d
          WHERE d.tenant_id = $1 AND d.term >= $3 AND d.term < $4
            AND (length($5) = 0 OR EXISTS (SELECT 1 FROM member_term t
                 WHERE t.tenant_id = $1 AND t.account_id = d.account_id AND t.term >= $5 AND t.term < $6))
            AND (length($7) = 0 OR EXISTS (SELECT 1 FROM member_term t
                 WHERE t.tenant_id = $1 AND t.account_id = d.account_id AND t.term >= $7 AND t.term < $8))
            AND (length($9) = 0 OR EXISTS (SELECT 1 FROM member_term t
                 WHERE t.tenant_id = $1 AND t.account_id = d.account_id AND t.term >= $9 AND t.term < $10))
          LIMIT $2",
    )
    .bind(tenant.to_string())
    .bind(i64::try_from(most).unwrap_or(i64::MAX));
    let rows: Vec<(String,)> = (0..MOST_WORDS)
        .fold(query, |query, n| {
            let word = words.get(n).copied().unwrap_or_default();
            query.bind(word.to_vec()).bind(behind(word))
        })
        .fetch_all(view)
        .await?;
    rows.iter().map(|(id,)| Ok(AccountId::parse(id).ok_or(Failure::Unreadable("the id of an account"))?)).collect()
}
