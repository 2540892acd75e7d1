//! Invitations of many people at once. A list is read and shown first, and sent when the administrator who read it in
//! confirms it.
mod lines;
mod store;

use crate::Core;
use crate::audit::Event;
use crate::caller::{Caller, Person};
use crate::error::{CoreError, Faults};
use crate::invitation::{Invitee, Placed, invite_in};
use crate::member::{require_to_give, roles_to_give};
use crate::policy;
use crate::step_up;
use crate::store::Tx;
use crate::tenant::store as tenants;
use crate::token::Token;
use lines::{Usual, read};
use portvakt_model::audit::Field;
use portvakt_model::email::EmailAddress;
use portvakt_model::fault::{FieldRule, Refusal};
use portvakt_model::id::InvitationListId;
use portvakt_model::invitation_list::{Draft, InvitationList, LineOutcome, ListLine, MAX_BYTES};
use portvakt_model::language::Language;
use portvakt_model::policy::LinkPolicy;
use portvakt_model::profile::DisplayName;
use portvakt_model::role::Role;

/// Seconds that a list waits to be sent.
const LIFETIME_SECS: i64 = 60 * 60;
/// Lines in one transaction. Invitations of earlier transactions are sent, even if a later one fails.
const BATCH: usize = 25;

/// The data of the page for lists: the roles that the caller may give, and the caller's own list if one waits.
///
/// # Errors
/// [`Refusal::NotFound`] if the caller may not invite people.
pub async fn load(core: &Core, person: &Person) -> Result<InvitationList, CoreError> {
    Ok(InvitationList {
        roles: roles_to_give(core, person).await?,
        language: tenants::language(core, person.tenant).await?,
        lifetime_secs: policy::of_tenant(core, person.tenant).await?.links.invitation_secs,
        draft: store::find(core, person).await?,
    })
}

/// Reads a list and keeps it to be sent, in place of an earlier list of the caller. Invites no person yet.
///
/// # Errors
/// [`Refusal::NotFound`] if the caller may not invite people. [`Refusal::Fields`], also if the list is empty or too
/// large.
#[tracing::instrument(name = "invitation_list.prepare", skip_all)]
pub async fn prepare(core: &Core, person: &Person, text: &[u8], role: &str, language: &str) -> Result<(), CoreError> {
    let roles = roles_to_give(core, person).await?;
    let mut faults = Faults::default();
    let role = Role::parse(role).filter(|role| roles.contains(role));
    let role = faults.take(role.ok_or(FieldRule::Empty.of("role")));
    let language = faults.take(Language::of_tag(language).ok_or(FieldRule::Empty.of("language")));
    let text = match str::from_utf8(text) {
        _ if text.len() > MAX_BYTES as usize => Err(FieldRule::TooLarge(MAX_BYTES / 1024)),
        text => text.map_err(|_| FieldRule::NotUtf8),
    };
    let text = faults.take(text.map_err(|rule| rule.of("list")));
    let (Some(role), Some(language), Some(text)) = (role, language, text) else { return Err(faults.refuse()) };
    let read = read(text, &Usual { role, language, roles: &roles });
    let (lines, wrong) = read.map_err(|rule| vec![rule.of("list")])?;
    let id = core.random.id(core.clock.now());
    let draft = Draft { id, text: text.to_owned(), role, language, lines, faulty: wrong };
    core.store
        .tidy(async |mut tx| {
            store::put(&mut tx, person, &draft).await?;
            Ok(((), tx.commit_housekeeping("a list was read").await?))
        })
        .await
}

/// Deletes the caller's list. Invitations that were sent from it stay.
///
/// # Errors
/// If the database fails.
pub async fn discard(core: &Core, person: &Person) -> Result<(), CoreError> {
    core.store
        .tidy(async |mut tx| {
            store::delete(&mut tx, person).await?;
            Ok(((), tx.commit_housekeeping("a list is not wanted any more").await?))
        })
        .await
}

