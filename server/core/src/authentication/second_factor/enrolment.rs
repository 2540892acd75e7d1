//! How a signed-in person sets up a code app, removes it, and makes new recovery codes. Every action but
//! [`forget_code_app`] needs a recent proof of identity. Every action but [`begin_code_app`] and [`forget_code_app`]
//! mails the account's owner.
use super::Beginner;
use super::code_app::Secret;
use super::{code_app, store};
use crate::Core;
use crate::account::store as accounts;
use crate::audit::Event;
use crate::caller::{Caller, Origin, Person};
use crate::error::CoreError;
use crate::mail::News;
use crate::session::{self, Browser, Started};
use crate::step_up;
use crate::store::Tx;
use crate::token::Token;
use portvakt_model::fault::{FieldRule, Refusal};
use portvakt_model::second_factor::{Code, Enrolment, NewRecoveryCodes, RECOVERY_CODES, RecoveryCode};

/// The lifetime of an unfinished enrolment, in seconds.
const LIFETIME_SECS: i64 = 30 * 60;
/// The time steps, before and after now, within which a wrong code is put down to a wrong clock: five minutes.
const TOLD: i64 = 10;

/// The enrolment that this session or sign-in has begun. `None` if there is none, or if it has expired.
pub(crate) async fn begun(core: &Core, beginner: &Beginner) -> Result<Option<Enrolment>, CoreError> {
    let mut conn = core.store.reader().acquire().await?;
    let Some(secret) = store::begun(&mut conn, core, beginner).await? else { return Ok(None) };
    drop(conn);
    let (_, email, organisation) = accounts::known(core, beginner.home, beginner.account).await?;
    Ok(Some(code_app::enrolment(&secret, &organisation, &email)?))
}

/// Makes a secret for a new code app of the caller. The caller's present code app stays until [`confirm_code_app`] has
/// verified a code of the new one.
///
/// # Errors
/// [`Refusal::ToBeProven`].
#[tracing::instrument(name = "second_factor.begin_code_app", skip_all)]
pub async fn begin_code_app(core: &Core, person: &Person) -> Result<(), CoreError> {
    step_up::require(core, person).await?;
    core.store
        .tidy(async |mut tx| {
            begin_for(&mut tx, &Beginner::of_session(person)).await?;
            Ok(((), tx.commit_housekeeping("a code app that is being set up").await?))
        })
        .await
}

/// As [`begin_code_app`], for a waiting sign-in.
pub(crate) async fn begin_for<K>(tx: &mut Tx<K>, beginner: &Beginner) -> Result<(), CoreError> {
    let secret = tx.random().bytes();
    let ends_at = tx.now().plus_secs(LIFETIME_SECS);
    store::begin(tx, beginner, &secret, ends_at).await
}

/// A new code app that has shown a right code, with new recovery codes.
pub(crate) struct NewCodeApp {
    beginner: Beginner,
    secret: Secret,
    step: i64,
    codes: [RecoveryCode; RECOVERY_CODES],
}

impl NewCodeApp {
    /// Verifies a code against the enrolment that this session or sign-in has begun.
    ///
    /// # Errors
    /// [`Refusal::Fields`] if the code is wrong, [`Refusal::NotFound`] if no enrolment was begun or it has expired.
    pub(crate) async fn of(core: &Core, beginner: Beginner, typed: &str) -> Result<Self, CoreError> {
        let wrong = |rule: FieldRule| CoreError::from(vec![rule.of("code")]);
        let digits = match Code::parse(typed) {
            Ok(Code::App(digits)) => digits,
            // There is no recovery code before the first code app.
            Ok(Code::Recovery(_)) | Err(FieldRule::NotACode) => return Err(wrong(FieldRule::NotSixDigits)),
            Err(rule) => return Err(wrong(rule)),
        };
        let mut conn = core.store.reader().acquire().await?;
        let secret = store::begun(&mut conn, core, &beginner).await?.ok_or(Refusal::NotFound)?;
        drop(conn);
        let now = core.clock.now();
        let Some(step) = code_app::step(&secret, &digits, now, 1) else {
            // The secret is new and the caller's own, so this answer helps no attacker.
            let is_near = code_app::step(&secret, &digits, now, TOLD).is_some();
            return Err(wrong(if is_near { FieldRule::OtherTime } else { FieldRule::WrongCode }));
        };
        Ok(Self { beginner, secret, step, codes: new_codes(core) })
    }

    /// Stores the code app in place of an earlier one, replaces the recovery codes and mails the owner. Returns the new
    /// version of the credentials.
    pub(crate) async fn put(&self, tx: &mut Tx, origin: &Origin) -> Result<i64, CoreError> {
        let Beginner { home, account, .. } = self.beginner;
        // If two requests confirm at the same time, the second one finds no enrolment.
        if !store::end(tx, &self.beginner).await? {
            return Err(Refusal::NotFound.into());
        }
        store::end_all(tx, home, account).await?;
        let version = accounts::raise_version(tx, home, account).await?;
        store::put(tx, home, account, &self.secret, self.step).await?;
        store::put_recovery_codes(tx, home, account, &self.codes).await?;
        store::forget_tries(tx, home, account).await?;
        super::tell(tx, home, account, News::CodeAppAdded, origin).await?;
        Ok(version)
    }

