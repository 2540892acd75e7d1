//! The stage of a sign-in that asks for the second factor: a passkey or a code.
use super::advance::{Arrival, Onward, advance, asked};
use super::{Step, store, waiting};
use crate::Core;
use crate::account::Proven;
use crate::audit::Event;
use crate::caller::{Caller, Origin};
use crate::error::{CoreError, Failure};
use crate::mail::News;
use crate::passkey::Purpose;
use crate::policy;
use crate::second_factor::{self, Second};
use crate::session::Browser;
use crate::token::Token;
use portvakt_model::fault::Refusal;
use portvakt_model::second_factor::TRIES;
use tracing::Instrument;

/// Accepts a code or a browser's answer to a ceremony. Begins a session in place of the browser's earlier one, or asks
/// for the next stage.
///
/// # Errors
/// [`Refusal::SignedOut`] if no sign-in waits under this token for a second factor, or if the credentials were changed
/// meanwhile; [`Refusal::Fields`] if the text is no code; [`Refusal::WrongCode`] and [`Refusal::WrongPasskey`], which
/// after the last try end the waiting sign-in; [`Refusal::CodesLocked`] and [`Refusal::CodesStopped`] if no code is
/// checked.
#[tracing::instrument(name = "sign_in.enter_code", skip_all)]
pub async fn enter_code(
    core: &Core,
    origin: &Origin,
    browser: &Browser,
    token: &Token,
    typed: &str,
) -> Result<Step, CoreError> {
    let found = waiting::proving(core, token).await?.ok_or(Refusal::SignedOut)?;
    let second = Second::of(core, &Purpose::of_token(token), (found.home, found.account), typed).await?;
    let second = second.map_err(|rule| vec![rule.of("code")])?;
    // In a task of its own, so that the try is counted and logged even if the client hangs up.
    let (core, origin, browser, token) = (core.clone(), origin.clone(), browser.clone(), token.clone());
    let entering = async move { entered(&core, &origin, &browser, &token, &second).await };
    let done = tokio::spawn(entering.in_current_span()).await.map_err(Failure::from)?;
    super::count(match &done {
        Ok(step) => super::of_step(step),
        Err(CoreError::Refused(_)) => "wrong_code",
        Err(_) => "failed",
    });
    done
}

enum Came {
    On(Onward, i64),
    Wrong(u32),
}

async fn entered(
    core: &Core,
    origin: &Origin,
    browser: &Browser,
    waiting: &Token,
    second: &Second,
) -> Result<Step, CoreError> {
    let token = Token::new(&core.random);
    let came = core.store.write(async |mut tx| {
        let (found, tries) = store::count_try(&mut tx, waiting, TRIES).await?.ok_or(Refusal::SignedOut)?;
        let Proven { home, account, version } = found.proven;
        let Some(shown) = second_factor::try_second(&mut tx, home, account, second, origin).await? else {
            let left = TRIES.saturating_sub(tries);
            if left == 0 {
                // The owner gets a mail, because the claimant has the password.
                store::delete(&mut tx, waiting).await?;
                second_factor::tell(&mut tx, home, account, News::CodesRefused, origin).await?;
            }
            let event = second.refused(home, account, origin);
            return Ok((Came::Wrong(left), tx.commit(&Caller::Claimant(origin.reference), event).await?));
        };
        store::delete(&mut tx, waiting).await?;
        second_factor::tell_of_recovery_code(&mut tx, home, account, shown, origin).await?;
        let arrival = Arrival { shown: Some(shown), ..found };
        let account_policy = policy::account_policy_in(tx.conn(), arrival.proven.home, arrival.proven.account).await?;
        let onward =
            advance(&mut tx, &arrival, &account_policy, &token, browser, origin).await?.ok_or(Refusal::SignedOut)?;
        let event = match &onward {
            Onward::In(person, ended) => Event::session_started(person, *ended, arrival.factor()),
            Onward::On(stage) => asked(*stage, arrival.proven, origin),
            Onward::Suspended { .. } => {
                Event::sign_in_failed(arrival.proven.home, arrival.proven.account, arrival.known_device, origin)
            }
        };
        let ended = tx.commit(&onward.caller(origin), event).await?;
        Ok((Came::On(onward, version), ended))
    });
    match came.await? {
        Came::On(onward, version) => super::step(core, browser, token, onward, version).await,
        Came::Wrong(left) => Err(second.refusal(Some(left)).into()),
    }
}
