//! Step-up: the most sensitive actions need a proof of identity from the last ten minutes. The page asks for it in
//! place. If the account has a second factor, the person shows a passkey or a code, otherwise the password. The request
//! with the proof continues with the action. A passkey needs JavaScript. Without JavaScript, an account with a passkey
//! and no code app gives its password, or a recovery code if it has no password or if its organisation demands a second
//! factor. If the organisation accepts only passkeys, nothing else is accepted here either.
mod store;

use crate::Core;
use crate::audit::Event;
use crate::caller::{Caller, Person};
use crate::error::{CoreError, Failure};
use crate::hasher::Turn;
use crate::known_device::KnownDevices;
use crate::lockout;
use crate::passkey::{self, Purpose, store as passkeys};
use crate::password::{Password, store as passwords};
use crate::password_try;
use crate::policy;
use crate::second_factor::{self, Second, store as second_factors};
use crate::store::Tx;
use crate::token::Token;
use portvakt_model::fault::Refusal;
use portvakt_model::policy::Demand;
use portvakt_model::proof::{Proof, Typed};
use portvakt_model::second_factor::FRESH_SECS;
use portvakt_model::time::Timestamp;
use sqlx::AnyConnection;
use tracing::Instrument;
use zeroize::Zeroizing;

/// Refuses a caller without a recent proof of identity.
///
/// # Errors
/// [`Refusal::ToBeProven`], with the factors that the caller can show; [`Refusal::SignedOut`] if the session has ended.
pub(crate) async fn require(core: &Core, person: &Person) -> Result<(), CoreError> {
    required(&mut *core.store.reader().acquire().await?, core.clock.now(), person).await
}

/// As [`require`], on the transaction's own connection: a transaction that waited for a second connection would hold
/// its own meanwhile.
///
/// # Errors
/// As [`require`].
pub(crate) async fn require_in(tx: &mut Tx, person: &Person) -> Result<(), CoreError> {
    let now = tx.now();
    required(tx.conn(), now, person).await
}

async fn required(conn: &mut AnyConnection, now: Timestamp, person: &Person) -> Result<(), CoreError> {
    let proven_at = store::proven_at(&mut *conn, person).await?.ok_or(Refusal::SignedOut)?;
    // A time that lies further in the future was written by a clock that was ahead, and does not count.
    if proven_at > now.plus_secs(-FRESH_SECS) && proven_at <= now.plus_secs(FRESH_SECS) {
        return Ok(());
    }
    Err(Refusal::ToBeProven(asked(conn, person).await?).into())
}

/// The factors with which the caller can prove their identity.
async fn asked(conn: &mut AnyConnection, person: &Person) -> Result<Proof, CoreError> {
    let (home, account) = (person.home, person.account);
    let passkey = passkeys::count(&mut *conn, home, account).await? > 0;
    if passkey && passkey::is_wanted(conn, home, account).await? {
        return Ok(Proof { passkey, typed: None });
    }
    let by_password = !second_factors::has_code_app(&mut *conn, home, account).await?
        && passwords::has_password(&mut *conn, home, account).await?
        // If a second factor is demanded, a password alone proves nothing.
        && (!passkey || policy::of_in(conn, home, account).await?.second_factor.demand == Demand::Optional);
    Ok(Proof { passkey, typed: Some(if by_password { Typed::Password } else { Typed::Code }) })
}

/// Accepts a signed-in person's proof of identity, and returns the session's new token. The old one stops working.
///
/// # Errors
/// [`Refusal::NotProven`] for a wrong password. Otherwise as at a sign-in: [`Refusal::WrongCode`], [`Refusal::Locked`],
/// [`Refusal::TooMany`], [`Refusal::Busy`], [`Refusal::CodesLocked`], [`Refusal::CodesStopped`];
/// [`Refusal::WrongPasskey`], also if only a passkey is accepted; [`Refusal::SignedOut`] if the session has ended;
/// [`Refusal::Fields`] if the text in the field `proof` is no code.
#[tracing::instrument(name = "step_up.prove", skip_all)]
pub async fn prove(core: &Core, person: &Person, devices: &KnownDevices, typed: &str) -> Result<Token, CoreError> {
    let (core, person, devices, typed) =
        (core.clone(), person.clone(), devices.clone(), Zeroizing::new(typed.to_owned()));
    // In a task of its own, so that the try is counted and logged even if the client hangs up.
    let proving = async move {
        let asked = asked(&mut *core.store.reader().acquire().await?, &person).await?;
        match asked.typed {
            // A browser's answer is JSON with the field `sealed`. A password may begin with a brace too.
            _ if asked.passkey && typed.starts_with('{') && typed.contains("\"sealed\"") => {
                by_second(&core, &person, &typed).await
            }
            Some(Typed::Code) => by_second(&core, &person, &typed).await,
            Some(Typed::Password) => {
                let turn = core.hasher.turn()?;
                by_password(&core, &turn, &person, &devices, Password::typed(&typed)).await
            }
            None => Err(Refusal::WrongPasskey.into()),
        }
    };
    tokio::spawn(proving.in_current_span()).await.map_err(Failure::from)?
}

async fn by_password(
    core: &Core,
    turn: &Turn,
    person: &Person,
    devices: &KnownDevices,
    password: Option<Password>,
) -> Result<Token, CoreError> {
    let tried = password_try::of_person(core, turn, person, devices, password).await?;
    let done = if tried.right.is_some() {
        let token = Token::new(&core.random);
        let proven = core.store.write(async |mut tx| {
            lockout::succeed(&mut tx, &tried.attempt, person.home, person.account).await?;
            renew(&mut tx, person, &token).await?;
            Ok(((), tx.commit(&Caller::from(person.clone()), Event::proven_again(person, "password")).await?))
        });
        proven.await.map(|()| Some(token.clone()))
    } else {
        Ok(None)
    };
    core.sessions.forget(person.account);
    match tried.end(core, &person.origin, done).await {
        Err(CoreError::Refused(Refusal::WrongCredentials(left))) => Err(Refusal::NotProven(left).into()),
        ended => ended,
    }
}

async fn by_second(core: &Core, person: &Person, typed: &str) -> Result<Token, CoreError> {
    let (home, account) = (person.home, person.account);
    let second = Second::of(core, &Purpose::of_session(person), (home, account), typed).await?;
    let second = second.map_err(|rule| vec![rule.of("proof")])?;
    let (token, caller) = (Token::new(&core.random), Caller::from(person.clone()));
    let is_right = core
        .store
        .write(async |mut tx| {
            let Some(shown) = second_factor::try_second(&mut tx, home, account, &second, &person.origin).await? else {
                let event = second.refused(home, account, &person.origin);
                return Ok((false, tx.commit(&caller, event).await?));
            };
            renew(&mut tx, person, &token).await?;
            second_factor::tell_of_recovery_code(&mut tx, home, account, shown, &person.origin).await?;
            Ok((true, tx.commit(&caller, Event::proven_again(person, shown.factor())).await?))
        })
        .await?;
    core.sessions.forget(account);
    if is_right { Ok(token) } else { Err(second.refusal(None).into()) }
}

async fn renew(tx: &mut Tx, person: &Person, token: &Token) -> Result<(), CoreError> {
    if store::renew(tx, person, token).await? { Ok(()) } else { Err(Refusal::SignedOut.into()) }
}
