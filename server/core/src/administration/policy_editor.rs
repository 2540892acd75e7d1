//! The editor of an organisation's policy. An administrator sees the effects of a new policy before the save: the page
//! and the save use the same function. Every version is kept.
mod counting;
mod store;

pub(crate) use counting::Counting;

use crate::Core;
use crate::account::zone;
use crate::audit::Event;
use crate::caller::{Caller, Person};
use crate::civil::local;
use crate::error::{BUSY, CoreError, Failure};
use crate::mail::{self, Letter};
use crate::member;
use crate::policy::{UNSET, store as policies};
use crate::rate::Rate;
use crate::session;
use crate::step_up;
use crate::tenant::store as tenants;
use portvakt_model::fault::{FieldFault, FieldRule, Refusal};
use portvakt_model::id::TenantId;
use portvakt_model::policy::impact::{Impact, SignedIn, impact};
use portvakt_model::policy::page::{PolicyPage, Saved};
use portvakt_model::policy::{Demand, Setting, TenantPolicy};
use portvakt_model::role::{PrivilegeLevel, Role};
use portvakt_model::text::line;
use portvakt_model::text::unlinked;
use portvakt_model::time::Timestamp;
use portvakt_model::user::REASON_CHARS;
use sqlx::AnyConnection;
use std::collections::BTreeMap;
use std::time::Duration;
use tokio::time::timeout;
use tracing::Instrument;

/// The longest time that a caller waits for other counts to end.
const PATIENCE: Duration = Duration::from_secs(5);
/// The most saves in an hour. Each save ends the unfinished sign-ins, so an administrator who saved again and again
/// would let nobody in.
const SAVES: Rate = Rate::an_hour(30);
/// The most versions in the list.
const MOST_LISTED: i64 = 100;

/// The form's fields, as typed.
#[derive(Debug, Clone, Copy)]
pub struct PolicyForm<'a> {
    /// The settings' new values, by their names.
    pub rules: &'a BTreeMap<String, String>,
    /// The administrator's reason.
    pub reason: &'a str,
    /// The version that the form was made from: 0 if no version was saved.
    pub version: i64,
    /// The number of people at risk of a lock-out that the administrator has confirmed.
    pub confirmed: u64,
}

