//! The filter of a search, and the part of the chain in which it can match.
use super::span::{PAGE, Span};
use super::store;
use crate::account::search::words;
use crate::error::CoreError;
use jiff::ToSpan;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use portvakt_model::audit::reading::AuditQuery;
use portvakt_model::audit::{Action, EventOutcome, Subject};
use portvakt_model::id::{AccountId, TenantId};
use portvakt_model::time::Timestamp;
use sqlx::AnyConnection;

/// The most seconds by which the times of a chain's events may be out of its order: each process has its own clock, and
/// a clock may have been set back. A search by days may miss an event whose time is further off.
const DISORDER_SECS: i64 = 24 * 60 * 60;

/// The filter, as far as it could be read. `None` filters nothing.
#[derive(Debug, Default)]
pub(super) struct LookedFor {
    pub who: Option<Sought>,
    /// Any of these actions.
    pub actions: Option<Vec<Action>>,
    from: Option<Timestamp>,
    until: Option<Timestamp>,
}

/// The person in a filter.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Sought {
    Account(AccountId),
    /// People whose name or address has words that begin with these.
    Named(Vec<String>),
}

impl LookedFor {
    /// Reads a filter. A field that cannot be read filters nothing: the page's form shows it as empty.
    pub(super) fn of(asked: &AuditQuery, zone: &TimeZone) -> Self {
        let (action, subject) = (Action::parse(&asked.action), Subject::parse(&asked.subject));
        let outcome = EventOutcome::parse(&asked.outcome);
        let is_all = action.is_none() && subject.is_none() && outcome.is_none();
        let is_meant = |candidate: &Action| {
            action.is_none_or(|action| action == *candidate)
                && subject.is_none_or(|subject| subject == candidate.subject())
                && outcome.is_none_or(|outcome| outcome == candidate.outcome())
        };
        let actions = (!is_all).then(|| Action::ALL.iter().copied().filter(is_meant).collect());
        Self {
            who: sought(asked.who.trim()),
            actions,
            from: midnight(&asked.from, 0, zone),
            until: midnight(&asked.until, 1, zone),
        }
    }
}

fn sought(text: &str) -> Option<Sought> {
    if text.is_empty() {
        return None;
    }
    let named = || Sought::Named(words(text));
    Some(AccountId::parse(text).map_or_else(named, Sought::Account))
}

/// The beginning of a day on the reader's calendar, or of the day so many days later.
fn midnight(day: &str, later: i64, zone: &TimeZone) -> Option<Timestamp> {
    let day = day.parse::<Date>().ok()?.checked_add(later.days()).ok()?;
    Some(Timestamp::from_micros(day.to_zoned(zone.clone()).ok()?.timestamp().as_microsecond()))
}

/// The part of the chain in which the filter can match, below the event that was shown last.
pub(super) async fn span(
    view: &mut AnyConnection,
    tenant: TenantId,
    looked_for: &LookedFor,
    before: Option<i64>,
) -> Result<Span, CoreError> {
    let mut span = Span { low: 1, high: before.unwrap_or(i64::MAX), from: i64::MIN, until: i64::MAX };
    if let Some(from) = looked_for.from {
        span.from = from.as_micros();
        span.low = first_at(view, tenant, from.plus_secs(-DISORDER_SECS)).await?;
    }
    if let Some(until) = looked_for.until {
        span.until = until.as_micros();
        span.high = span.high.min(first_at(view, tenant, until.plus_secs(DISORDER_SECS)).await?);
    }
    Ok(span)
}

/// The place of the first event at this time or later, if the events were in the order of their times. Halves the
/// chain, because an index of times would be written for every event and hardly ever read.
async fn first_at(view: &mut AnyConnection, tenant: TenantId, at: Timestamp) -> Result<i64, CoreError> {
    let (mut low, mut high) = (1, store::last(view, tenant).await? + 1);
    while low < high {
        let middle = low + (high - low) / 2;
        match store::time_from(view, tenant, middle).await? {
            Some(time) if time < at.as_micros() => low = middle + 1,
            _ => high = middle,
        }
    }
    Ok(low)
}

/// The numbers of the newest events in a part of the chain that any of these people did or that concern any of them,
/// with any of these actions: one more than a page. `None` filters nothing.
pub(super) async fn find(
    view: &mut AnyConnection,
    tenant: TenantId,
    people: Option<&[AccountId]>,
    actions: Option<&[Action]>,
    span: &Span,
) -> Result<Vec<i64>, CoreError> {
    if actions.is_some_and(<[_]>::is_empty) {
        return Ok(Vec::new());
    }
    let mut found = Vec::new();
    match (people, actions) {
        (None, None) => found = store::find(view, tenant, span).await?,
        (None, Some(actions)) => {
            for action in actions {
                found.extend(store::find_by_action(view, tenant, span, *action).await?);
            }
        }
        (Some(people), Some([action])) if store::is_rare(view, tenant, span, *action).await? => {
            found = store::find_rare(view, tenant, span, *action, people).await?;
        }
        (Some(people), actions) => {
            for person in people {
                found.extend(store::find_by_actor(view, tenant, span, *person, actions).await?);
                found.extend(store::find_by_target(view, tenant, span, *person, actions).await?);
            }
        }
    }
    // Each query returned its own newest events: the newest of all are among them.
    found.sort_unstable_by(|a, b| b.cmp(a));
    found.dedup();
    found.truncate(PAGE + 1);
    Ok(found)
}

#[test]
fn unreadable_filters_exclude_no_event() {
    let asked = AuditQuery {
        who: " anna ".to_owned(),
        action: "no.such".to_owned(),
        subject: "x".to_owned(),
        outcome: "maybe".to_owned(),
        from: "2026-02-30".to_owned(),
        until: "yesterday".to_owned(),
    };
    let looked_for = LookedFor::of(&asked, &TimeZone::UTC);
    assert_eq!(looked_for.who, Some(Sought::Named(vec!["anna".to_owned()])));
    assert!(looked_for.actions.is_none() && looked_for.from.is_none() && looked_for.until.is_none());
}

#[test]
fn a_day_has_its_length_in_the_readers_time_zone() {
    let zone = TimeZone::get("Europe/Stockholm").unwrap();
    let hours = |day: &str| {
        let [from, until] = [0, 1].map(|later| midnight(day, later, &zone).unwrap().as_micros());
        (until - from) / 3_600_000_000
    };
    assert_eq!([hours("2026-03-28"), hours("2026-03-29"), hours("2026-10-25")], [24, 23, 25]);
}
