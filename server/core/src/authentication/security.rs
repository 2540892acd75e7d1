//! A signed-in person's own credentials.
use crate::Core;
use crate::account::{Proven, store as accounts, zone};
use crate::audit::Event;
use crate::caller::{Caller, Person};
use crate::civil::local;
use crate::error::{CoreError, Failure, Faults};
use crate::hasher::Turn;
use crate::link::store as links;
use crate::lockout::{self, Attempt};
use crate::mail::{self, Letter, PasskeyNews};
use crate::passkey::{self, store as passkeys};
use crate::password::{Context, NewPassword, Password, had, store as passwords};
use crate::password_try;
use crate::policy;
use crate::second_factor;
use crate::session::{self, Browser, Started};
use crate::step_up;
use crate::token::Token;
use portvakt_model::fault::{FieldRule, Refusal};
use portvakt_model::policy::PasswordPolicy;
use portvakt_model::security::Security;
use tracing::Instrument;

/// The caller's password, second factors and the rules for them.
///
/// # Errors
/// If the database fails.
pub async fn security(core: &Core, person: &Person) -> Result<Security, CoreError> {
    let (zone, now) = (zone(core, person).await?, core.clock.now());
    let set_at = passwords::set_at(core, person.home, person.account).await?;
    let policy = policy::of(core, person.home, person.account).await?;
    let portal = policy::platform(core).await?;
    let sources = policy::sources(core, person.home, person.account).await?;
    let second = second_factor::standing(core, person, &zone).await?;
    let password_set_at = set_at.map(|at| local(at, &zone, now)).transpose()?;
    Ok(Security { password_set_at, policy, portal, sources, second })
}

/// Changes the caller's password, or sets one if the caller has none and has recently proven their identity. Every
/// other session of the caller ends, and this one continues with a new token. Every link that was mailed to the caller
/// is revoked.
///
/// # Errors
/// [`Refusal::Fields`]; [`Refusal::WrongPassword`], which counts as at a sign-in, and [`Refusal::Locked`];
/// [`Refusal::ToBeProven`]; [`Refusal::Conflict`] if the password has been changed meanwhile; [`Refusal::SignedOut`] if
/// the session has ended.
#[tracing::instrument(name = "security.change_password", skip_all)]
pub async fn change_password(
    core: &Core,
    person: &Person,
    browser: &Browser,
    current: &str,
    new: &str,
) -> Result<Started, CoreError> {
    let policy = policy::of(core, person.home, person.account).await?;
    let (name, email, organisation) = accounts::known(core, person.home, person.account).await?;
    let context = Context::new(&[&name, &email, &organisation]);
    let mut faults = Faults::default();
    if !passwords::has_password(core.store.reader(), person.home, person.account).await? {
        let new = faults.take_all(Password::chosen(core, &policy.password, &context, new, "password"));
        let Some(new) = new else { return Err(faults.refuse()) };
        step_up::require(core, person).await?;
        let new = replacement(core, person, &new, &policy.password).await?;
        return change(core, person, browser, None, &new).await?.ok_or_else(|| Refusal::Conflict.into());
    }
    let filled = faults.take(if current.is_empty() { Err(FieldRule::Empty.of("current_password")) } else { Ok(()) });
    let new = faults.take_all(Password::chosen(core, &policy.password, &context, new, "password"));
    let (Some(()), Some(new)) = (filled, new) else { return Err(faults.refuse()) };
    let turn = core.hasher.turn()?;
    // In a task of its own, so that the try is counted and logged even if the client hangs up.
    let (core, person, browser, current) = (core.clone(), person.clone(), browser.clone(), Password::typed(current));
    let changing =
        async move { prove_and_change(&core, &turn, &person, &browser, current, (&new, &policy.password)).await };
    tokio::spawn(changing.in_current_span()).await.map_err(Failure::from)?
}

