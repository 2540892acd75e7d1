//! A sign-in takes a password, and a second factor if the account has one. If the typed password no longer meets the
//! policy, the person chooses a new one. A passkey alone counts as both factors.
pub(crate) mod advance;
mod choose;
mod enrol;
mod passkey;
mod second;
mod store;
pub(crate) mod waiting;

pub use choose::choose_password;
pub use enrol::{enrol, enrolment};
pub use passkey::with_passkey;
pub use second::enter_code;
pub(crate) use waiting::purge;
pub use waiting::{LIFETIME_SECS, accepts, rules, stage};

use advance::{Arrival, Onward, advance, asked};

use crate::Core;
use crate::account::{Proven, store as accounts};
use crate::audit::Event;
use crate::caller::Origin;
use crate::error::{CoreError, Failure};
use crate::hasher::Turn;
use crate::identifier::Identifier;
use crate::lockout::{self, Attempt};
use crate::password::{Context, Credential, Password, store as passwords};
use crate::password_try::{self, Right};
use crate::policy;
use crate::session::{self, Browser, Started};
use crate::token::Token;
use portvakt_model::fault::{FieldRule, Refusal};
use portvakt_model::policy::{Accepted, PasswordPolicy};
use portvakt_model::stage::Stage;
use std::time::Duration;
use tokio::time::Instant;
use tracing::Instrument;

/// The time of a refused sign-in, or a multiple of it; four times as long while another program's hash remains. It is
/// longer than the work of any refusal, so the time does not show whether a name is known, locked or has another
/// password.
pub const REFUSED_AFTER: Duration = Duration::from_millis(250);

/// The state of a sign-in.
pub enum Step {
    /// The sign-in is finished: a session has begun.
    SignedIn(Started),
    /// The next stage, and the token under which the sign-in waits.
    Waiting(Stage, Token),
}

