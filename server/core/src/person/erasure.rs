//! The erasure of an account. The person or an administrator of the account's home asks for it. The person is told by
//! mail. It can be stopped until it is carried out, after a wait. The account's key is deleted with the account, so
//! that the personal parts of the audit log can never be read again and the log still verifies.
mod store;

use crate::Core;
use crate::account::{store as accounts, zone};
use crate::audit::Event;
use crate::caller::{Caller, Origin, Person};
use crate::civil::local;
use crate::error::CoreError;
use crate::identifier::Identifier;
use crate::known_device::KnownDevices;
use crate::lockout::{self, Attempt};
use crate::mail::{self, Letter};
use crate::member::require_to_give;
use crate::password::{Password, store as passwords};
use crate::password_try;
use crate::step_up;
use crate::store::Tx;
use portvakt_model::erasure::{ErasureStanding, Own, WAIT_DAYS};
use portvakt_model::fault::{FieldRule, Refusal};
use portvakt_model::id::{AccountId, TenantId};
use portvakt_model::text::line;
use portvakt_model::time::Timestamp;
use portvakt_model::user::REASON_CHARS;

/// The form's field for the reason.
const REASON: &str = "erasure_reason";

/// Asks for the erasure of the caller's own account. The caller proves their identity by the password, or has proven it
/// recently if the account has none.
///
/// # Errors
/// [`Refusal::WrongPassword`], [`Refusal::Locked`] and [`Refusal::TooMany`] as at a sign-in; [`Refusal::ToBeProven`].
/// [`Refusal::Fields`] without a password, and for the last owner of an organisation. [`Refusal::Conflict`] if the
/// erasure was asked for already.
#[tracing::instrument(name = "erasure.ask_own", skip_all)]
pub async fn ask_own(core: &Core, person: &Person, devices: &KnownDevices, password: &str) -> Result<(), CoreError> {
    if !passwords::has_password(core.store.reader(), person.home, person.account).await? {
        step_up::require(core, person).await?;
        return begin_own(core, person, None).await;
    }
    if password.is_empty() {
        return Err(vec![FieldRule::Empty.of("password")].into());
    }
    let turn = core.hasher.turn()?;
    let tried = password_try::of_person(core, &turn, person, devices, Password::typed(password)).await?;
    let asked =
        if tried.right.is_some() { begin_own(core, person, Some(&tried.attempt)).await.map(Some) } else { Ok(None) };
    tried.end_of_person(core, &person.origin, asked).await
}

async fn begin_own(core: &Core, person: &Person, attempt: Option<&Attempt>) -> Result<(), CoreError> {
    let Person { home, account, .. } = *person;
    core.store
        .write(async |mut tx| {
            let due = begin(&mut tx, home, account, false, "password").await?;
            if let Some(attempt) = attempt {
                lockout::succeed(&mut tx, attempt, home, account).await?;
            }
            let letter = |seen| Letter::ErasureAsked { due, seen };
            mail::tell(&mut tx, home, account, letter, &person.origin).await?;
            let event = Event::erasure_asked(home, account, due, None);
            Ok(((), tx.commit(&Caller::from(person.clone()), event).await?))
        })
        .await
}

/// Asks for the erasure of an account at home in this tenant.
///
/// # Errors
/// [`Refusal::NotFound`] if the account is not at home there, or if the caller may not give the account's role there.
/// [`Refusal::Fields`] without a reason, and for the last owner of an organisation. [`Refusal::Conflict`] if the
/// erasure was asked for already.
#[tracing::instrument(name = "erasure.ask", skip_all)]
pub async fn ask(
    core: &Core,
    caller: &Caller,
    tenant: TenantId,
    account: AccountId,
    reason: &str,
) -> Result<(), CoreError> {
    let reason = line(reason, REASON_CHARS).map_err(|rule| vec![rule.of(REASON)])?;
    core.store
        .write(async |mut tx| {
            require_at_home(&mut tx, caller, tenant, account).await?;
            let due = begin(&mut tx, tenant, account, true, REASON).await?;
            tell(&mut tx, tenant, account, || Letter::ErasureOrdered { due }).await?;
            let event = Event::erasure_asked(tenant, account, due, Some(&reason));
            Ok(((), tx.commit(caller, event).await?))
        })
        .await
}

/// Stops the erasure of the caller's own account, whether the person or the organisation asked for it.
///
/// # Errors
/// [`Refusal::NotFound`] if no erasure was asked for.
#[tracing::instrument(name = "erasure.stop_own", skip_all)]
pub async fn stop_own(core: &Core, person: &Person) -> Result<(), CoreError> {
    let Person { home, account, .. } = *person;
    core.store
        .write(async |mut tx| {
            store::delete(&mut tx, home, account).await?;
            tell(&mut tx, home, account, || Letter::ErasureStopped).await?;
            let event = Event::erasure_stopped(home, account);
            Ok(((), tx.commit(&Caller::from(person.clone()), event).await?))
        })
        .await
}