async fn prove_and_change(
    core: &Core,
    turn: &Turn,
    person: &Person,
    browser: &Browser,
    current: Option<Password>,
    (new, rules): (&Password, &PasswordPolicy),
) -> Result<Started, CoreError> {
    let tried = password_try::of_person(core, turn, person, &browser.devices, current).await?;
    let done = match &tried.right {
        Some(right) => match replacement(core, person, new, rules).await {
            Ok(new) => change(core, person, browser, Some((&tried.attempt, right.proven())), &new).await,
            Err(error) => Err(error),
        },
        None => Ok(None),
    };
    tried.end_of_person(core, &person.origin, done).await
}

/// Checks and hashes the new password. The caller has proven their identity: only the owner may learn which passwords
/// they had before.
async fn replacement(
    core: &Core,
    person: &Person,
    new: &Password,
    rules: &PasswordPolicy,
) -> Result<NewPassword, CoreError> {
    if new.is_earlier(core, person.home, person.account, rules.remembered()).await? {
        return Err(had("password"));
    }
    new.hashed(core, rules).await
}

/// `None` if the password was changed after it was verified, or if an account without a password has got one meanwhile.
async fn change(
    core: &Core,
    person: &Person,
    browser: &Browser,
    verified: Option<(&Attempt, Proven)>,
    new: &NewPassword,
) -> Result<Option<Started>, CoreError> {
    let (home, account) = (person.home, person.account);
    let token = Token::new(&core.random);
    let caller = Caller::from(person.clone());
    let changed = core.store.write(async |mut tx| {
        let is_current = match verified {
            Some((_, proven)) => accounts::is_current(&mut tx, proven).await?,
            None => !passwords::has_password(tx.conn(), home, account).await?,
        };
        if !is_current {
            return Err(Refusal::Conflict.into());
        }
        if let Some((attempt, _)) = verified {
            lockout::succeed(&mut tx, attempt, home, account).await?;
        }
        let version = passwords::set_password(&mut tx, home, account, new).await?;
        session::renew_alone(&mut tx, person, &token).await?;
        links::delete_all(&mut tx, home, account).await?;
        mail::tell(&mut tx, home, account, Letter::PasswordChanged, &person.origin).await?;
        Ok((version, tx.commit(&caller, Event::password_changed(home, account, &person.origin)).await?))
    });
    match changed.await {
        Ok(version) => Ok(Some(session::renewed(core, person, browser, token.clone(), version))),
        Err(CoreError::Refused(Refusal::Conflict)) => Ok(None),
        Err(error) => Err(error),
    }
}

/// Removes the password of the caller, who has a passkey. Every other session of the caller ends, and this one
/// continues with a new token. Every link that was mailed to the caller is revoked.
///
/// # Errors
/// [`Refusal::NotFound`] if the caller has no password; [`Refusal::LastWayIn`] without a passkey, or if one of the
/// caller's organisations demands a password; [`Refusal::ToBeProven`].
#[tracing::instrument(name = "security.remove_password", skip_all)]
pub async fn remove_password(core: &Core, person: &Person, browser: &Browser) -> Result<Started, CoreError> {
    step_up::require(core, person).await?;
    let (home, account) = (person.home, person.account);
    let (token, caller) = (Token::new(&core.random), Caller::from(person.clone()));
    let version = core
        .store
        .write(async |mut tx| {
            let version = accounts::raise_version(&mut tx, home, account).await?;
            let policy = policy::of_in(tx.conn(), home, account).await?;
            if !policy.password.passwordless || passkeys::count(tx.conn(), home, account).await? == 0 {
                return Err(Refusal::LastWayIn.into());
            }
            if !passwords::delete_password(&mut tx, home, account, policy.password.history).await? {
                return Err(Refusal::NotFound.into());
            }
            session::renew_alone(&mut tx, person, &token).await?;
            links::delete_all(&mut tx, home, account).await?;
            passkey::tell(&mut tx, home, account, &PasskeyNews::PasswordRemoved, &person.origin).await?;
            Ok((version, tx.commit(&caller, Event::password_removed(person)).await?))
        })
        .await?;
    Ok(session::renewed(core, person, browser, token, version))
}
