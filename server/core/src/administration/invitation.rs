//! Invitations to an organisation, by a link that only the invited person's mailbox holds. An invited person without an
//! account gets one whose home is the organisation. An invited person with an account joins as a guest.
mod acceptance;
pub(crate) mod store;

pub(crate) use acceptance::{is_open, known, tenant_and_role};
pub use acceptance::{join, offer, register};

use crate::Core;
use crate::account::{NewPerson, Recipient, store as accounts, zone};
use crate::audit::Event;
use crate::caller::{Caller, Person};
use crate::civil::local;
use crate::error::{CoreError, Faults};
use crate::identifier::Identifier;
use crate::mail::{self, Letter, Queued};
use crate::member::{self, require_to_give};
use crate::policy;
use crate::step_up;
use crate::store::Tx;
use crate::tenant::store as tenants;
use crate::token::Token;
use portvakt_model::email::EmailAddress;
use portvakt_model::fault::{FieldRule, Refusal};
use portvakt_model::id::{AccountId, InvitationId, TenantId};
use portvakt_model::invitation::{Invitations, PendingInvitation};
use portvakt_model::language::Language;
use portvakt_model::policy::LinkPolicy;
use portvakt_model::profile::DisplayName;
use portvakt_model::role::Role;
use portvakt_model::text::unlinked;

/// A person to invite.
#[derive(Debug, Clone)]
pub struct Invitee {
    /// The person's address.
    pub email: EmailAddress,
    /// The person's name, if it is known.
    pub name: Option<DisplayName>,
    /// The language of the mail.
    pub language: Language,
    /// The role that the invitation gives.
    pub role: Role,
}

impl Invitee {
    /// Parses a form's fields. The name may be empty.
    ///
    /// # Errors
    /// Every rule that a field breaks.
    pub fn parse(email: &str, name: &str, role: &str, language: &str) -> Result<Self, CoreError> {
        let mut faults = Faults::default();
        let email = faults.take(EmailAddress::parse(email).map_err(|rule| rule.of("email")));
        let name = match name.trim() {
            "" => Some(None),
            name => faults.take(DisplayName::parse(name).map(Some).map_err(|rule| rule.of("name"))),
        };
        let role = faults.take(Role::parse(role).ok_or(FieldRule::Empty.of("role")));
        let language = faults.take(Language::of_tag(language).ok_or(FieldRule::Empty.of("language")));
        match (email, name, role, language) {
            (Some(email), Some(name), Some(role), Some(language)) => Ok(Self { email, name, language, role }),
            _ => Err(faults.refuse()),
        }
    }
}

/// An invitation that was neither accepted nor withdrawn.
struct FoundInvitation {
    id: InvitationId,
    tenant: TenantId,
    email: EmailAddress,
    name: String,
    language: Language,
    role: Role,
    inviter: Option<AccountId>,
}

/// Mails a person an invitation, in place of an earlier one. Does not tell whether the address has an account
/// elsewhere.
///
/// # Errors
/// [`Refusal::NotFound`] if the caller may not give that role there, or the role of an earlier invitation that this one
/// would replace. [`Refusal::Fields`] if the person belongs to the organisation already. [`Refusal::TooMany`] if the
/// address has reached its limit of invitation mails. [`Refusal::ToBeProven`] for a role that administers.
#[tracing::instrument(name = "invitation.invite", skip_all)]
pub async fn invite(core: &Core, caller: &Caller, tenant: TenantId, who: &Invitee) -> Result<InvitationId, CoreError> {
    let (token, links) = (Token::new(&core.random), policy::of_tenant(core, tenant).await?.links);
    core.store
        .write(async |mut tx| {
            require_to_give(&mut tx, caller, tenant, who.role).await?;
            if let Caller::Person(person) = caller
                && who.role.administers()
            {
                step_up::require_in(&mut tx, person).await?;
            }
            let id = match invite_in(&mut tx, caller, tenant, who, &token, links).await? {
                Placed::Invited(id) => id,
                Placed::Belongs => return Err(vec![FieldRule::Belongs.of("email")].into()),
                Placed::OverLimit => return Err(mail::TOO_MANY.into()),
                Placed::MayNotReplace => return Err(Refusal::NotFound.into()),
            };
            let event = Event::member_invited(tenant, id, who.role);
            Ok((id, tx.commit(caller, event).await?))
        })
        .await
}

/// Mails an invitation again, with a new link: the older one stops working.
///
/// # Errors
/// [`Refusal::NotFound`] if there is no such invitation, or if the caller may not give its role. [`Refusal::TooMany`]
/// if the address has reached its limit of invitation mails.
#[tracing::instrument(name = "invitation.resend", skip_all)]
pub async fn resend(core: &Core, caller: &Caller, tenant: TenantId, id: InvitationId) -> Result<(), CoreError> {
    let (token, links) = (Token::new(&core.random), policy::of_tenant(core, tenant).await?.links);
    core.store
        .write(async |mut tx| {
            let found =
                store::renew(&mut tx, tenant, id, inviter(caller), &token, links).await?.ok_or(Refusal::NotFound)?;
            require_to_give(&mut tx, caller, tenant, found.role).await?;
            if !write_to(&mut tx, caller, tenant, &found.email, found.language, &token, links).await? {
                return Err(mail::TOO_MANY.into());
            }
            let event = Event::member_invited(tenant, id, found.role);
            Ok(((), tx.commit(caller, event).await?))
        })
        .await
}

