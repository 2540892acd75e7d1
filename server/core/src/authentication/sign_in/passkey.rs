//! A sign-in with a passkey alone: the passkey names the account, and the authenticator verifies the user.
use super::advance::{Arrival, Onward, advance, asked};
use super::{Step, count, of_step, step};
use crate::Core;
use crate::account::{Proven, store as accounts};
use crate::audit::Event;
use crate::caller::{Caller, Origin};
use crate::error::{CoreError, Failure};
use crate::passkey::{self, Purpose, ShownPasskey};
use crate::password::store as passwords;
use crate::policy;
use crate::second_factor;
use crate::session::Browser;
use crate::token::Token;
use portvakt_model::fault::Refusal;
use tracing::Instrument;

/// Signs in the account of the passkey that a browser has shown, in place of the browser's earlier session. Asks for a
/// new password if the account has none and its policy demands one.
///
/// # Errors
/// [`Refusal::WrongPasskey`] if the answer shows no passkey of an account that may sign in.
#[tracing::instrument(name = "sign_in.with_passkey", skip_all)]
pub async fn with_passkey(core: &Core, origin: &Origin, browser: &Browser, typed: &str) -> Result<Step, CoreError> {
    // In a task of its own, so that the try is logged even if the client hangs up.
    let (core, origin, browser, typed) = (core.clone(), origin.clone(), browser.clone(), typed.to_owned());
    let entering = async move { entered(&core, &origin, &browser, &typed).await };
    let done = tokio::spawn(entering.in_current_span()).await.map_err(Failure::from)?;
    count(match &done {
        Ok(step) => of_step(step),
        Err(CoreError::Refused(_)) => "wrong_passkey",
        Err(_) => "failed",
    });
    done
}

async fn entered(core: &Core, origin: &Origin, browser: &Browser, typed: &str) -> Result<Step, CoreError> {
    let shown = passkey::shown(core, &Purpose::sign_in(), typed, None).await?;
    if matches!(shown, ShownPasskey::Nothing) {
        return Err(Refusal::WrongPasskey.into());
    }
    let token = Token::new(&core.random);
    let started = core.store.write(async |mut tx| {
        let Some(using) = shown.take(&mut tx, origin).await? else {
            let ShownPasskey::Copy(home, account) = shown else { return Err(Refusal::WrongPasskey.into()) };
            // The passkey names its account, so the log gets an event, and `take` has written a mail to the owner.
            let event = Event::passkey_refused(home, account, true, origin);
            return Ok((None, tx.commit(&Caller::Claimant(origin.reference), event).await?));
        };
        let proven = Proven { home: using.home, account: using.account, version: using.version };
        // After a stopped change of address, no passkey signs in until a new password is chosen: the person has
        // reported an intruder, and the passkey may be the intruder's.
        if !accounts::is_current(&mut tx, proven).await?
            || passwords::is_stopped(&mut tx, proven.home, proven.account).await?
        {
            return Err(Refusal::WrongPasskey.into());
        }
        let known_device = using.is_first || browser.devices.of(proven.account, proven.version).is_some();
        let shown = Some(second_factor::ShownFactor::PasskeyAlone);
        let arrival = Arrival { proven, known_device, falls_short: false, shown };
        let account_policy = policy::account_policy_in(tx.conn(), arrival.proven.home, arrival.proven.account).await?;
        let onward =
            advance(&mut tx, &arrival, &account_policy, &token, browser, origin).await?.ok_or(Refusal::WrongPasskey)?;
        let event = match &onward {
            Onward::In(person, ended) => Event::session_started(person, *ended, arrival.factor()),
            Onward::On(stage) => asked(*stage, proven, origin),
            Onward::Suspended { .. } => {
                Event::sign_in_failed(proven.home, proven.account, arrival.known_device, origin)
            }
        };
        let ended = tx.commit(&onward.caller(origin), event).await?;
        Ok((Some((onward, proven.version)), ended))
    });
    match started.await? {
        Some((onward, version)) => step(core, browser, token, onward, version).await,
        None => Err(Refusal::WrongPasskey.into()),
    }
}
