//! Signing in: with a password, and with a second factor where there is one.
mod second;
mod store;

pub(crate) use second::purge;
pub use second::{LIFETIME_SECS, enter_code, is_waiting};

use crate::Core;
use crate::account::{Proven, store as accounts};
use crate::audit::Event;
use crate::caller::{Caller, Origin};
use crate::error::{CoreError, Failure};
use crate::hasher::Turn;
use crate::identifier::Identifier;
use crate::lockout::{self, Attempt};
use crate::mail::{self, Letter};
use crate::policy;
use crate::proof::{self, Right};
use crate::second_factor::store as second_factors;
use crate::session::{self, Browser, Started};
use crate::token::Token;
use portvakt_model::fault::{FieldRule, Refusal};
use portvakt_model::policy::SessionPolicy;
use std::time::Duration;
use tokio::time::Instant;
use tracing::Instrument;

/// A refused sign-in takes this or a multiple of it, and four times as long while hashes of another program are left: longer
/// than any of them needs by itself, so that the time tells nobody whether a name is known, locked or only wrong.
pub const REFUSED_AFTER: Duration = Duration::from_millis(250);

/// How far somebody has come.
pub enum Step {
    /// To the end: a session has begun.
    SignedIn(Started),
    /// To their second factor, which waits under this token.
    SecondFactor(Token),
}

/// Verifies an address and a password and begins a session, in place of the one that the browser brought; or asks whoever has
/// a second factor for it.
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
) -> Result<Step, CoreError> {
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
        core.keep_pace_of_passwords(begun).await;
    }
    done
}

fn count(outcome: &'static str) {
    metrics::counter!("portvakt_sign_ins_total", "outcome" => outcome).increment(1);
}

fn outcome(done: &Result<Step, CoreError>) -> &'static str {
    match done {
        Ok(Step::SignedIn(_)) => "signed_in",
        Ok(Step::SecondFactor(_)) => "second_factor",
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
) -> Result<Step, CoreError> {
    let policy = policy::platform(core).await?.session;
    let tried = proof::of(core, turn, origin, &browser.devices, Identifier::of(email), password).await?;
    let started = match &tried.right {
        Some(right) => start(core, origin, browser, policy, &tried.attempt, right).await,
        None => Ok(None),
    };
    tried.end(core, origin, started).await
}

/// `None` if the password was changed after it was verified.
async fn start(
    core: &Core,
    origin: &Origin,
    browser: &Browser,
    policy: SessionPolicy,
    attempt: &Attempt,
    right: &Right,
) -> Result<Option<Step>, CoreError> {
    let token = Token::new(&core.random);
    let proven @ Proven { home, account, version } = right.proven();
    let started = core.store.write(async |mut tx| {
        if second_factors::is_enrolled(tx.conn(), home, account).await? {
            second::wait(&mut tx, proven, attempt.known_device, &token).await?.ok_or(Refusal::SignedOut)?;
            lockout::succeed(&mut tx, attempt, home, account).await?;
            if let Some(stronger) = &right.stronger {
                accounts::rehash_password(&mut tx, home, account, stronger).await?;
            }
            let event = Event::SecondFactorAsked { home, account, origin: origin.clone() };
            return Ok((None, tx.commit(&Caller::Claimant(origin.reference), event).await?));
        }
        let started = session::start(&mut tx, proven, policy, &token, browser, origin).await?;
        let (person, ended) = started.ok_or(Refusal::SignedOut)?;
        lockout::succeed(&mut tx, attempt, home, account).await?;
        if !right.credential.is_first && !attempt.known_device {
            mail::tell(&mut tx, home, account, Letter::NewDevice, origin).await?;
        }
        if let Some(stronger) = &right.stronger {
            accounts::rehash_password(&mut tx, home, account, stronger).await?;
        }
        let caller = Caller::from(person.clone());
        Ok((Some(person), tx.commit(&caller, Event::SessionStarted { ended, factor: None }).await?))
    });
    match started.await {
        Ok(Some(person)) => Ok(Some(Step::SignedIn(session::begun(core, browser, token, person, version).await?))),
        Ok(None) => Ok(Some(Step::SecondFactor(token))),
        Err(CoreError::Refused(Refusal::SignedOut)) => Ok(None),
        Err(error) => Err(error),
    }
}
