//! The second half of a sign-in of somebody who has a second factor: a code of it.
use super::advance::{Arrival, Onward, advance, asked};
use super::{Step, store};
use crate::Core;
use crate::account::Proven;
use crate::audit::Event;
use crate::caller::{Caller, Origin};
use crate::error::{CoreError, Failure};
use crate::mail::News;
use crate::policy;
use crate::second_factor;
use crate::session::Browser;
use crate::token::Token;
use portvakt_model::fault::Refusal;
use portvakt_model::second_factor::{Code, TRIES};
use portvakt_model::stage::Stage;
use tracing::Instrument;

/// Takes a code and begins the session of whoever has shown it, in place of the one that the browser brought; or asks them
/// for another password, if the one that they have typed falls short.
///
/// # Errors
/// [`Refusal::SignedOut`] if nothing waits under this token, or it no longer may; [`Refusal::Fields`] for what is no code;
/// [`Refusal::WrongCode`], and after the last try nothing waits any more; [`Refusal::CodesLocked`] and [`Refusal::CodesStopped`]
/// if none is checked.
#[tracing::instrument(name = "sign_in.enter_code", skip_all)]
pub async fn enter_code(
    core: &Core,
    origin: &Origin,
    browser: &Browser,
    waiting: &Token,
    typed: &str,
) -> Result<Step, CoreError> {
    let second = Code::parse(typed).map_err(|rule| vec![rule.of("code")])?;
    // On its own, so that a try whose client hangs up is answered for all the same: counted, and in the log.
    let (core, origin, browser, waiting) = (core.clone(), origin.clone(), browser.clone(), waiting.clone());
    let entering = async move { entered(&core, &origin, &browser, &waiting, &second).await };
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
    second: &Code,
) -> Result<Step, CoreError> {
    let found = store::find(core, waiting, Stage::SecondFactor).await?.ok_or(Refusal::SignedOut)?;
    let policy = policy::of(core, found.home, found.account).await?;
    let token = Token::new(&core.random);
    let came = core.store.write(async |mut tx| {
        let (found, tries) = store::count_try(&mut tx, waiting, TRIES).await?.ok_or(Refusal::SignedOut)?;
        let Proven { home, account, version } = found.proven;
        let Some(shown) = second_factor::try_code(&mut tx, home, account, second, origin).await? else {
            let left = TRIES.saturating_sub(tries);
            if left == 0 {
                // Whoever tries has the password.
                store::delete(&mut tx, waiting).await?;
                second_factor::tell(&mut tx, home, account, News::CodesRefused, origin).await?;
            }
            let event = Event::CodeRefused { home, account, origin: origin.clone() };
            return Ok((Came::Wrong(left), tx.commit(&Caller::Claimant(origin.reference), event).await?));
        };
        store::delete(&mut tx, waiting).await?;
        second_factor::tell_of(&mut tx, home, account, shown, origin).await?;
        let arrival = Arrival { factor: Some(shown.factor()), ..found };
        let onward = advance(&mut tx, &arrival, &policy, &token, browser, origin).await?.ok_or(Refusal::SignedOut)?;
        let event = match &onward {
            Onward::In(_, ended) => Event::SessionStarted { ended: *ended, factor: arrival.factor },
            Onward::On(stage) => asked(*stage, arrival.proven, origin),
        };
        let ended = tx.commit(&onward.caller(origin), event).await?;
        Ok((Came::On(onward, version), ended))
    });
    match came.await? {
        Came::On(onward, version) => super::step(core, browser, token, onward, version).await,
        Came::Wrong(left) => Err(Refusal::WrongCode { left: Some(left) }.into()),
    }
}
