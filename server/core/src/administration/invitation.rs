//! Invitations to an organisation, by a link that only the invited person's mailbox holds. An invited person without an
//! account gets one whose home is the organisation. An invited person with an account joins as a guest.
pub(crate) mod store;

use crate::Core;
use crate::account::{NewAccount, NewPerson, Proven, Recipient, store as accounts, zone};
use crate::audit::Event;
use crate::caller::{Caller, Origin, Person};
use crate::civil::local;
use crate::error::{CoreError, Faults};
use crate::identifier::Identifier;
use crate::mail::{self, Letter, Queued};
use crate::member::{self, require_to_give};
use crate::password::{Context, Password, store as passwords};
use crate::policy;
use crate::session::Browser;
use crate::sign_in::advance::{Arrival, advance};
use crate::sign_in::{Step, step};
use crate::step_up;
use crate::store::Tx;
use crate::tenant::{may_make_owner, store as tenants};
use crate::token::Token;
use portvakt_model::email::EmailAddress;
use portvakt_model::fault::{FieldRule, Refusal};
use portvakt_model::id::{AccountId, InvitationId, TenantId};
use portvakt_model::invitation::{Invitations, Offer, Open, Theirs};
use portvakt_model::language::Language;
use portvakt_model::policy::LinkPolicy;
use portvakt_model::profile::DisplayName;
use portvakt_model::role::Role;

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
struct OpenInvitation {
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
            let id = match place(&mut tx, caller, tenant, who, &token, links).await? {
                Placed::Invited(id) => id,
                Placed::Belongs => return Err(vec![FieldRule::Belongs.of("email")].into()),
                Placed::OverLimit => return Err(OVER_LIMIT.into()),
                Placed::NotTheirs => return Err(Refusal::NotFound.into()),
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
                return Err(OVER_LIMIT.into());
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

/// The invitations to the organisation in which the caller acts, the newest first.
///
/// # Errors
/// [`Refusal::NotFound`] if the caller may not invite people.
pub async fn list(core: &Core, person: &Person) -> Result<Invitations, CoreError> {
    let roles = member::roles_to_give(core, person).await?;
    let (zone, now) = (zone(core, person).await?, core.clock.now());
    let rows = store::list(core, person.tenant).await?;
    let open = |row: store::Listed| {
        Ok(Open {
            id: row.id,
            email: row.email,
            name: row.name,
            role: row.role,
            sent_at: local(row.sent_at, &zone, now)?,
            ends_at: local(row.ends_at, &zone, now)?,
            is_over: row.ends_at <= now,
        })
    };
    let open = rows.into_iter().map(open).collect::<Result<_, CoreError>>()?;
    Ok(Invitations { open, roles, lifetime_secs: policy::of_tenant(core, person.tenant).await?.links.invitation_secs })
}

/// The invitation of a link, for the browser in which `person` is signed in.
///
/// # Errors
/// [`Refusal::NotFound`] if the link cannot be used.
pub async fn offer(core: &Core, token: &Token, person: Option<&Person>) -> Result<Offer, CoreError> {
    let found = store::find(core, token).await?.ok_or(Refusal::NotFound)?;
    let theirs = accounts::find(core, &Identifier::of(found.email.as_str())).await?;
    let is_theirs = |(_, account): (TenantId, AccountId)| person.is_some_and(|person| person.account == account);
    let account = theirs.map(|theirs| if is_theirs(theirs) { Theirs::SignedIn } else { Theirs::SignedOut });
    Ok(Offer {
        organisation: tenants::name(core.store.reader(), found.tenant).await?,
        email: found.email.as_str().to_owned(),
        name: found.name,
        role: found.role,
        account,
    })
}

/// Creates the account of an invited person without one, and signs the person in, or asks for what else the policy
/// demands of them.
///
/// # Errors
/// [`Refusal::NotFound`] if the link cannot be used, was used in the meantime, if the inviter may not give the role any
/// more, or if the address has an account; [`Refusal::Fields`].
#[tracing::instrument(name = "invitation.register", skip_all)]
pub async fn register(
    core: &Core,
    origin: &Origin,
    token: &Token,
    browser: &Browser,
    name: &str,
    password: &str,
) -> Result<Step, CoreError> {
    let found = store::find(core, token).await?.ok_or(Refusal::NotFound)?;
    let organisation = tenants::name(core.store.reader(), found.tenant).await?;
    let mut faults = Faults::default();
    let parsed = faults.take(DisplayName::parse(name).map_err(|rule| rule.of("name")));
    let policy = policy::of_role(core, found.tenant, found.role).await?;
    let context = Context::new(&[name, found.email.as_str(), &organisation]);
    let password = faults.take_all(Password::chosen(core, &policy.password, &context, password, "password"));
    let (Some(name), Some(password)) = (parsed, password) else { return Err(faults.refuse()) };
    let new = password.hashed(core, &policy.password).await?;
    let account: AccountId = core.random.id(core.clock.now());
    let session_token = Token::new(&core.random);
    let (onward, version) = core
        .store
        .write(async |mut tx| {
            let found = consume(&mut tx, token).await?;
            let OpenInvitation { tenant: home, email, language, role, .. } = &found;
            let account_of = NewAccount { id: account, home: *home, email, name: &name, language: *language };
            if !accounts::insert(&mut tx, &account_of).await? {
                return Err(Refusal::NotFound.into());
            }
            accounts::add_member(&mut tx, *home, account, *role).await?;
            let version = passwords::set_password(&mut tx, *home, account, &new).await?;
            let proven = Proven { home: *home, account, version };
            let arrival = Arrival { proven, known_device: true, falls_short: false, shown: None };
            let held = policy::held_in(tx.conn(), arrival.proven.home, arrival.proven.account).await?;
            let onward = advance(&mut tx, &arrival, &held, &session_token, browser, origin).await?;
            let onward = onward.ok_or(Refusal::NotFound)?;
            let event = joined(&found, (*home, account), name.as_str());
            let ended = tx.commit(&onward.caller(origin), event).await?;
            Ok(((onward, version), ended))
        })
        .await?;
    step(core, browser, session_token, onward, version).await
}

/// Lets a signed-in person join the inviting organisation as a guest. Their home stays the same.
///
/// # Errors
/// [`Refusal::NotFound`] if the link cannot be used, was used in the meantime, is for another address, if the person
/// belongs to the organisation already, or if the inviter may not give the role any more.
#[tracing::instrument(name = "invitation.join", skip_all)]
pub async fn join(core: &Core, person: &Person, token: &Token) -> Result<(), CoreError> {
    let (name, email, _) = accounts::known(core, person.home, person.account).await?;
    let caller = Caller::from(person.clone());
    core.store
        .write(async |mut tx| {
            let found = consume(&mut tx, token).await?;
            let is_theirs = Identifier::of(found.email.as_str()) == Identifier::of(&email);
            if !is_theirs || store::belongs(&mut tx, found.tenant, &Identifier::of(&email)).await? {
                return Err(Refusal::NotFound.into());
            }
            accounts::add_member(&mut tx, found.tenant, person.account, found.role).await?;
            policy::hold(&mut tx, person.home, person.home, person.account).await?;
            Ok(((), tx.commit(&caller, joined(&found, (person.home, person.account), &name)).await?))
        })
        .await?;
    // The next page loads the session anew, and so shows the way to the organisation.
    core.sessions.forget(person.account);
    Ok(())
}

/// Deletes the invitation of a link and returns it. An invitation is void if its inviter may not give the role any
/// more. An administrator of the operator may invite an owner as long as the organisation has none.
async fn consume(tx: &mut Tx, token: &Token) -> Result<OpenInvitation, CoreError> {
    let found = store::consume(tx, token).await?.ok_or(Refusal::NotFound)?;
    if let Some(inviter) = found.inviter {
        let role = accounts::find_role(tx.conn(), found.tenant, inviter).await?;
        let may = role.is_some_and(|role| role.may_give(found.role))
            || (found.role == Role::Owner && may_make_owner(tx, found.tenant, inviter).await?);
        if !may {
            return Err(Refusal::NotFound.into());
        }
    }
    Ok(found)
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
        return Err(OVER_LIMIT.into());
    }
    store::put(tx, tenant, &who, inviter(caller), token, links).await
}

fn joined(found: &OpenInvitation, account: (TenantId, AccountId), name: &str) -> Event {
    Event::member_joined(found.tenant, account, (found.id, found.role), name, found.email.as_str())
}

/// The result of [`place`].
pub(crate) enum Placed {
    /// The person was invited.
    Invited(InvitationId),
    /// The person belongs to the organisation already.
    Belongs,
    /// The address has reached its limit of invitation mails: an earlier invitation stays as it is.
    OverLimit,
    /// The person has an invitation that the caller may not withdraw.
    NotTheirs,
}

const OVER_LIMIT: Refusal = Refusal::TooMany { retry_after_secs: 60 * 60 };

/// Invites a person, in place of an earlier invitation. The calling function has checked that `caller` may give the
/// role.
pub(crate) async fn place(
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
    // The new invitation replaces the open one and withdraws it, so the caller must be allowed to give the open one's
    // role as well. Two invitations at the same time come one after the other.
    tenants::lock(tx, tenant).await?;
    if let Some(open) = store::role_of_open(tx, tenant, &identifier).await? {
        match require_to_give(tx, caller, tenant, open).await {
            Err(CoreError::Refused(Refusal::NotFound)) => return Ok(Placed::NotTheirs),
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
        Caller::Person(person) => Some(accounts::name(tx, person.home, person.account).await?),
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

/// Whether an invitation's link can be used now. Does not use it.
pub(crate) async fn is_open(core: &Core, token: &Token) -> Result<bool, CoreError> {
    Ok(store::find(core, token).await?.is_some())
}

/// The invited person's name and address, and the organisation. `None` if the link cannot be used.
pub(crate) async fn known(core: &Core, token: &Token) -> Result<Option<[String; 3]>, CoreError> {
    let Some(found) = store::find(core, token).await? else { return Ok(None) };
    let organisation = tenants::name(core.store.reader(), found.tenant).await?;
    Ok(Some([found.name, found.email.as_str().to_owned(), organisation]))
}

/// The organisation and the role of an invitation. `None` if the link cannot be used.
pub(crate) async fn place_of(core: &Core, token: &Token) -> Result<Option<(TenantId, Role)>, CoreError> {
    Ok(store::find(core, token).await?.map(|found| (found.tenant, found.role)))
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
