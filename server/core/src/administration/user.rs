//! The people of an organisation, as its administrators see them, and the administrators' actions on them.
//!
//! The organisation of a person at home manages both the account and the membership. A host manages only the guest's
//! membership: the account is the home organisation's. No administrator acts on a person whose role may do more.
mod export;
mod list;
pub(crate) mod store;

pub use export::{EXPORTS_AN_HOUR, Export, MOST_EXPORTED, columns, export, prepare_export};
pub use list::{PAGE, list};

use crate::Core;
use crate::account::{store as accounts, zone};
use crate::audit::Event;
use crate::caller::{Caller, Person};
use crate::civil::local;
use crate::erasure;
use crate::error::{BUSY, CoreError};
use crate::identifier::Identifier;
use crate::link::store as links;
use crate::lockout;
use crate::mail::Queued;
use crate::member;
use crate::policy;
use crate::reset;
use crate::second_factor::{self, store as second_factors};
use crate::session::{self, store as sessions};
use crate::step_up;
use crate::store::Tx;
use crate::tenant::store as tenants;
use crate::token::Token;
use jiff::tz::TimeZone;
use portvakt_model::fault::{FieldRule, Refusal};
use portvakt_model::id::{AccountId, TenantId};
use portvakt_model::link::LinkKind;
use portvakt_model::role::Role;
use portvakt_model::text::{line, lines};
use portvakt_model::time::Timestamp;
use portvakt_model::user::{Act, ListedUser, MOST_AT_ONCE, NOTE_CHARS, REASON_CHARS, Report, User, UserState, Why};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};

/// A person who belongs to an organisation.
struct Member {
    account: AccountId,
    /// The home organisation of the account.
    home: TenantId,
    name: String,
    email: String,
    role: Role,
    name_key: Vec<u8>,
    since: Timestamp,
    suspended_at: Option<Timestamp>,
    /// 0 = not locked; [`lockout::FOR_GOOD`] = locked until unlocked or a new password.
    locked_until: Timestamp,
    signed_in_at: Timestamp,
    /// The organisation's note on the person. Empty: there is none.
    note: String,
}

impl Member {
    fn is_guest(&self, tenant: TenantId) -> bool {
        self.home != tenant
    }

    fn state(&self, tenant: TenantId, now: Timestamp) -> UserState {
        if self.suspended_at.is_some() {
            UserState::Suspended
        } else if !self.is_guest(tenant) && self.locked_until > now {
            UserState::Locked
        } else {
            UserState::Active
        }
    }

    /// The person, as seen by an administrator whose role in this tenant is `own`.
    fn listed(self, tenant: TenantId, own: Role, zone: &TimeZone, now: Timestamp) -> Result<ListedUser, CoreError> {
        let never = self.signed_in_at == Timestamp::from_micros(0);
        Ok(ListedUser {
            id: self.account,
            role: self.role,
            state: self.state(tenant, now),
            is_guest: self.is_guest(tenant),
            may_act: own.may_give(self.role),
            last_sign_in: if never { None } else { Some(local(self.signed_in_at, zone, now)?) },
            name: self.name,
            email: self.email,
        })
    }
}

/// One person's page.
///
/// # Errors
/// [`Refusal::NotFound`] if the caller does not administer the organisation in which they act, or if the person does
/// not belong to it.
pub async fn user(core: &Core, person: &Person, id: AccountId) -> Result<User, CoreError> {
    let own = member::require(core.store.reader(), person, Role::administers).await?;
    session::flush(core).await?;
    let tenant = person.tenant;
    let found = store::find(core.store.reader(), tenant, id).await?.ok_or(Refusal::NotFound)?;
    let (zone, now) = (zone(core, person).await?, core.clock.now());
    let state = found.state(tenant, now);
    let until = Some(found.locked_until).filter(|until| state == UserState::Locked && *until != lockout::FOR_GOOD);
    let sessions = if found.is_guest(tenant) { None } else { Some(store::count_sessions(core, tenant, id).await?) };
    let erasure = if found.is_guest(tenant) { None } else { erasure::of_account(core, person, tenant, id).await? };
    let has_second_factor =
        !found.is_guest(tenant) && second_factors::is_enrolled(core.store.reader(), tenant, id).await?;
    let roles = Role::ALL.into_iter().rev().filter(|role| own.may_give(*role) && own.may_give(found.role));
    let at = |at: Timestamp| local(at, &zone, now);
    Ok(User {
        since: at(found.since)?,
        locked_until: until.map(at).transpose()?,
        suspended_at: found.suspended_at.map(at).transpose()?,
        sessions,
        erasure,
        has_second_factor,
        is_you: id == person.account,
        roles: roles.collect(),
        note: found.note.clone(),
        listed: found.listed(tenant, own, &zone, now)?,
    })
}

