//! The second half of a sign-in: whoever has shown their password and has a second factor waits here, without a session, until
//! they have shown a code of it.
use super::store;
use crate::Core;
use crate::account::Proven;
use crate::audit::Event;
use crate::caller::{Caller, Origin};
use crate::error::{CoreError, Failure};
use crate::mail::{self, Letter, News};
use crate::policy;
use crate::second_factor;
use crate::session::{self, Browser, Started};
use crate::store::Tx;
use crate::token::Token;
use portvakt_model::fault::Refusal;
use portvakt_model::second_factor::{Code, TRIES};
use tracing::Instrument;

/// Seconds that somebody may take between the password and the code.
pub const LIFETIME_SECS: i64 = 10 * 60;
/// Such sign-ins of one account at once; one more ends the oldest. Whoever has the password can begin them: that must not keep
/// its owner out.
const MOST: i64 = 20;

/// Lets a sign-in wait for its second factor. `None` if the password was changed after it was verified.
pub(super) async fn wait(
    tx: &mut Tx,
    proven: Proven,
    known_device: bool,
    token: &Token,
) -> Result<Option<()>, CoreError> {
    if !crate::account::store::is_current(tx, proven).await? {
        return Ok(None);
    }
    store::delete_oldest(tx, proven.home, proven.account, MOST - 1).await?;
    store::insert(tx, proven, known_device, token, LIFETIME_SECS).await?;
    Ok(Some(()))
}

/// Whether a sign-in waits for its second factor under this token.
///
/// # Errors
/// If the database fails.
pub async fn is_waiting(core: &Core, token: &Token) -> Result<bool, CoreError> {
    store::is_there(core, token).await
}

/// Takes a code and begins the session of whoever has shown it, in place of the one that the browser brought.
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
) -> Result<Started, CoreError> {
    let second = Code::parse(typed).map_err(|rule| vec![rule.of("code")])?;
    // On its own, so that a try whose client hangs up is answered for all the same: counted, and in the log.
    let (core, origin, browser, waiting) = (core.clone(), origin.clone(), browser.clone(), waiting.clone());
    let entering = async move { entered(&core, &origin, &browser, &waiting, &second).await };
    let done = tokio::spawn(entering.in_current_span()).await.map_err(Failure::from)?;
    super::count(match &done {
        Ok(_) => "signed_in",
        Err(CoreError::Refused(_)) => "wrong_code",
        Err(_) => "failed",
    });
    done
}

enum Came {
    In(crate::caller::Person, i64),
    Wrong(u32),
}

async fn entered(
    core: &Core,
    origin: &Origin,
    browser: &Browser,
    waiting: &Token,
    second: &Code,
) -> Result<Started, CoreError> {
    let policy = policy::platform(core).await?.session;
    let token = Token::new(&core.random);
    let came = core.store.write(async |mut tx| {
        let found = store::count_try(&mut tx, waiting, TRIES).await?.ok_or(Refusal::SignedOut)?;
        let Proven { home, account, version } = found.proven;
        let Some(shown) = second_factor::try_code(&mut tx, home, account, second).await? else {
            let left = TRIES.saturating_sub(found.tries);
            if left == 0 {
                // Whoever tries has the password.
                store::delete(&mut tx, waiting).await?;
                second_factor::tell(&mut tx, home, account, News::CodesRefused, origin).await?;
            }
            let event = Event::CodeRefused { home, account, origin: origin.clone() };
            return Ok((Came::Wrong(left), tx.commit(&Caller::Claimant(origin.reference), event).await?));
        };
        store::delete(&mut tx, waiting).await?;
        let started = session::start(&mut tx, found.proven, policy, &token, browser, origin).await?;
        let (person, ended) = started.ok_or(Refusal::SignedOut)?;
        if !found.known_device {
            mail::tell(&mut tx, home, account, Letter::NewDevice, origin).await?;
        }
        second_factor::tell_of(&mut tx, home, account, shown, origin).await?;
        let event = Event::SessionStarted { ended, factor: Some(shown.factor()) };
        Ok((Came::In(person.clone(), version), tx.commit(&Caller::from(person), event).await?))
    });
    match came.await? {
        Came::In(person, version) => session::begun(core, browser, token, person, version).await,
        Came::Wrong(left) => Err(Refusal::WrongCode { left: Some(left) }.into()),
    }
}

/// Takes away what was begun and not finished.
///
/// # Errors
/// If the database fails.
pub(crate) async fn purge(core: &Core) -> Result<(), CoreError> {
    core.store
        .tidy(async |mut tx| {
            store::delete_ended(&mut tx).await?;
            Ok(((), tx.commit_housekeeping("sign-ins that were not finished").await?))
        })
        .await
}