/// Stops the erasure of an account at home in this tenant.
///
/// # Errors
/// [`Refusal::NotFound`] as in [`ask`], and if no erasure was asked for.
#[tracing::instrument(name = "erasure.stop", skip_all)]
pub async fn stop(core: &Core, caller: &Caller, tenant: TenantId, account: AccountId) -> Result<(), CoreError> {
    core.store
        .write(async |mut tx| {
            require_at_home(&mut tx, caller, tenant, account).await?;
            store::delete(&mut tx, tenant, account).await?;
            tell(&mut tx, tenant, account, || Letter::ErasureStopped).await?;
            Ok(((), tx.commit(caller, Event::erasure_stopped(tenant, account)).await?))
        })
        .await
}

/// The open request to erase the caller's own account.
///
/// # Errors
/// If the database fails.
pub async fn standing(core: &Core, person: &Person) -> Result<Option<ErasureStanding>, CoreError> {
    of_account(core, person, person.home, person.account).await
}

/// The open request to erase an account, in the caller's local time. The calling function checks whether the caller may
/// know of it.
pub(crate) async fn of_account(
    core: &Core,
    person: &Person,
    home: TenantId,
    account: AccountId,
) -> Result<Option<ErasureStanding>, CoreError> {
    let Some((due, by_organisation)) = store::find(core, home, account).await? else { return Ok(None) };
    let due_at = local(due, &zone(core, person).await?, core.clock.now())?;
    Ok(Some(ErasureStanding { due_at, by_organisation }))
}

/// The caller's own erasure request, an organisation of which the caller is the only owner, and whether the caller has
/// a password.
///
/// # Errors
/// If the database fails.
pub async fn own(core: &Core, person: &Person) -> Result<Own, CoreError> {
    let sole_owner_of = store::solely_owned(core.store.reader(), person.account).await?;
    let has_password = passwords::has_password(core.store.reader(), person.home, person.account).await?;
    Ok(Own { standing: standing(core, person).await?, sole_owner_of, has_password })
}

/// Refuses a caller who may not ask for the erasure of an account at home in this tenant, as if the account did not
/// exist: no caller takes away a role that they may not give.
async fn require_at_home(tx: &mut Tx, caller: &Caller, tenant: TenantId, account: AccountId) -> Result<(), CoreError> {
    accounts::name(tx, tenant, account).await?;
    let role = accounts::find_role(tx.conn(), tenant, account).await?.ok_or(Refusal::NotFound)?;
    require_to_give(tx, caller, tenant, role).await
}

/// Records an erasure request and returns the time of the erasure. A refusal names the form's `field`.
async fn begin(
    tx: &mut Tx,
    home: TenantId,
    account: AccountId,
    by_organisation: bool,
    field: &str,
) -> Result<Timestamp, CoreError> {
    if store::solely_owned(tx.conn(), account).await?.is_some() {
        return Err(vec![FieldRule::LastOwner.of(field)].into());
    }
    let due = tx.now().plus_secs(WAIT_DAYS * 24 * 60 * 60);
    if !store::insert(tx, home, account, by_organisation, due).await? {
        return Err(Refusal::Conflict.into());
    }
    Ok(due)
}

/// Tells the person by mail of an act that another person may have done. So the mail does not say from where it was
/// done.
async fn tell(tx: &mut Tx, home: TenantId, account: AccountId, letter: impl Fn() -> Letter) -> Result<(), CoreError> {
    mail::tell(tx, home, account, |_| letter(), &Origin::default()).await
}

/// Carries out the erasures that are due. Each account is erased in one transaction, so that a killed process leaves
/// the account whole or gone, and of several processes one erases it. The account of an organisation's last owner waits
/// for another owner.
///
/// # Errors
/// If the database fails. The next round does the rest.
pub(crate) async fn carry_out(core: &Core) -> Result<(), CoreError> {
    let mut ended = Ok(());
    for (home, account) in store::list_due(core).await? {
        let done = core.store.write(async |mut tx| {
            if !store::take_due(&mut tx, home, account).await? {
                return Err(Refusal::NotFound.into());
            }
            if store::hold_owners(&mut tx, account).await? {
                return Err(Refusal::Conflict.into());
            }
            let tenants = erase(&mut tx, home, account).await?;
            Ok(((), tx.commit(&Caller::System, Event::account_erased(home, account, &tenants)).await?))
        });
        match done.await {
            Ok(()) => core.sessions.forget(account),
            // Another process erased the account, or the erasure was stopped.
            Err(CoreError::Refused(Refusal::NotFound)) => {}
            Err(CoreError::Refused(Refusal::Conflict)) => {
                tracing::warn!(%account, "an erasure waits: the person is the only owner of an organisation");
            }
            // An erasure that fails must not hold up the others.
            Err(error) => ended = Err(error),
        }
    }
    ended
}

/// Deletes everything that is stored about the account's person, and the account. Returns the tenants that it belonged
/// to.
async fn erase(tx: &mut Tx, home: TenantId, account: AccountId) -> Result<Vec<TenantId>, CoreError> {
    for email in store::addresses(tx, home, account).await? {
        let identifier = Identifier::of(&email);
        mail::forget(tx, &identifier).await?;
        store::delete_invitations(tx, &identifier).await?;
    }
    store::delete_account(tx, home, account).await
}