/// Gives a person another role in the organisation in which the caller acts.
///
/// # Errors
/// [`Refusal::NotFound`] if the caller may not give the new role or the present one, or if the person does not belong
/// to the organisation. [`Refusal::Fields`] if the organisation has no other owner. [`Refusal::ToBeProven`].
#[tracing::instrument(name = "user.change_role", skip_all)]
pub async fn change_role(core: &Core, person: &Person, id: AccountId, role: Role) -> Result<(), CoreError> {
    let (caller, tenant) = (Caller::from(person.clone()), person.tenant);
    let changed = core.store.write(async |mut tx| {
        let (own, found) = both(&mut tx, person, id).await?;
        let found = found.ok_or(Refusal::NotFound)?;
        if !own.may_give(found.role) || !own.may_give(role) {
            return Err(Refusal::NotFound.into());
        }
        if found.role == role {
            return Err(Refusal::Conflict.into());
        }
        if is_last_owner(&mut tx, tenant, &found).await? {
            return Err(vec![FieldRule::LastOwner.of("role")].into());
        }
        step_up::require_in(&mut tx, person).await?;
        store::set_role(&mut tx, tenant, id, role).await?;
        let Member { home, role: before, .. } = found;
        policy::shorten_sessions(&mut tx, tenant, home, id).await?;
        Ok(((), tx.commit(&caller, Event::role_changed(tenant, home, id, before, role)).await?))
    });
    let changed = changed.await;
    core.sessions.forget(id);
    match changed {
        // The person has the role already.
        Err(CoreError::Refused(Refusal::Conflict)) => Ok(()),
        done => done,
    }
}

/// Changes the organisation's note on a person, if the note is still the one that the caller read. An empty note
/// removes it.
///
/// # Errors
/// [`Refusal::NotFound`] if the caller does not administer the organisation in which they act, or if the person does
/// not belong to it. [`Refusal::Fields`]. [`Refusal::Conflict`] if another administrator has changed the note.
#[tracing::instrument(name = "user.change_note", skip_all)]
pub async fn change_note(core: &Core, person: &Person, id: AccountId, read: &str, note: &str) -> Result<(), CoreError> {
    let (caller, tenant) = (Caller::from(person.clone()), person.tenant);
    let note = lines(note, NOTE_CHARS).map_err(|rule| vec![rule.of("note")])?;
    let is_new = |found: &Member| found.note != note;
    member::require(core.store.reader(), person, Role::administers).await?;
    let found = store::find(core.store.reader(), tenant, id).await?.ok_or(Refusal::NotFound)?;
    if !is_new(&found) {
        return Ok(());
    }
    let saved = AtomicBool::new(false);
    let changed = core.store.write(async |mut tx| {
        let (_, found) = both(&mut tx, person, id).await?;
        let found = found.ok_or(Refusal::NotFound)?;
        if !is_new(&found) {
            saved.store(true, Ordering::Relaxed);
            return Err(Refusal::Conflict.into());
        }
        // A browser sends the note that it was given with other line breaks.
        if found.note != read.replace("\r\n", "\n") {
            return Err(Refusal::Conflict.into());
        }
        store::set_note(&mut tx, tenant, id, &note).await?;
        Ok(((), tx.commit(&caller, Event::note_changed(tenant, found.home, id, &found.note, &note)).await?))
    });
    match changed.await {
        // The same text was saved twice at once.
        Err(CoreError::Refused(Refusal::Conflict)) if saved.into_inner() => Ok(()),
        done => done,
    }
}

