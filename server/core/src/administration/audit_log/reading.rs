//! Reading the log: the reader's permission, the search, and the parts of an event that can still be read.
mod query;
mod span;
mod store;

pub use span::PAGE;

use crate::Core;
use crate::account::zone;
use crate::audit::chain::{read_changes, read_personal};
use crate::audit::part::{self, ACTOR, Opened, TARGET};
use crate::audit::store as chain;
use crate::caller::Person;
use crate::civil::local;
use crate::error::CoreError;
use crate::member;
use crate::vault::store::AccountKeys;
use crate::vault::{SealedCell, Vault};
use jiff::tz::TimeZone;
use portvakt_model::audit::reading::{Actor, AuditQuery, Changed, Detail, Entry, EventOrigin, Log, Own, Who};
use portvakt_model::audit::{Action, Field};
use portvakt_model::device::Device;
use portvakt_model::fault::{Reference, Refusal};
use portvakt_model::id::{AccountId, TenantId};
use portvakt_model::role::Role;
use portvakt_model::time::Timestamp;
use query::{LookedFor, Sought};
use sqlx::AnyConnection;
use store::EventRow;

/// The most people that a search may match: more do not answer the question of who did something.
const MOST_PEOPLE: usize = 20;

/// A page of the log of the organisation in which the caller acts, the newest event first. With `before`, the page
/// begins below that event. Reading writes no event: the log would fill with events about its readers.
///
/// # Errors
/// [`Refusal::NotFound`] if the caller may not read the log.
#[tracing::instrument(name = "audit.read", skip_all)]
pub async fn read(core: &Core, person: &Person, asked: &AuditQuery, before: Option<i64>) -> Result<Log, CoreError> {
    member::require(core.store.reader(), person, Role::reads_audit).await?;
    let tenant = person.tenant;
    let mut reader = Reader::new(core, person).await?;
    let mut view = core.store.snapshot().await?;
    let looked_for = LookedFor::of(asked, &reader.zone);
    let people = match &looked_for.who {
        None => None,
        Some(Sought::Account(account)) => Some(vec![*account]),
        Some(Sought::Named(words)) => Some(store::people(&mut view, tenant, words, MOST_PEOPLE + 1).await?),
    };
    let zone = reader.zone.iana_name().unwrap_or("UTC").to_owned();
    let too_many = people.as_ref().is_some_and(|people| people.len() > MOST_PEOPLE);
    let mut log = Log { person: None, too_many, entries: Vec::new(), older: None, zone };
    if too_many {
        return Ok(log);
    }
    let span = query::span(&mut view, tenant, &looked_for, before).await?;
    let found = query::find(&mut view, tenant, people.as_deref(), looked_for.actions.as_deref(), &span).await?;
    (log.entries, log.older) = reader.page(&mut view, tenant, found, None).await?;
    if let Some(Sought::Account(account)) = looked_for.who {
        let named = log.entries.iter().find_map(|entry| names(entry, account).cloned());
        log.person = Some(named.unwrap_or(Who { account, name: None }));
    }
    Ok(log)
}

/// One event of the log of the organisation in which the caller acts, and whether it is as it was written.
///
/// # Errors
/// [`Refusal::NotFound`] if the caller may not read the log, or if it has no such event.
#[tracing::instrument(name = "audit.event", skip_all)]
pub async fn event(core: &Core, person: &Person, seq: i64) -> Result<Detail, CoreError> {
    member::require(core.store.reader(), person, Role::reads_audit).await?;
    let tenant = person.tenant;
    let mut reader = Reader::new(core, person).await?;
    let mut view = core.store.snapshot().await?;
    let row = store::rows(&mut view, tenant, &[seq]).await?.pop().ok_or(Refusal::NotFound)?;
    let written =
        chain::written(&mut view, &core.vault, &mut reader.keys, tenant, seq).await?.ok_or(Refusal::NotFound)?;
    let part = reader.open(&mut view, Whose::Target, &row).await?;
    let is_erased = matches!(part, Part::Erased);
    let personal = part.into_changes().into_iter().filter(|change| !is_origin(&change.field)).collect();
    Ok(Detail {
        entry: reader.entry(&mut view, row, None).await?,
        personal,
        is_erased,
        reference: written.reference.and_then(|id| u32::try_from(id).ok()).map(Reference),
        hash: hex(&written.hash),
        before: written.before.as_deref().map(hex),
        is_intact: written.is_intact,
    })
}

/// The events of the caller's home log that the caller did or that concern the caller, the newest first. With `before`,
/// the page begins below that event. Does not show where another person was.
///
/// # Errors
/// If the database fails.
#[tracing::instrument(name = "audit.own", skip_all)]
pub async fn own(core: &Core, person: &Person, before: Option<i64>) -> Result<Own, CoreError> {
    let (home, account) = (person.home, person.account);
    let mut reader = Reader::new(core, person).await?;
    let mut view = core.store.snapshot().await?;
    let span = query::span(&mut view, home, &LookedFor::default(), before).await?;
    let found = query::find(&mut view, home, Some(&[account]), None, &span).await?;
    let (entries, older) = reader.page(&mut view, home, found, Some(account)).await?;
    Ok(Own { account, entries, older })
}