/// Verifies an address and a password. Begins a session in place of the browser's earlier one, or asks for the next
/// stage.
///
/// # Errors
/// [`Refusal::WrongCredentials`] for an unknown address, a wrong password and an account that cannot sign in, without a
/// difference: a password hash is verified in each case. [`Refusal::Locked`] and [`Refusal::TooMany`] if no password is
/// verified for now. [`Refusal::Busy`] if the hasher's queue is full. [`Refusal::Fields`] if a field is empty.
#[tracing::instrument(name = "sign_in", skip_all)]
pub async fn sign_in(
    core: &Core,
    origin: &Origin,
    browser: &Browser,
    email: &str,
    password: &str,
) -> Result<Step, CoreError> {
    // The password is not trimmed: a space counts as a character.
    let empty: Vec<_> = [("email", email.trim()), ("password", password)]
        .into_iter()
        .filter(|(_, text)| text.is_empty())
        .map(|(field, _)| FieldRule::Empty.of(field))
        .collect();
    if !empty.is_empty() {
        return Err(empty.into());
    }
    // A full queue refuses at once, before anything is read of the account.
    let turn = core.hasher.turn().inspect_err(|_| count("busy"))?;
    let begun = Instant::now();
    let done = {
        // In a task of its own, so that the try is counted and logged even if the client hangs up.
        let (core, origin, browser) = (core.clone(), origin.clone(), browser.clone());
        let (email, password) = (email.to_owned(), Password::typed(password));
        let checking = async move { checked(&core, &turn, &origin, &browser, &email, password).await };
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

fn of_step(step: &Step) -> &'static str {
    match step {
        Step::SignedIn(_) => "signed_in",
        Step::Waiting(Stage::SecondFactor, _) => "second_factor",
        Step::Waiting(Stage::EnrolSecondFactor, _) => "enrol_second_factor",
        Step::Waiting(..) => "choose_password",
    }
}

/// The result of a step, after its transaction was committed.
pub(crate) async fn step(
    core: &Core,
    browser: &Browser,
    token: Token,
    onward: Onward,
    version: i64,
) -> Result<Step, CoreError> {
    Ok(match onward {
        Onward::In(person, _) => Step::SignedIn(session::begun(core, browser, token, person, version).await?),
        Onward::On(stage) => Step::Waiting(stage, token),
        Onward::Suspended { organisation } => return Err(Refusal::Suspended { organisation }.into()),
    })
}

fn outcome(done: &Result<Step, CoreError>) -> &'static str {
    match done {
        Ok(step) => of_step(step),
        Err(CoreError::Refused(Refusal::WrongCredentials(_))) => "wrong",
        Err(CoreError::Refused(Refusal::Suspended { .. })) => "suspended",
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
    password: Option<Password>,
) -> Result<Step, CoreError> {
    let tried = password_try::of(core, turn, origin, &browser.devices, Identifier::of(email), password).await?;
    let started = match &tried.right {
        Some(right) => start(core, origin, browser, &tried.attempt, right).await,
        None => Ok(None),
    };
    let Err(CoreError::Refused(suspended @ Refusal::Suspended { .. })) = started else {
        return tried.end(core, origin, started).await;
    };
    // It counts like a wrong try, so that nobody fills the log or keeps the hasher busy with it.
    match tried.end::<Step>(core, origin, Ok(None)).await {
        Err(CoreError::Refused(Refusal::WrongCredentials(_))) => Err(suspended.into()),
        locked => locked,
    }
}

/// The policy's judgement of a typed password.
struct Judged {
    falls_short: bool,
    /// The rules that the typed password meets. `None` if the stored ones cover the policy's, or if the password breaks
    /// a rule.
    accepted: Option<Accepted>,
}

fn judged(core: &Core, rules: &PasswordPolicy, right: &Right, context: &Context) -> Judged {
    let Credential { set_at, accepted, .. } = right.credential;
    let breaks = right.password.falls_short(core, rules, context);
    let falls_short = breaks || rules.is_too_old(set_at, core.clock.now());
    let demanded = rules.demanded();
    let accepted = (!breaks && !accepted.covers(demanded)).then(|| accepted.and(demanded));
    Judged { falls_short, accepted }
}

/// `None` if the password was changed after it was verified.
async fn start(
    core: &Core,
    origin: &Origin,
    browser: &Browser,
    attempt: &Attempt,
    right: &Right,
) -> Result<Option<Step>, CoreError> {
    let token = Token::new(&core.random);
    let proven @ Proven { home, account, version } = right.proven();
    let known_device = attempt.known_device || right.credential.is_first;
    let (name, email, organisation) = accounts::known(core, home, account).await?;
    let context = Context::new(&[&name, &email, &organisation]);
    let started = core.store.write(async |mut tx| {
        if !accounts::is_current(&mut tx, proven).await? {
            return Err(Refusal::SignedOut.into());
        }
        // Reads the policy in this transaction, so that a policy that was saved after the password's verification
        // counts.
        let account_policy = policy::account_policy_in(tx.conn(), home, account).await?;
        let judged = judged(core, &account_policy.policy.password, right, &context);
        let arrival = Arrival { proven, known_device, falls_short: judged.falls_short, shown: None };
        if let Some(accepted) = judged.accepted {
            passwords::note_accepted(&mut tx, home, account, accepted).await?;
        }
        if let Some(stronger) = &right.stronger {
            passwords::rehash_password(&mut tx, home, account, stronger).await?;
        }
        let onward = advance(&mut tx, &arrival, &account_policy, &token, browser, origin).await?;
        let onward = onward.ok_or(Refusal::SignedOut)?;
        lockout::succeed(&mut tx, attempt, home, account).await?;
        let event = match &onward {
            Onward::In(person, ended) => Event::session_started(person, *ended, None),
            Onward::On(stage) => asked(*stage, proven, origin),
            // The calling function counts the try and writes the event.
            Onward::Suspended { organisation } => return Err(Refusal::Suspended { organisation: *organisation }.into()),
        };
        let ended = tx.commit(&onward.caller(origin), event).await?;
        Ok((onward, ended))
    });
    match started.await {
        Ok(onward) => Ok(Some(step(core, browser, token, onward, version).await?)),
        Err(CoreError::Refused(Refusal::SignedOut)) => Ok(None),
        Err(error) => Err(error),
    }
}