/// Does an action to people of the organisation in which the caller acts. Each person gets their own transaction, so
/// that a person to whom it cannot be done does not keep it from the others.
///
/// # Errors
/// [`Refusal::NotFound`] if the caller does not administer the organisation. For a single person also if the person
/// does not belong to it, is a guest and only their home may do it, or has a role that may do more than the caller's.
/// [`Refusal::Fields`] without a reason if the action takes one, and for too many people. [`Refusal::ToBeProven`] for a
/// sensitive action. [`Refusal::Busy`] before the first person; after that the report counts the people who are left.
#[tracing::instrument(name = "user.act", skip_all, fields(act = act.as_str(), people = ids.len()))]
pub async fn act(core: &Core, person: &Person, act: Act, ids: &[AccountId], reason: &str) -> Result<Report, CoreError> {
    member::require(core.store.reader(), person, Role::administers).await?;
    let ids: BTreeSet<_> = ids.iter().copied().collect();
    if ids.len() > MOST_AT_ONCE {
        let most = u32::try_from(MOST_AT_ONCE).unwrap_or(u32::MAX);
        return Err(vec![FieldRule::TooLong(most).of("ids")].into());
    }
    let reason = if act.wants_reason() {
        line(reason, REASON_CHARS).map_err(|rule| vec![rule.of("reason")])?
    } else {
        String::new()
    };
    let (mut done, mut not) = (0, BTreeMap::<Why, u64>::new());
    for (before, id) in ids.iter().enumerate() {
        match act_on(core, person, act, *id, &reason).await {
            Ok(None) => done += 1,
            Ok(Some(Why::Gone | Why::Guest | Why::HoldsMore)) if ids.len() == 1 => return Err(Refusal::NotFound.into()),
            Ok(Some(why)) => *not.entry(why).or_default() += 1,
            // The report tells what was done before the portal was too busy.
            Err(CoreError::Refused(Refusal::Busy { .. })) if before > 0 => {
                not.insert(Why::Busy, u64::try_from(ids.len() - before).unwrap_or(u64::MAX));
                break;
            }
            Err(error) => return Err(error),
        }
    }
    Ok(Report { act, done, not: not.into_iter().collect() })
}

/// Does the action to one person. Returns the reason if it cannot be done.
async fn act_on(core: &Core, person: &Person, act: Act, id: AccountId, reason: &str) -> Result<Option<Why>, CoreError> {
    let (caller, token) = (Caller::from(person.clone()), Token::new(&core.random));
    // A transaction ends with an event or with an error, and no error that a caller sees carries the reason.
    let why = Mutex::new(None);
    let not = |reason| {
        *why.lock().unwrap_or_else(PoisonError::into_inner) = Some(reason);
        CoreError::from(Refusal::NotFound)
    };
    let done = core.store.write(async |mut tx| {
        let (own, found) = both(&mut tx, person, id).await?;
        let found = found.ok_or_else(|| not(Why::Gone))?;
        if let Some(why) = why_not(&mut tx, person, act, own, &found).await? {
            return Err(not(why));
        }
        if act.is_sensitive() {
            step_up::require_in(&mut tx, person).await?;
        }
        let event = match do_to(&mut tx, person, act, &found, reason, &token).await? {
            Ok(event) => event,
            Err(why) => return Err(not(why)),
        };
        Ok(((), tx.commit(&caller, event).await?))
    });
    let done = done.await;
    core.sessions.forget(id);
    match done {
        Ok(()) => Ok(None),
        Err(CoreError::Refused(Refusal::NotFound)) => {
            let why = why.into_inner().unwrap_or_else(PoisonError::into_inner);
            why.map(Some).ok_or_else(|| Refusal::NotFound.into())
        }
        Err(error) => Err(error),
    }
}

