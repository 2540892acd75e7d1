//! The part of a sign-in of somebody whose organisation demands a second factor that they have not: they set it up.
use super::advance::{Arrival, Onward, advance};
use super::{Step, store};
use crate::Core;
use crate::account::Proven;
use crate::audit::Event;
use crate::caller::Origin;
use crate::error::CoreError;
use crate::policy;
use crate::second_factor::{self, Beginner, NewCodeApp};
use crate::session::{Browser, store as sessions};
use crate::token::Token;
use portvakt_model::fault::Refusal;
use portvakt_model::second_factor::{Enrolment, NewRecoveryCodes};
use portvakt_model::stage::Stage;

/// The code app that whoever waits under this token is setting up. `None` if nobody waits there for that.
///
/// # Errors
/// If the database fails.
pub async fn enrolment(core: &Core, token: &Token) -> Result<Option<Enrolment>, CoreError> {
    match store::find(core, token, Stage::EnrolSecondFactor).await? {
        Some(Proven { home, account, .. }) => {
            second_factor::begun(core, &Beginner::of_sign_in(home, account, token)).await
        }
        None => Ok(None),
    }
}

/// Sets the code app up whose code this is, for whoever waits under this token; their sessions end everywhere and they go on
/// here. They are told recovery codes once.
///
/// # Errors
/// [`Refusal::SignedOut`] if nobody waits there for that, or it no longer may; [`Refusal::Fields`] for a code that is wrong.
#[tracing::instrument(name = "sign_in.enrol", skip_all)]
pub async fn enrol(
    core: &Core,
    origin: &Origin,
    browser: &Browser,
    token: &Token,
    typed: &str,
) -> Result<(Step, NewRecoveryCodes), CoreError> {
    let found = store::find(core, token, Stage::EnrolSecondFactor).await?.ok_or(Refusal::SignedOut)?;
    let (home, account) = (found.home, found.account);
    let new = NewCodeApp::of(core, Beginner::of_sign_in(home, account, token), typed).await?;
    let policy = policy::of(core, home, account).await?;
    let next = Token::new(&core.random);
    let (onward, version) = core
        .store
        .write(async |mut tx| {
            let found = store::consume(&mut tx, token, Stage::EnrolSecondFactor).await?.ok_or(Refusal::SignedOut)?;
            let version = new.put(&mut tx, origin).await?;
            sessions::delete_all(&mut tx, home, account).await?;
            let factor = Some(second_factor::Shown::CodeApp.factor());
            let arrival = Arrival { proven: Proven { version, ..found.proven }, factor, ..found };
            let onward = advance(&mut tx, &arrival, &policy, &next, browser, origin).await?;
            let onward = onward.ok_or(Refusal::SignedOut)?;
            let signed_in = matches!(onward, Onward::In(..));
            let event = Event::CodeAppAdded { home, account, origin: origin.clone(), signed_in };
            let ended = tx.commit(&onward.caller(origin), event).await?;
            Ok(((onward, version), ended))
        })
        .await?;
    core.sessions.forget(account);
    let step = super::step(core, browser, next, onward, version).await?;
    super::count(super::of_step(&step));
    Ok((step, new.revealed()))
}
