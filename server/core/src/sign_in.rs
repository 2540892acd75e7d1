//! Signing in with a password.
use crate::Core;
use crate::account::{Credential, Proven, store as accounts};
use crate::audit::Event;
use crate::caller::{Caller, Origin};
use crate::error::CoreError;
use crate::identifier::Identifier;
use crate::lockout::{self, Attempt, Claim};
use crate::password::Password;
use crate::policy;
use crate::session::{self, Browser, Started};
use crate::token::Token;
use portvakt_model::fault::{FieldRule, Refusal};
use portvakt_model::policy::SessionPolicy;
use std::time::Duration;
use tokio::time::{Instant, sleep_until};

/// Least time that a refused sign-in takes: longer than any of them needs by itself, so that the time tells nobody whether
/// a name is known, locked or only wrong.
pub const REFUSED_AFTER: Duration = Duration::from_millis(250);

/// Verifies an address and a password and begins a session, in place of the one that the browser brought.
///
/// # Errors
/// [`Refusal::WrongCredentials`] for an unknown address, a wrong password and an account that cannot sign in alike; a
/// password is verified for each. [`Refusal::Locked`] and [`Refusal::TooMany`] if none is verified for now.
/// [`Refusal::Busy`] if too many are being verified.
#[tracing::instrument(name = "sign_in", skip_all)]
pub async fn sign_in(
    core: &Core,
    origin: &Origin,
    browser: &Browser,
    email: &str,
    password: &str,
) -> Result<Started, CoreError> {
    // Space is a character of a password like any other.
    let empty: Vec<_> = [("email", email.trim()), ("password", password)]
        .into_iter()
        .filter(|(_, text)| text.is_empty())
        .map(|(field, _)| FieldRule::Empty.of(field))
        .collect();
    if !empty.is_empty() {
        return Err(empty.into());
    }
    let earliest = Instant::now() + core.refused_after;
    let done = verified(core, origin, browser, email, password).await;
    if matches!(done, Err(CoreError::Refused(_))) {
        sleep_until(earliest).await;
    }
    done
}

async fn verified(
    core: &Core,
    origin: &Origin,
    browser: &Browser,
    email: &str,
    password: &str,
) -> Result<Started, CoreError> {
    let identifier = Identifier::of(email);
    let policy = policy::platform(core).await?;
    let found = accounts::find_credential(core, &identifier).await?;
    let account = found.as_ref().map(|credential| (credential.home, credential.account));
    let device = account.and_then(|(_, account)| browser.devices.of(account));
    let claim = Claim { identifier: &identifier, account, device };
    let attempt = lockout::admit(core, policy.lockout, &claim, origin).await?;

    // Whatever is longer than any password is wrong for every account, so it gives none away.
    let right = match Password::typed(password) {
        Some(password) => verify(core, &attempt, &identifier, found, &password).await?,
        None => None,
    };
    if let Some((credential, stronger)) = right
        && let Some(started) =
            start(core, origin, browser, policy.session, &attempt, &credential, stronger.as_ref()).await?
    {
        return Ok(started);
    }
    Err(lockout::fail(core, &attempt, account, origin).await?.into())
}

/// The credential, if the password is its, and the same password hashed with more work where that was raised.
async fn verify(
    core: &Core,
    attempt: &Attempt,
    identifier: &Identifier,
    found: Option<Credential>,
    password: &Password,
) -> Result<Option<(Credential, Option<crate::hasher::PasswordHash>)>, CoreError> {
    let found = found.filter(|_| !attempt.stopped);
    let hash = found.as_ref().map_or(&*core.nobody, |credential| &credential.password);
    let right = match core.hasher.verify(password, hash).await {
        Ok(right) => right,
        Err(error) => {
            lockout::give_back(core, attempt, identifier).await?;
            return Err(error);
        }
    };
    let Some(credential) = found.filter(|_| right) else { return Ok(None) };
    if !core.hasher.is_outdated(&credential.password) {
        return Ok(Some((credential, None)));
    }
    // A busy moment is no reason to turn somebody away who has shown the right password: next time, then.
    match core.hasher.hash(password).await {
        Ok(stronger) => Ok(Some((credential, Some(stronger)))),
        Err(CoreError::Refused(_)) => Ok(Some((credential, None))),
        Err(failed) => Err(failed),
    }
}

/// `None` if the password was changed after it was verified.
async fn start(
    core: &Core,
    origin: &Origin,
    browser: &Browser,
    policy: SessionPolicy,
    attempt: &Attempt,
    credential: &Credential,
    stronger: Option<&crate::hasher::PasswordHash>,
) -> Result<Option<Started>, CoreError> {
    let token = Token::new(&core.random);
    let Credential { home, account, version, .. } = *credential;
    let proven = Proven { home, account, version };
    let started = core.store.write(async |mut tx| {
        let started = session::start(&mut tx, proven, policy, &token, browser, origin).await?;
        let (person, ended) = started.ok_or(Refusal::SignedOut)?;
        lockout::succeed(&mut tx, attempt, home, account).await?;
        if let Some(stronger) = stronger {
            accounts::rehash_password(&mut tx, home, account, stronger).await?;
        }
        let caller = Caller::from(person.clone());
        Ok((person, tx.commit(&caller, Event::SessionStarted { ended }).await?))
    });
    match started.await {
        Ok(person) => Ok(Some(session::begun(core, browser, token, person).await?)),
        Err(CoreError::Refused(Refusal::SignedOut)) => Ok(None),
        Err(error) => Err(error),
    }
}