/// The caller's role and the person to act on. Locks the organisation first, so that nobody else changes either: two
/// owners who demote each other come one after the other.
async fn both(tx: &mut Tx, person: &Person, id: AccountId) -> Result<(Role, Option<Member>), CoreError> {
    tenants::lock(tx, person.tenant).await?;
    let own = member::require(tx.conn(), person, Role::administers).await?;
    Ok((own, store::find(tx.conn(), person.tenant, id).await?))
}

/// The reason why an action cannot be done to a person, if there is one.
async fn why_not(tx: &mut Tx, person: &Person, act: Act, own: Role, found: &Member) -> Result<Option<Why>, CoreError> {
    let (is_guest, is_you) = (found.is_guest(person.tenant), found.account == person.account);
    if !own.may_give(found.role) {
        return Ok(Some(Why::HoldsMore));
    }
    if act.is_the_homes() && is_guest {
        return Ok(Some(Why::Guest));
    }
    Ok(match act {
        // Administrators act on their own account only on their own pages, which ask for their credentials.
        Act::Suspend | Act::EndSessions | Act::ResetSecondFactor | Act::Remove if is_you => Some(Why::Yourself),
        Act::Remove if !is_guest => Some(Why::AtHome),
        Act::Suspend if found.suspended_at.is_some() => Some(Why::Already),
        Act::Restore if found.suspended_at.is_none() => Some(Why::Already),
        Act::SendResetLink if found.suspended_at.is_some() => Some(Why::Suspended),
        Act::Suspend | Act::Remove if is_last_owner(tx, person.tenant, found).await? => Some(Why::LastOwner),
        _ => None,
    })
}

async fn is_last_owner(tx: &mut Tx, tenant: TenantId, found: &Member) -> Result<bool, CoreError> {
    let owns = found.role == Role::Owner && found.suspended_at.is_none();
    Ok(owns && store::count_owners(tx, tenant).await? <= 1)
}

/// Does the action, and returns its event.
async fn do_to(
    tx: &mut Tx,
    person: &Person,
    act: Act,
    found: &Member,
    reason: &str,
    token: &Token,
) -> Result<Result<Event, Why>, CoreError> {
    let Member { home, account, email, .. } = found;
    let (tenant, home, account, reason) = (person.tenant, *home, *account, reason.to_owned());
    Ok(Ok(match act {
        Act::Suspend => {
            if home == tenant {
                // First: a sign-in that is about to start a session waits for this row, and then finds that it may not.
                accounts::raise_version(tx, home, account).await?;
                store::set_suspended(tx, tenant, account, true).await?;
                sessions::delete_all(tx, home, account).await?;
                links::revoke(tx, LinkKind::Reset, home, account).await?;
            } else {
                store::set_suspended(tx, tenant, account, true).await?;
                sessions::send_home(tx, tenant, Some(account)).await?;
            }
            Event::member_suspended(tenant, home, account, &reason)
        }
        Act::Restore => {
            store::set_suspended(tx, tenant, account, false).await?;
            Event::member_restored(tenant, home, account, &reason)
        }
        Act::Unlock => {
            lockout::open(tx, home, account, &Identifier::of(email)).await?;
            Event::account_unlocked(home, account)
        }
        Act::SendResetLink => {
            let lifetimes = policy::of_in(tx.conn(), home, account).await?.links;
            match reset::queue_link(tx, home, account, token, lifetimes).await? {
                Queued::Waiting => Event::reset_link_issued(home, account, None),
                Queued::TooMany => return Ok(Err(Why::Mailed)),
                Queued::Full => return Err(BUSY.into()),
            }
        }
        Act::EndSessions => match sessions::delete_all(tx, home, account).await? {
            0 => return Ok(Err(Why::Already)),
            ended => Event::sessions_ended(home, account, ended),
        },
        Act::ResetSecondFactor => {
            if !second_factor::take_away(tx, home, account, &person.origin).await? {
                return Ok(Err(Why::Already));
            }
            Event::second_factor_reset(home, account, Some(&reason))
        }
        Act::Remove => {
            sessions::send_home(tx, tenant, Some(account)).await?;
            store::delete(tx, tenant, account).await?;
            Event::member_removed(tenant, home, account, &reason)
        }
    }))
}
