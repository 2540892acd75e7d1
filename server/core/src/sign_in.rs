//! Signing in with a password.
use crate::Core;
use crate::account::{Credential, Proven, store as accounts};
use crate::audit::Event;
use crate::caller::{Caller, Origin};
use crate::error::{CoreError, Failure};
use crate::hasher::{PasswordHash, Turn};
use crate::identifier::Identifier;
use crate::lockout::{self, Attempt, Claim};
use crate::mail::{self, Letter};
use crate::password::Password;
use crate::policy;
use crate::session::{self, Browser, Started};
use crate::token::Token;
use portvakt_model::fault::{FieldRule, Refusal};
use portvakt_model::policy::SessionPolicy;
use std::time::Duration;
use tokio::time::Instant;
use tracing::Instrument;

/// A refused sign-in takes this or a multiple of it: longer than any of them needs by itself, so that the time tells nobody
/// whether a name is known, locked or only wrong.
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
    // Told at once, and before anything is read of the account.
    let turn = core.hasher.turn().inspect_err(|_| count("busy"))?;
    let begun = Instant::now();
    let done = {
        // On its own, so that a try whose client hangs up is answered for all the same: counted, and in the log.
        let (core, origin, browser) = (core.clone(), origin.clone(), browser.clone());
        let (email, password) = (email.to_owned(), password.to_owned());
        let checking = async move { checked(&core, &turn, &origin, &browser, &email, &password).await };
        tokio::spawn(checking.in_current_span()).await.map_err(Failure::from)?
    };
    count(outcome(&done));
    if matches!(done, Err(CoreError::Refused(_))) {
        core.keep_pace(begun).await;
    }
    done
}

fn count(outcome: &'static str) {
    metrics::counter!("portvakt_sign_ins_total", "outcome" => outcome).increment(1);
}

fn outcome(done: &Result<Started, CoreError>) -> &'static str {
    match done {
        Ok(_) => "signed_in",
        Err(CoreError::Refused(Refusal::WrongCredentials(_))) => "wrong",
        Err(CoreError::Refused(Refusal::Locked { .. })) => "locked",
        Err(CoreError::Refused(Refusal::TooMany { .. })) => "too_many",
        Err(CoreError::Refused(Refusal::Busy { .. })) => "busy",
        Err(_) => "failed",
    }
}

async fn checked(
    core: &Core,
    turn: &Turn,
    origin: &Origin,
    browser: &Browser,
    email: &str,
    password: &str,
) -> Result<Started, CoreError> {
    let identifier = Identifier::of(email);
    let policy = policy::platform(core).await?;
    let found = accounts::find_credential(core, &identifier).await?;
    let account = found.as_ref().map(|credential| (credential.home, credential.account));
    let device = found.as_ref().and_then(|found| browser.devices.of(found.account, found.version));
    let unlocks = found.as_ref().map_or(0, |found| found.unlocks);
    let claim = Claim { identifier: &identifier, account, device, unlocks };
    let attempt = lockout::admit(core, policy.lockout, &claim, origin).await?;
    let started = async {
        // Whatever is longer than any password is wrong for every account, so it gives none away.
        let Some(password) = Password::typed(password) else { return Ok(None) };
        let Some((credential, stronger)) = verify(core, turn, &attempt, found, &password).await? else {
            return Ok(None);
        };
        start(core, origin, browser, policy.session, &attempt, &credential, stronger.as_ref()).await
    };
    match started.await {
        Ok(Some(started)) => Ok(started),
        Ok(None) => Err(lockout::fail(core, &attempt, account, origin).await?.into()),
        Err(error) => {
            lockout::give_back(core, &attempt, &identifier).await?;
            Err(error)
        }
    }
}

/// The credential, if the password is its, and the same password hashed with more work where that was raised.
async fn verify(
    core: &Core,
    turn: &Turn,
    attempt: &Attempt,
    found: Option<Credential>,
    password: &Password,
) -> Result<Option<(Credential, Option<PasswordHash>)>, CoreError> {
    // Of somebody who is suspended as of nobody: the same hash is verified, and nothing is right.
    let found = found.filter(|found| !attempt.is_stopped() && !found.is_suspended);
    let hash = found.as_ref().map_or(&*core.nobody, |credential| &credential.password);
    let right = core.hasher.verify(turn, password, hash).await?;
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
    stronger: Option<&PasswordHash>,
) -> Result<Option<Started>, CoreError> {
    let token = Token::new(&core.random);
    let Credential { home, account, version, .. } = *credential;
    let proven = Proven { home, account, version };
    let started = core.store.write(async |mut tx| {
        let started = session::start(&mut tx, proven, policy, &token, browser, origin).await?;
        let (person, ended) = started.ok_or(Refusal::SignedOut)?;
        lockout::succeed(&mut tx, attempt, home, account).await?;
        if !credential.is_first && !attempt.known_device {
            mail::tell(&mut tx, home, account, Letter::NewDevice, origin).await?;
        }
        if let Some(stronger) = stronger {
            accounts::rehash_password(&mut tx, home, account, stronger).await?;
        }
        let caller = Caller::from(person.clone());
        Ok((person, tx.commit(&caller, Event::SessionStarted { ended }).await?))
    });
    match started.await {
        Ok(person) => Ok(Some(session::begun(core, browser, token, person, version).await?)),
        Err(CoreError::Refused(Refusal::SignedOut)) => Ok(None),
        Err(error) => Err(error),
    }
}
