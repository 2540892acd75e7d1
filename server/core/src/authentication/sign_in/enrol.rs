//! The stage of a sign-in whose organisation demands a second factor that the account lacks: the enrolment.
use super::advance::{Arrival, Onward, advance};
use super::{Step, store, waiting};
use crate::Core;
use crate::account::Proven;
use crate::audit::Event;
use crate::caller::Origin;
use crate::error::CoreError;
use crate::passkey::NewPasskey;
use crate::policy;
use crate::second_factor::{self, Beginner, NewCodeApp, ShownFactor};
use crate::session::{Browser, store as sessions};
use crate::store::Tx;
use crate::token::Token;
use portvakt_model::fault::Refusal;
use portvakt_model::id::{AccountId, TenantId};
use portvakt_model::second_factor::{Demanded, NewRecoveryCodes};
use portvakt_model::stage::Stage;

/// The enrolment for which the sign-in under this token waits, with the code app that is being set up. `None` if no
/// sign-in waits for an enrolment.
///
/// # Errors
/// If the database fails.
pub async fn enrolment(core: &Core, token: &Token) -> Result<Option<Demanded>, CoreError> {
    let Some(Proven { home, account, .. }) = waiting::enrolling(core, token).await? else { return Ok(None) };
    let code_app = second_factor::begun(core, &Beginner::of_sign_in(home, account, token)).await?;
    Ok(Some(Demanded { code_app }))
}

/// A new second factor that has shown a right code or a valid answer.
enum New {
    CodeApp(Box<NewCodeApp>),
    Passkey(Box<NewPasskey>),
}

impl New {
    async fn of(core: &Core, beginner: Beginner, typed: &str) -> Result<Self, CoreError> {
        // A browser's answer begins with a brace, and a code never does.
        Ok(if typed.starts_with('{') {
            Self::Passkey(Box::new(NewPasskey::of(core, beginner, typed)?))
        } else {
            Self::CodeApp(Box::new(NewCodeApp::of(core, beginner, typed).await?))
        })
    }

    const fn shown(&self) -> ShownFactor {
        match self {
            Self::CodeApp(_) => ShownFactor::CodeApp,
            Self::Passkey(_) => ShownFactor::Passkey,
        }
    }

    /// Stores the factor. Returns the new version of the credentials, and whether the account got new recovery codes.
    async fn put(&self, tx: &mut Tx, origin: &Origin) -> Result<(i64, bool), CoreError> {
        match self {
            Self::CodeApp(new) => Ok((new.put(tx, origin).await?, true)),
            Self::Passkey(new) => new.put(tx, origin).await,
        }
    }

    fn event(&self, home: TenantId, account: AccountId, origin: &Origin, signed_in: bool) -> Event {
        match self {
            Self::CodeApp(_) => Event::code_app_added(home, account, origin, signed_in),
            Self::Passkey(new) => Event::passkey_added(home, account, new.name(), origin, signed_in),
        }
    }

    fn revealed(&self, with_codes: bool) -> NewRecoveryCodes {
        match self {
            Self::CodeApp(new) => new.revealed(),
            Self::Passkey(new) => new.revealed(with_codes),
        }
    }
}

/// Sets up the code app of this code, or the passkey that the browser made, for the sign-in that waits under this
/// token. Ends the account's sessions everywhere, and signs in or asks for the next stage. Returns the new recovery
/// codes, which are shown once.
///
/// # Errors
/// [`Refusal::SignedOut`] if no sign-in waits under this token for an enrolment, or if the credentials were changed
/// meanwhile; [`Refusal::Fields`] if the code is wrong; [`Refusal::NotFound`] if the enrolment of the code app has
/// expired; [`Refusal::WrongPasskey`] if the browser's answer is not valid.
#[tracing::instrument(name = "sign_in.enrol", skip_all)]
pub async fn enrol(
    core: &Core,
    origin: &Origin,
    browser: &Browser,
    token: &Token,
    typed: &str,
) -> Result<(Step, NewRecoveryCodes), CoreError> {
    let found = waiting::enrolling(core, token).await?.ok_or(Refusal::SignedOut)?;
    let (home, account) = (found.home, found.account);
    let new = New::of(core, Beginner::of_sign_in(home, account, token), typed).await?;
    let next = Token::new(&core.random);
    let (onward, version, with_codes) = core
        .store
        .write(async |mut tx| {
            let found = store::consume(&mut tx, token, Stage::EnrolSecondFactor).await?.ok_or(Refusal::SignedOut)?;
            let (version, with_codes) = new.put(&mut tx, origin).await?;
            sessions::delete_all(&mut tx, home, account).await?;
            let proven = Proven { version, ..found.proven };
            let arrival = Arrival { proven, shown: Some(new.shown()), ..found };
            let account_policy =
                policy::account_policy_in(tx.conn(), arrival.proven.home, arrival.proven.account).await?;
            let onward = advance(&mut tx, &arrival, &account_policy, &next, browser, origin).await?;
            let onward = onward.and_then(Onward::unless_suspended).ok_or(Refusal::SignedOut)?;
            let signed_in = matches!(onward, Onward::In(..));
            let event = new.event(home, account, origin, signed_in);
            let ended = tx.commit(&onward.caller(origin), event).await?;
            Ok(((onward, version, with_codes), ended))
        })
        .await?;
    core.sessions.forget(account);
    let step = super::step(core, browser, next, onward, version).await?;
    super::count(super::of_step(&step));
    Ok((step, new.revealed(with_codes)))
}
