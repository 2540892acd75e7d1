//! What the holder of an invitation's link sees and does: a new account, or a guest in the inviting organisation.
use super::{FoundInvitation, store};
use crate::Core;
use crate::account::{NewAccount, Proven, store as accounts};
use crate::audit::Event;
use crate::caller::{Caller, Origin, Person};
use crate::error::{CoreError, Faults};
use crate::identifier::Identifier;
use crate::password::{Context, Password, store as passwords};
use crate::policy;
use crate::session::Browser;
use crate::sign_in::advance::{Arrival, Onward, advance};
use crate::sign_in::{Step, step};
use crate::store::Tx;
use crate::tenant::{may_make_owner, store as tenants};
use crate::token::Token;
use portvakt_model::fault::Refusal;
use portvakt_model::id::{AccountId, TenantId};
use portvakt_model::invitation::{Offer, Theirs};
use portvakt_model::language::Language;
use portvakt_model::profile::DisplayName;
use portvakt_model::role::Role;

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

/// Creates the account of an invited person without one, in the invitation's language or in the one that they have
/// chosen, and signs the person in, or asks for what else the policy
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
    chosen: Option<Language>,
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
            let FoundInvitation { tenant: home, email, language, role, .. } = &found;
            let account_of =
                NewAccount { id: account, home: *home, email, name: &name, language: chosen.unwrap_or(*language) };
            if !accounts::insert(&mut tx, &account_of).await? {
                return Err(Refusal::NotFound.into());
            }
            accounts::add_member(&mut tx, *home, account, *role).await?;
            let version = passwords::set_password(&mut tx, *home, account, &new).await?;
            let proven = Proven { home: *home, account, version };
            let arrival = Arrival { proven, known_device: true, falls_short: false, shown: None };
            let account_policy =
                policy::account_policy_in(tx.conn(), arrival.proven.home, arrival.proven.account).await?;
            let onward = advance(&mut tx, &arrival, &account_policy, &session_token, browser, origin).await?;
            let onward = onward.and_then(Onward::unless_suspended).ok_or(Refusal::NotFound)?;
            let event = joined(&found, (*home, account), name.as_str());
            let ended = tx.commit(&onward.caller(origin), event).await?;
            Ok(((onward, version), ended))
        })
        .await?;
    step(core, browser, session_token, onward, version).await
}

/// Lets a signed-in person join the inviting organisation as a guest, and returns it. Their home stays the same.
///
/// # Errors
/// [`Refusal::NotFound`] if the link cannot be used, was used in the meantime, is for another address, if the person
/// belongs to the organisation already, or if the inviter may not give the role any more.
#[tracing::instrument(name = "invitation.join", skip_all)]
pub async fn join(core: &Core, person: &Person, token: &Token) -> Result<TenantId, CoreError> {
    let (name, email, _) = accounts::known(core, person.home, person.account).await?;
    let caller = Caller::from(person.clone());
    let tenant = core
        .store
        .write(async |mut tx| {
            let found = consume(&mut tx, token).await?;
            let is_theirs = Identifier::of(found.email.as_str()) == Identifier::of(&email);
            if !is_theirs || store::belongs(&mut tx, found.tenant, &Identifier::of(&email)).await? {
                return Err(Refusal::NotFound.into());
            }
            accounts::add_member(&mut tx, found.tenant, person.account, found.role).await?;
            policy::shorten_sessions(&mut tx, person.home, person.home, person.account).await?;
            Ok((found.tenant, tx.commit(&caller, joined(&found, (person.home, person.account), &name)).await?))
        })
        .await?;
    // The next page loads the session anew, and so shows the way to the organisation.
    core.sessions.forget(person.account);
    Ok(tenant)
}

/// Deletes the invitation of a link and returns it. An invitation is void if its inviter may not give the role any
/// more. An administrator of the operator may invite an owner as long as the organisation has none.
async fn consume(tx: &mut Tx, token: &Token) -> Result<FoundInvitation, CoreError> {
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

fn joined(found: &FoundInvitation, account: (TenantId, AccountId), name: &str) -> Event {
    Event::member_joined(found.tenant, account, (found.id, found.role), name, found.email.as_str())
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
pub(crate) async fn tenant_and_role(core: &Core, token: &Token) -> Result<Option<(TenantId, Role)>, CoreError> {
    Ok(store::find(core, token).await?.map(|found| (found.tenant, found.role)))
}