    /// The new recovery codes, to be shown once.
    pub(crate) fn revealed(&self) -> NewRecoveryCodes {
        revealed(&self.codes)
    }
}

/// Discards an unfinished enrolment.
///
/// # Errors
/// If the database fails. A missing enrolment is no error.
#[tracing::instrument(name = "second_factor.forget_code_app", skip_all)]
pub async fn forget_code_app(core: &Core, person: &Person) -> Result<(), CoreError> {
    core.store
        .tidy(async |mut tx| {
            store::end(&mut tx, &Beginner::of_session(person)).await?;
            Ok(((), tx.commit_housekeeping("a code app that is not set up").await?))
        })
        .await
}

/// Sets up the code app of this code, in place of an earlier one, with new recovery codes. Every other session of the
/// caller ends, and this one continues with a new token.
///
/// # Errors
/// [`Refusal::Fields`] if the code is wrong, with [`FieldRule::OtherTime`] if the app's clock is; [`Refusal::NotFound`]
/// if no enrolment was begun; [`Refusal::ToBeProven`].
#[tracing::instrument(name = "second_factor.confirm_code_app", skip_all)]
pub async fn confirm_code_app(
    core: &Core,
    person: &Person,
    browser: &Browser,
    typed: &str,
) -> Result<(Started, NewRecoveryCodes), CoreError> {
    step_up::require(core, person).await?;
    let (home, account) = (person.home, person.account);
    let new = NewCodeApp::of(core, Beginner::of_session(person), typed).await?;
    let (token, caller) = (Token::new(&core.random), Caller::from(person.clone()));
    let version = core
        .store
        .write(async |mut tx| {
            let version = new.put(&mut tx, &person.origin).await?;
            session::renew_alone(&mut tx, person, &token).await?;
            let event = Event::code_app_added(home, account, &person.origin, false);
            Ok((version, tx.commit(&caller, event).await?))
        })
        .await?;
    Ok((session::renewed(core, person, browser, token, version), new.revealed()))
}

/// Removes the caller's code app, and their recovery codes if they have no passkey. Every other session of the caller
/// ends.
///
/// # Errors
/// [`Refusal::NotFound`] if the caller has no code app, [`Refusal::ToBeProven`].
#[tracing::instrument(name = "second_factor.remove_code_app", skip_all)]
pub async fn remove_code_app(core: &Core, person: &Person, browser: &Browser) -> Result<Started, CoreError> {
    step_up::require(core, person).await?;
    let (token, caller) = (Token::new(&core.random), Caller::from(person.clone()));
    let (home, account) = (person.home, person.account);
    let version = core
        .store
        .write(async |mut tx| {
            let version = accounts::raise_version(&mut tx, home, account).await?;
            if !store::delete_code_app(&mut tx, home, account).await? {
                return Err(Refusal::NotFound.into());
            }
            let is_off = !store::is_enrolled(tx.conn(), home, account).await?;
            if is_off {
                store::delete_all(&mut tx, home, account).await?;
            }
            session::renew_alone(&mut tx, person, &token).await?;
            super::tell(&mut tx, home, account, News::CodeAppRemoved { is_off }, &person.origin).await?;
            Ok((version, tx.commit(&caller, Event::code_app_removed(person)).await?))
        })
        .await?;
    Ok(session::renewed(core, person, browser, token, version))
}

/// Gives the caller new recovery codes in place of the present ones.
///
/// # Errors
/// [`Refusal::NotFound`] if the caller has no second factor, [`Refusal::ToBeProven`].
#[tracing::instrument(name = "second_factor.make_recovery_codes", skip_all)]
pub async fn make_recovery_codes(core: &Core, person: &Person) -> Result<NewRecoveryCodes, CoreError> {
    step_up::require(core, person).await?;
    let (caller, codes) = (Caller::from(person.clone()), new_codes(core));
    let (home, account) = (person.home, person.account);
    core.store
        .write(async |mut tx| {
            if !store::is_enrolled(tx.conn(), home, account).await? {
                return Err(Refusal::NotFound.into());
            }
            store::put_recovery_codes(&mut tx, home, account, &codes).await?;
            super::tell(&mut tx, home, account, News::RecoveryCodesMade, &person.origin).await?;
            Ok(((), tx.commit(&caller, Event::recovery_codes_made(person)).await?))
        })
        .await?;
    Ok(revealed(&codes))
}

pub(crate) fn new_codes(core: &Core) -> [RecoveryCode; RECOVERY_CODES] {
    [(); RECOVERY_CODES].map(|()| RecoveryCode::new(core.random.bytes()))
}

pub(crate) fn revealed(codes: &[RecoveryCode]) -> NewRecoveryCodes {
    NewRecoveryCodes { recovery_codes: codes.iter().map(RecoveryCode::reveal).collect(), go_on: None }
}
