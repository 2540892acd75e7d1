//! Proving once more that it is them: what matters most is done only by somebody who has proven themselves in the last
//! minutes. They are asked where they are, by a passkey or a code of their second factor if they have one, else by their
//! password, and the same request that answers goes on with what they wanted. A passkey needs a script: without one, whoever
//! has no code app is asked for the password beside it, or a recovery code if they have none or a second factor is demanded of
//! them; where their organisation takes nothing but passkeys, nothing else does here either.
mod store;

use crate::Core;
use crate::audit::Event;
use crate::caller::{Caller, Person};
use crate::error::{CoreError, Failure};
use crate::hasher::Turn;
use crate::known_device::KnownDevices;
use crate::lockout;
use crate::passkey::{self, Purpose, store as passkeys};
use crate::password::store as passwords;
use crate::policy;
use crate::proof;
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

/// Refuses whoever has not proven lately that it is them.
///
/// # Errors
/// [`Refusal::ToBeProven`], with by what they can; [`Refusal::SignedOut`] if their session has ended.
pub(crate) async fn require(core: &Core, person: &Person) -> Result<(), CoreError> {
    required(&mut *core.store.reader().acquire().await?, core.clock.now(), person).await
}

/// The same in a transaction, by its own connection: one that waited for another would keep that from others.
///
/// # Errors
/// As [`require`].
pub(crate) async fn require_in(tx: &mut Tx, person: &Person) -> Result<(), CoreError> {
    let now = tx.now();
    required(tx.conn(), now, person).await
}

async fn required(conn: &mut AnyConnection, now: Timestamp, person: &Person) -> Result<(), CoreError> {
    let proven_at = store::proven_at(&mut *conn, person).await?.ok_or(Refusal::SignedOut)?;
    // A time to come was written by a clock that was ahead.
    if proven_at > now.plus_secs(-FRESH_SECS) && proven_at <= now.plus_secs(FRESH_SECS) {
        return Ok(());
    }
    Err(Refusal::ToBeProven(asked(conn, person).await?).into())
}

/// By what the caller can prove that it is them.
async fn asked(conn: &mut AnyConnection, person: &Person) -> Result<Proof, CoreError> {
    let (home, account) = (person.home, person.account);
    let passkey = passkeys::count(&mut *conn, home, account).await? > 0;
    if passkey && passkey::is_wanted(conn, home, account).await? {
        return Ok(Proof { passkey, typed: None });
    }
    let by_password = !second_factors::has_code_app(&mut *conn, home, account).await?
        && passwords::has_password(&mut *conn, home, account).await?
        // Where a second factor is demanded the first alone proves nothing.
        && (!passkey || policy::of_in(conn, home, account).await?.second_factor.demand == Demand::Optional);
    Ok(Proof { passkey, typed: Some(if by_password { Typed::Password } else { Typed::Code }) })
}

/// Takes what somebody who is signed in proves themselves by. The new token of their session, whose old one is nobody's
/// any more.
///
/// # Errors
/// As a sign-in's: [`Refusal::NotProven`], [`Refusal::WrongCode`], [`Refusal::Locked`], [`Refusal::CodesLocked`],
/// [`Refusal::CodesStopped`], [`Refusal::WrongPasskey`] also for whatever else where nothing but a passkey does;
/// [`Refusal::Fields`] for what is no code, in the field `proof`.
#[tracing::instrument(name = "step_up.prove", skip_all)]
pub async fn prove(core: &Core, person: &Person, devices: &KnownDevices, typed: &str) -> Result<Token, CoreError> {
    let (core, person, devices, typed) = (core.clone(), person.clone(), devices.clone(), typed.to_owned());
    // On its own, so that a try whose client hangs up is answered for all the same: counted, and in the log.
    let proving = async move {
        let asked = asked(&mut *core.store.reader().acquire().await?, &person).await?;
        match asked.typed {
            // A password may begin with a brace, and is not so long.
            _ if asked.passkey && typed.starts_with('{') && typed.contains("\"sealed\"") => {
                by_second(&core, &person, &typed).await
            }
            Some(Typed::Code) => by_second(&core, &person, &typed).await,
            Some(Typed::Password) => {
                let turn = core.hasher.turn()?;
                by_password(&core, &turn, &person, &devices, &typed).await
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
    password: &str,
) -> Result<Token, CoreError> {
    let attempt = proof::of_person(core, turn, person, devices, password).await?;
    let done = if attempt.right.is_some() {
        let token = Token::new(&core.random);
        let proven = core.store.write(async |mut tx| {
            lockout::succeed(&mut tx, &attempt.attempt, person.home, person.account).await?;
            renew(&mut tx, person, &token).await?;
            Ok(((), tx.commit(&Caller::from(person.clone()), Event::proven_again(person, "password")).await?))
        });
        proven.await.map(|()| Some(token.clone()))
    } else {
        Ok(None)
    };
    core.sessions.forget(person.account);
    match attempt.end(core, &person.origin, done).await {
        Err(CoreError::Refused(Refusal::WrongCredentials(tries))) => Err(Refusal::NotProven(tries).into()),
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
            second_factor::tell_of(&mut tx, home, account, shown, &person.origin).await?;
            Ok((true, tx.commit(&caller, Event::proven_again(person, shown.factor())).await?))
        })
        .await?;
    core.sessions.forget(account);
    if is_right { Ok(token) } else { Err(second.refusal(None).into()) }
}

async fn renew(tx: &mut Tx, person: &Person, token: &Token) -> Result<(), CoreError> {
    if store::renew(tx, person, token).await? { Ok(()) } else { Err(Refusal::SignedOut.into()) }
}