/// Makes the entries of one reader from rows.
struct Reader<'a> {
    vault: &'a Vault,
    keys: AccountKeys,
    zone: TimeZone,
    now: Timestamp,
}

/// The person of a personal part: the actor or the target of the event.
#[derive(Clone, Copy)]
enum Whose {
    Actor,
    Target,
}

/// A personal part of an event.
enum Part {
    None,
    Open(Vec<Changed>),
    /// The key was deleted when the person was erased.
    Erased,
    /// The content is not what was sealed.
    Altered,
}

impl Part {
    fn into_changes(self) -> Vec<Changed> {
        if let Self::Open(changes) = self { changes } else { Vec::new() }
    }

    fn after(&self, field: &str) -> Option<String> {
        let Self::Open(changes) = self else { return None };
        changes.iter().find(|change| change.field == field)?.after.clone()
    }

    /// The network and the device of the part's person.
    fn seen(&self) -> Option<EventOrigin> {
        match self {
            Self::None => None,
            Self::Erased => Some(EventOrigin::Erased),
            Self::Altered => Some(EventOrigin::Altered),
            Self::Open(_) => Some(EventOrigin::From {
                network: self.after(NETWORK)?,
                device: Device::of_user_agent(&self.after(DEVICE).unwrap_or_default()),
            }),
        }
    }
}

const NETWORK: &str = Field::Network.name();
const DEVICE: &str = Field::Device.name();

fn is_origin(field: &str) -> bool {
    [NETWORK, DEVICE].contains(&field)
}

impl<'a> Reader<'a> {
    async fn new(core: &'a Core, person: &Person) -> Result<Self, CoreError> {
        let zone = zone(core, person).await?;
        Ok(Self { vault: &core.vault, keys: AccountKeys::default(), zone, now: core.clock.now() })
    }

    /// The entries of a page of the events found, and the number below which the next page begins, if there is one.
    async fn page(
        &mut self,
        view: &mut AnyConnection,
        tenant: TenantId,
        mut found: Vec<i64>,
        own: Option<AccountId>,
    ) -> Result<(Vec<Entry>, Option<i64>), CoreError> {
        let there_are_more = found.len() > PAGE;
        found.truncate(PAGE);
        let older = found.last().copied().filter(|_| there_are_more);
        let mut entries = Vec::with_capacity(found.len());
        for row in store::rows(view, tenant, &found).await? {
            entries.push(self.entry(view, row, own).await?);
        }
        Ok((entries, older))
    }

    /// An entry. `own` is the account that reads its own activity, and `None` for a reader of the whole log.
    async fn entry(
        &mut self,
        view: &mut AnyConnection,
        row: EventRow,
        own: Option<AccountId>,
    ) -> Result<Entry, CoreError> {
        let of_target = self.open(view, Whose::Target, &row).await?;
        let actor_id = row.actor_id.as_deref().and_then(AccountId::parse);
        // Only the person and the readers of the log may know where a person was.
        let may_see_actor = own.is_none() || own == actor_id;
        let of_actor = if may_see_actor { self.open(view, Whose::Actor, &row).await? } else { Part::None };
        let actor = match (row.actor.as_str(), actor_id) {
            ("person", Some(account)) => {
                Actor::Person(Who { account, name: row.actor_name.filter(|_| row.actor_keys > 0) })
            }
            ("claimant", _) => Actor::Claimant,
            ("command", _) => Actor::Command,
            _ => Actor::System,
        };
        let target = row.target_id.as_deref().and_then(AccountId::parse).map(|account| {
            let now = row.target_name.filter(|_| row.target_keys > 0);
            Who { account, name: of_target.after("name").or(now) }
        });
        Ok(Entry {
            seq: row.seq,
            at: local(Timestamp::from_micros(row.at), &self.zone, self.now)?,
            action: Action::parse(&row.action),
            actor,
            target,
            changes: read_changes(&row.changes).unwrap_or_default(),
            seen: of_actor.seen().or_else(|| of_target.seen()).unwrap_or(EventOrigin::Nowhere),
        })
    }

    /// Opens a personal part. Reports a tampered part as altered: an error would hide the events around it.
    async fn open(&mut self, view: &mut AnyConnection, whose: Whose, row: &EventRow) -> Result<Part, CoreError> {
        let (column, committed, sealed) = match whose {
            Whose::Actor => (ACTOR, &row.actor_commitment, &row.actor_sealed),
            Whose::Target => (TARGET, &row.target_commitment, &row.target_sealed),
        };
        let (committed, sealed) = match (committed, sealed) {
            (None, None) => return Ok(Part::None),
            (Some(committed), Some(sealed)) => (committed, sealed),
            _ => return Ok(Part::Altered),
        };
        let place = SealedCell { column, row: &row.id };
        Ok(match part::open(view, self.vault, &mut self.keys, place, committed, sealed).await? {
            Opened::Erased => Part::Erased,
            Opened::Altered => Part::Altered,
            Opened::Salted(salted) => read_personal(&salted).map_or(Part::Altered, Part::Open),
        })
    }
}

fn names(entry: &Entry, account: AccountId) -> Option<&Who> {
    let actor = if let Actor::Person(who) = &entry.actor { Some(who) } else { None };
    actor.into_iter().chain(&entry.target).find(|who| who.account == account)
}

fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write;
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}