/// A policy that an administrator looks at before saving it.
#[derive(Debug, Clone, Copy)]
pub enum Proposed {
    /// An earlier version.
    Version(i64),
    /// A profile.
    Profile(&'static TenantPolicy),
}

/// The policy of the organisation in which the caller acts, and a proposed one with its effects.
///
/// # Errors
/// [`Refusal::NotFound`] if the caller does not administer the organisation, or if it has no such version; for a
/// proposal also [`Refusal::Busy`].
pub async fn load(core: &Core, person: &Person, proposed: Option<Proposed>) -> Result<PolicyPage, CoreError> {
    member::require(core.store.reader(), person, Role::administers).await?;
    let found = policies::find(core.store.reader(), person.tenant).await?;
    let (zone, now) = (zone(core, person).await?, core.clock.now());
    let policy = found.as_ref().map_or(UNSET, |found| found.policy);
    let proposed = match proposed {
        Some(Proposed::Version(version)) => {
            Some(policies::find_version(core, person.tenant, version).await?.ok_or(Refusal::NotFound)?)
        }
        Some(Proposed::Profile(ready)) => Some(*ready),
        None => None,
    };
    let proposed = match proposed {
        Some(after) => {
            session::flush(core).await?;
            Some((after, impact_of(core, person, &policy, &after).await?))
        }
        None => None,
    };
    let version = found.as_ref().map_or(0, |found| found.version);
    let saved = match found {
        Some(found) => Some(Saved {
            version: found.version,
            at: local(found.at, &zone, now)?,
            by: found.by,
            reason: found.reason,
            changes: Vec::new(),
        }),
        None => None,
    };
    Ok(PolicyPage { policy, version, saved, proposed })
}

/// The effects of saving these rules. Saves nothing.
///
/// # Errors
/// [`Refusal::NotFound`] if the caller does not administer the organisation; [`Refusal::Fields`]; [`Refusal::Busy`] if
/// other counts take too long.
pub async fn show(core: &Core, person: &Person, rules: &BTreeMap<String, String>) -> Result<Impact, CoreError> {
    member::require(core.store.reader(), person, Role::administers).await?;
    let after = parsed(core, rules)?;
    let before = policies::find(core.store.reader(), person.tenant).await?.map_or(UNSET, |found| found.policy);
    session::flush(core).await?;
    impact_of(core, person, &before, &after).await
}

/// Reads the typed settings. Refuses a demand for a passkey if the portal cannot have passkeys, because then nobody
/// could meet it.
fn parsed(core: &Core, rules: &BTreeMap<String, String>) -> Result<TenantPolicy, Vec<FieldFault>> {
    let policy = TenantPolicy::parse(rules)?;
    let demands = |level: &PrivilegeLevel| Setting::SecondFactor.of(policy.of(*level)) > 1;
    let faults = PrivilegeLevel::ALL.into_iter().filter(demands);
    let faults: Vec<_> =
        faults.map(|level| FieldRule::OutOfBounds(0, 1).of(&Setting::SecondFactor.field(level))).collect();
    if core.has_passkeys() || faults.is_empty() { Ok(policy) } else { Err(faults) }
}

async fn impact_of(
    core: &Core,
    person: &Person,
    before: &TenantPolicy,
    after: &TenantPolicy,
) -> Result<Impact, CoreError> {
    // The count takes a while in a large organisation, and a form asks after each change. A caller with many requests
    // waits for their own counts, and leaves room for other organisations.
    let turn = timeout(PATIENCE, core.counting.turn(person.tenant)).await.map_err(|_| BUSY)?;
    let (core, tenant, before, after) = (core.clone(), person.tenant, *before, *after);
    let counting = async move {
        // The work holds the turn, because the database finishes it even if the request is gone.
        let _turn = turn;
        let mut conn = core.store.reader().acquire().await?;
        Ok(counted(&mut conn, tenant, &before, &after, core.clock.now()).await?.0)
    };
    tokio::spawn(counting.in_current_span()).await.map_err(Failure::from)?
}

/// The effects of replacing `before` by `after`, and the signed-in people with sessions that may end.
async fn counted(
    conn: &mut AnyConnection,
    tenant: TenantId,
    before: &TenantPolicy,
    after: &TenantPolicy,
    now: Timestamp,
) -> Result<(Impact, Vec<SignedIn>), CoreError> {
    let people = store::people(conn, tenant, [before, after], now).await?;
    let signed_in = store::signed_in(conn, tenant, after, now).await?;
    let at_home = |role: Role| people.iter().filter(|person| person.role == role).map(|person| person.people).sum();
    let members = store::count_members(conn, tenant).await?.into_iter();
    let guests: Vec<_> = members.map(|(role, count)| (role, count.saturating_sub(at_home(role)))).collect();
    Ok((impact(before, after, (&people, &signed_in, &guests), now), signed_in))
}

/// Saves the rules, if no other save came after the version that the form was made from, and does what the page showed:
/// sessions that are over under the new rules end, and the sessions of all members, guests included, last no longer
/// than the rules allow. People at home have to begin an unfinished sign-in again. If the rules become weaker, every
/// administrator of the organisation is told by mail.
///
/// # Errors
/// [`Refusal::NotFound`] if the caller does not administer the organisation; [`Refusal::Fields`], also without a
/// reason, if nothing differs, and if more people may be locked out than the caller has confirmed;
/// [`Refusal::Conflict`] if another save came first; [`Refusal::Busy`] as in [`show`] if the rules demand a passkey;
/// [`Refusal::ToBeProven`]; [`Refusal::TooMany`] for the 31st save in an hour. No weakening goes unnoticed:
/// [`Refusal::TooMany`] if an administrator's address has reached its limit of mails about weakenings, and
/// [`Refusal::Busy`] if the outbox is full.
#[tracing::instrument(name = "policy.change", skip_all)]
pub async fn change(core: &Core, person: &Person, form: PolicyForm<'_>) -> Result<Impact, CoreError> {
    member::require(core.store.reader(), person, Role::administers).await?;
    let parsed = parsed(core, form.rules);
    let reason = line(form.reason, REASON_CHARS).map_err(|rule| rule.of("reason"));
    let (after, reason) = match (parsed, reason) {
        (Ok(after), Ok(reason)) => (after, reason),
        (parsed, reason) => {
            return Err(parsed.err().into_iter().flatten().chain(reason.err()).collect::<Vec<_>>().into());
        }
    };
    let stored = policies::find(core.store.reader(), person.tenant).await?;
    if PrivilegeLevel::ALL.iter().any(|level| after.of(*level).second_factor.demand == Demand::PhishingResistant)
        && stored.as_ref().map_or(0, |found| found.version) == form.version
    {
        // Refuses before the write transaction: a refused save does not count towards the hourly limit, so an
        // administrator could take the database's only writer again and again.
        let before = stored.map_or(UNSET, |found| found.policy);
        confirmed(&impact_of(core, person, &before, &after).await?, form)?;
    }
    session::flush(core).await?;
    let (caller, tenant) = (Caller::from(person.clone()), person.tenant);
    let done = core
        .store
        .write(async |mut tx| {
            tenants::lock(&mut tx, tenant).await?;
            member::require(tx.conn(), person, Role::administers).await?;
            let found = policies::find(tx.conn(), tenant).await?;
            let version = found.as_ref().map_or(0, |found| found.version);
            if version != form.version {
                return Err(Refusal::Conflict.into());
            }
            let before = found.map_or(UNSET, |found| found.policy);
            if before == after {
                return Err(vec![FieldRule::NothingNew.of("reason")].into());
            }
            step_up::require_in(&mut tx, person).await?;
            let now = tx.now();
            let (saves, oldest) = store::count_saved(&mut tx, tenant, SAVES.since(now)).await?;
            SAVES.allow(saves, oldest, now)?;
            let (done, signed_in) = counted(tx.conn(), tenant, &before, &after, now).await?;
            confirmed(&done, form)?;
            for session in signed_in.iter().flat_map(|person| person.ending(&after, now)) {
                store::end_session(&mut tx, tenant, session).await?;
            }
            store::delete_waiting(&mut tx, tenant).await?;
            for role in Role::ALL {
                store::shorten_sessions(&mut tx, tenant, role, after.of(role.level()).session).await?;
            }
            if !policies::insert(&mut tx, tenant, version, &after, &reason, Some(person)).await? {
                return Err(Refusal::Conflict.into());
            }
            if done.is_weaker {
                let by = crate::account::store::name(&mut tx, person.home, person.account).await?;
                let organisation = tenants::name(tx.conn(), tenant).await?;
                for (home, account) in store::administrators(&mut tx, tenant).await? {
                    let letter = |seen| Letter::PolicyWeakened {
                        organisation: unlinked(&organisation),
                        by: unlinked(&by),
                        reason: unlinked(&reason),
                        seen,
                    };
                    mail::tell_or_refuse(&mut tx, home, account, letter, &person.origin).await?;
                }
            }
            let event = Event::policy_changed(tenant, version + 1, &reason, &done);
            Ok((done, tx.commit(&caller, event).await?))
        })
        .await?;
    core.sessions.forget_all();
    Ok(done)
}

/// Refuses rules that may lock out more people than the administrator has confirmed.
fn confirmed(done: &Impact, form: PolicyForm<'_>) -> Result<(), Vec<FieldFault>> {
    let at_risk = done.may_be_locked_out();
    if at_risk > form.confirmed {
        return Err(vec![FieldRule::LocksOut(at_risk.try_into().unwrap_or(u32::MAX)).of("confirmed")]);
    }
    Ok(())
}

/// The saved versions, the newest first, each with its changes.
///
/// # Errors
/// [`Refusal::NotFound`] if the caller does not administer the organisation.
pub async fn versions(core: &Core, person: &Person) -> Result<Vec<Saved>, CoreError> {
    member::require(core.store.reader(), person, Role::administers).await?;
    let (zone, now) = (zone(core, person).await?, core.clock.now());
    // One more than the list shows: the changes of the oldest version shown are its differences from that one.
    let found = policies::list(core, person.tenant, MOST_LISTED + 1).await?;
    let before = |at: usize| found.get(at + 1).map_or(UNSET, |older| older.policy);
    let saved = |(at, version): (usize, &policies::PolicyVersion)| {
        Ok(Saved {
            version: version.version,
            at: local(version.at, &zone, now)?,
            by: version.by.clone(),
            reason: version.reason.clone(),
            changes: version.policy.changes(&before(at)),
        })
    };
    found.iter().enumerate().take(usize::try_from(MOST_LISTED).unwrap_or_default()).map(saved).collect()
}