/// Invites the people on the lines that were not tried yet, some in each transaction. Notes each line's result in the
/// list.
///
/// # Errors
/// [`Refusal::NotFound`] if the list does not exist any more, or if the caller may not give one of its roles.
/// [`Refusal::Busy`] if too much mail waits: the rest can be sent later. [`Refusal::ToBeProven`] if a role administers.
#[tracing::instrument(name = "invitation_list.send", skip_all)]
pub async fn send(core: &Core, person: &Person, id: InvitationListId) -> Result<(), CoreError> {
    let links = policy::of_tenant(core, person.tenant).await?.links;
    loop {
        let draft = store::find(core, person).await?.filter(|draft| draft.id == id).ok_or(Refusal::NotFound)?;
        let tried = draft.lines.iter().filter(|line| line.outcome.is_some()).count();
        let batch: Vec<&ListLine> = draft.lines.iter().skip(tried).take(BATCH).collect();
        if batch.is_empty() {
            return Ok(());
        }
        let sent = send_some(core, person, id, &batch, tried, links).await;
        match sent {
            Ok(()) => {}
            // The caller has pressed twice: the other request sends the rest.
            Err(CoreError::Refused(Refusal::Conflict)) => return Ok(()),
            Err(error) => return Err(error),
        }
    }
}

async fn send_some(
    core: &Core,
    person: &Person,
    id: InvitationListId,
    batch: &[&ListLine],
    tried: usize,
    links: LinkPolicy,
) -> Result<(), CoreError> {
    let caller = Caller::from(person.clone());
    core.store
        .write(async |mut tx| {
            let (mut outcomes, mut invited) = (String::new(), Vec::new());
            for line in batch {
                let placed = invite(&mut tx, &caller, person, line, links).await?;
                let outcome = match placed {
                    Placed::Invited(invitation) => {
                        invited.push((invitation, line.role));
                        LineOutcome::Invited
                    }
                    Placed::Belongs => LineOutcome::Belongs,
                    Placed::OverLimit => LineOutcome::OverLimit,
                    Placed::MayNotReplace => LineOutcome::NotTheirs,
                };
                outcomes.push(outcome.letter());
            }
            if !store::note(&mut tx, person, id, tried, &outcomes).await? {
                return Err(Refusal::Conflict.into());
            }
            let count = |outcome: LineOutcome| outcomes.matches(outcome.letter()).count();
            let (belong, over_limit) = (count(LineOutcome::Belongs), count(LineOutcome::OverLimit));
            let not_theirs = count(LineOutcome::NotTheirs);
            let not_sent = [(Field::Belong, belong), (Field::OverLimit, over_limit), (Field::NotTheirs, not_theirs)];
            let event = Event::invitation_list_sent(person.tenant, id, &invited, not_sent);
            Ok(((), tx.commit(&caller, event).await?))
        })
        .await
}

async fn invite(
    tx: &mut Tx,
    caller: &Caller,
    person: &Person,
    line: &ListLine,
    links: LinkPolicy,
) -> Result<Placed, CoreError> {
    require_to_give(tx, caller, person.tenant, line.role).await?;
    if line.role.administers() {
        step_up::require_in(tx, person).await?;
    }
    let who = Invitee {
        email: EmailAddress::parse(&line.email).map_err(|_| store::UNREADABLE)?,
        name: DisplayName::parse(&line.name).ok(),
        language: line.language,
        role: line.role,
    };
    let token = Token::new(tx.random());
    invite_in(tx, caller, person.tenant, &who, &token, links).await
}

/// Deletes lists that have waited too long.
pub(crate) async fn purge(core: &Core) -> Result<(), CoreError> {
    core.store
        .tidy(async |mut tx| {
            store::delete_old(&mut tx).await?;
            Ok(((), tx.commit_housekeeping("lists that nobody has sent").await?))
        })
        .await
}