/// Withdraws an invitation: its link stops working.
///
/// # Errors
/// [`Refusal::NotFound`] if there is no such invitation, or if the caller may not give its role.
#[tracing::instrument(name = "invitation.withdraw", skip_all)]
pub async fn withdraw(core: &Core, caller: &Caller, tenant: TenantId, id: InvitationId) -> Result<(), CoreError> {
    core.store
        .write(async |mut tx| {
            let role = store::delete(&mut tx, tenant, id).await?.ok_or(Refusal::NotFound)?;
            require_to_give(&mut tx, caller, tenant, role).await?;
            Ok(((), tx.commit(caller, Event::invitation_withdrawn(tenant, id)).await?))
        })
        .await
}

/// The pending invitations to the organisation in which the caller acts, the newest first, at most 1,000.
///
/// # Errors
/// [`Refusal::NotFound`] if the caller may not invite people.
pub async fn list(core: &Core, person: &Person) -> Result<Invitations, CoreError> {
    let roles = member::roles_to_give(core, person).await?;
    let (zone, now) = (zone(core, person).await?, core.clock.now());
    let rows = store::list(core, person.tenant).await?;
    let pending = |row: store::ListedInvitation| {
        Ok(PendingInvitation {
            id: row.id,
            email: row.email,
            name: row.name,
            role: row.role,
            sent_at: local(row.sent_at, &zone, now)?,
            ends_at: local(row.ends_at, &zone, now)?,
            has_expired: row.ends_at <= now,
        })
    };
    let pending = rows.into_iter().map(pending).collect::<Result<_, CoreError>>()?;
    let lifetime_secs = policy::of_tenant(core, person.tenant).await?.links.invitation_secs;
    Ok(Invitations { pending, roles, lifetime_secs })
}

/// Invites the first owner of an organisation, in place of an earlier one. The calling function has checked that
/// `caller` may do so.
pub(crate) async fn invite_owner(
    tx: &mut Tx,
    caller: &Caller,
    tenant: TenantId,
    owner: &NewPerson,
    token: &Token,
    links: LinkPolicy,
) -> Result<InvitationId, CoreError> {
    let NewPerson { email, name, language } = owner.clone();
    let who = Invitee { email, name: Some(name), language, role: Role::Owner };
    store::delete_owners(tx, tenant).await?;
    if !write_to(tx, caller, tenant, &who.email, language, token, links).await? {
        return Err(mail::TOO_MANY.into());
    }
    store::put(tx, tenant, &who, inviter(caller), token, links).await
}

/// The result of [`invite_in`].
pub(crate) enum Placed {
    /// The person was invited.
    Invited(InvitationId),
    /// The person belongs to the organisation already.
    Belongs,
    /// The address has reached its limit of invitation mails: an earlier invitation stays as it is.
    OverLimit,
    /// The person has an invitation that the caller may not replace.
    MayNotReplace,
}

/// Invites a person, in place of an earlier invitation. The calling function has checked that `caller` may give the
/// role.
pub(crate) async fn invite_in(
    tx: &mut Tx,
    caller: &Caller,
    tenant: TenantId,
    who: &Invitee,
    token: &Token,
    links: LinkPolicy,
) -> Result<Placed, CoreError> {
    let identifier = Identifier::of(who.email.as_str());
    if store::belongs(tx, tenant, &identifier).await? {
        return Ok(Placed::Belongs);
    }
    // The new invitation replaces the pending one and withdraws it, so the caller must be allowed to give the pending
    // one's role as well. Two invitations at the same time come one after the other.
    tenants::lock(tx, tenant).await?;
    if let Some(pending) = store::role_of_pending(tx, tenant, &identifier).await? {
        match require_to_give(tx, caller, tenant, pending).await {
            Err(CoreError::Refused(Refusal::NotFound)) => return Ok(Placed::MayNotReplace),
            done => done?,
        }
    }
    if !write_to(tx, caller, tenant, &who.email, who.language, token, links).await? {
        return Ok(Placed::OverLimit);
    }
    Ok(Placed::Invited(store::put(tx, tenant, who, inviter(caller), token, links).await?))
}

/// Puts the mail into the outbox. `false` if the address has reached its limit of invitation mails.
async fn write_to(
    tx: &mut Tx,
    caller: &Caller,
    tenant: TenantId,
    email: &EmailAddress,
    language: Language,
    token: &Token,
    links: LinkPolicy,
) -> Result<bool, CoreError> {
    let inviter = match caller {
        Caller::Person(person) => Some(unlinked(&accounts::name(tx, person.home, person.account).await?)),
        _ => None,
    };
    let to = Recipient {
        tenant,
        email: email.as_str().to_owned(),
        language,
        time_zone: crate::account::DEFAULT_TIME_ZONE.to_owned(),
    };
    let lifetime_secs = links.invitation_secs;
    match mail::queue(tx, &to, Letter::Invitation { token: token.reveal(), inviter, lifetime_secs }).await? {
        Queued::TooMany => Ok(false),
        other => other.or_refuse().map(|()| true),
    }
}

fn inviter(caller: &Caller) -> Option<AccountId> {
    match caller {
        Caller::Person(person) => Some(person.account),
        Caller::Claimant(_) | Caller::Command | Caller::System => None,
    }
}

/// Deletes invitations that ended a month ago. Until then they can be sent again.
pub(crate) async fn purge(core: &Core) -> Result<(), CoreError> {
    core.store
        .tidy(async |mut tx| {
            store::delete_old(&mut tx).await?;
            Ok(((), tx.commit_housekeeping("invitations whose time is over").await?))
        })
        .await
}
