//! How people add, name and remove passkeys. Adding and removing one needs a recent proof of identity, and the owner
//! gets a mail.
use super::store::{self, Kept};
use super::{Purpose, Sealed, UNWRITABLE, described, failed, relying_party, written};
use crate::Core;
use crate::account::store as accounts;
use crate::audit::Event;
use crate::caller::{Caller, Origin, Person};
use crate::error::CoreError;
use crate::mail::PasskeyNews;
use crate::password::store as passwords;
use crate::policy;
use crate::second_factor::{self, Beginner, store as second_factors};
use crate::session::{self, Browser, Started};
use crate::sign_in::waiting;
use crate::step_up;
use crate::store::Tx;
use crate::token::Token;
use portvakt_model::fault::{FieldRule, Refusal};
use portvakt_model::id::PasskeyId;
use portvakt_model::passkey::{Ceremony, MAX_PASSKEYS, NAME_CHARS};
use portvakt_model::policy::Demand;
use portvakt_model::second_factor::{FRESH_SECS, NewRecoveryCodes, RECOVERY_CODES, RecoveryCode};
use portvakt_model::text::line;
use portvakt_model::time::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::json;
use webauthn_rs::prelude::{Credential, Passkey, PasskeyRegistration, RegisterPublicKeyCredential};

/// The state of a passkey's enrolment.
#[derive(Serialize, Deserialize)]
struct Begun {
    registration: PasskeyRegistration,
    name: String,
}

/// Asks the caller's browser to make a passkey with this name.
///
/// # Errors
/// [`Refusal::ToBeProven`]; [`Refusal::Fields`], also if the caller has [`MAX_PASSKEYS`]; [`Refusal::NotFound`] if the
/// portal's origin can have no passkeys.
#[tracing::instrument(name = "passkey.prepare", skip_all)]
pub async fn begin(core: &Core, person: &Person, name: &str) -> Result<Ceremony, CoreError> {
    step_up::require(core, person).await?;
    begin_for(core, &Beginner::of_session(person), name).await
}

/// As [`begin`], for the sign-in that waits under this token for an enrolment.
///
/// # Errors
/// [`Refusal::SignedOut`] if no sign-in waits; [`Refusal::Fields`].
#[tracing::instrument(name = "passkey.prepare_at_sign_in", skip_all)]
pub async fn begin_at_sign_in(core: &Core, token: &Token, name: &str) -> Result<Ceremony, CoreError> {
    let proven = waiting::enrolling(core, token).await?.ok_or(Refusal::SignedOut)?;
    begin_for(core, &Beginner::of_sign_in(proven.home, proven.account, token), name).await
}

async fn begin_for(core: &Core, beginner: &Beginner, name: &str) -> Result<Ceremony, CoreError> {
    let name = line(name, NAME_CHARS).map_err(|rule| vec![rule.of("name")])?;
    let (home, account) = (beginner.home, beginner.account);
    let had = store::credentials(core, home, account).await?;
    if had.len() >= MAX_PASSKEYS as usize {
        return Err(too_many());
    }
    let (display_name, email, _) = accounts::known(core, home, account).await?;
    let party = relying_party(core)?;
    let (asked, registration) =
        party.start_passkey_registration(account.0, &email, &display_name, None).map_err(failed)?;
    let mut options = written(&asked.public_key)?;
    // An authenticator that already has one of these passkeys says so and makes no second one.
    options["excludeCredentials"] = described(&had);
    // A discoverable credential: it signs in without a typed name, and any passkey may replace the password.
    let selection = options.get_mut("authenticatorSelection").ok_or(UNWRITABLE)?;
    selection["residentKey"] = json!("required");
    selection["requireResidentKey"] = json!(true);
    let begun = Begun { registration, name };
    let purpose = Purpose::of_enrolment(beginner.by());
    // The enrolment replaces the proof of identity that was required before it, and lasts as long.
    let until = core.clock.now().plus_secs(FRESH_SECS);
    Sealed { until, ..Sealed::new(core, purpose, asked.public_key.challenge, begun) }.ceremony(core, &options)
}

fn too_many() -> CoreError {
    vec![FieldRule::TooManyPasskeys(MAX_PASSKEYS).of("name")].into()
}

/// A passkey that a browser has just made, with recovery codes for an account that has none.
pub(crate) struct NewPasskey {
    beginner: Beginner,
    name: String,
    credential: Passkey,
    counter: i64,
    is_synced: bool,
    challenge: Vec<u8>,
    until: Timestamp,
    codes: [RecoveryCode; RECOVERY_CODES],
}

impl NewPasskey {
    /// Reads a browser's answer to an enrolment that the same session or sign-in has begun.
    ///
    /// # Errors
    /// [`Refusal::WrongPasskey`] if the text is no answer, if the enrolment has expired or is another's, or if the new
    /// passkey is not valid; [`Refusal::NotFound`] if the portal's origin can have no passkeys.
    pub(crate) fn of(core: &Core, beginner: Beginner, typed: &str) -> Result<Self, CoreError> {
        let purpose = Purpose::of_enrolment(beginner.by());
        let (sealed, made) = Sealed::<Begun>::answered::<RegisterPublicKeyCredential>(core, &purpose, typed)
            .ok_or(Refusal::WrongPasskey)?;
        let Sealed { state: Begun { registration, name }, challenge, until, .. } = sealed;
        let made = relying_party(core)?.finish_passkey_registration(&made, &registration);
        let credential = made.map_err(|error| {
            tracing::info!(%error, "a passkey was not made as it has to be");
            Refusal::WrongPasskey
        })?;
        let inner = Credential::from(credential.clone());
        let (counter, is_synced) = (inner.counter.into(), inner.backup_state);
        let codes = second_factor::new_codes(core);
        Ok(Self { beginner, name, credential, counter, is_synced, challenge, until, codes })
    }

    /// The passkey's name.
    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    /// Adds the passkey to its account and mails the owner. Returns the new version of the credentials, and whether the
    /// account got new recovery codes.
    pub(crate) async fn put(&self, tx: &mut Tx, origin: &Origin) -> Result<(i64, bool), CoreError> {
        let Beginner { home, account, .. } = self.beginner;
        let version = accounts::raise_version(tx, home, account).await?;
        if store::count(tx.conn(), home, account).await? >= MAX_PASSKEYS {
            return Err(too_many());
        }
        let kept = Kept { credential: &self.credential, counter: self.counter, is_synced: self.is_synced };
        let id: PasskeyId = tx.random().id(tx.now());
        if !store::take_challenge(tx, &store::hash(&self.challenge), self.until).await?
            || !store::insert(tx, home, account, id, &self.name, &kept).await?
        {
            return Err(Refusal::WrongPasskey.into());
        }
        let has_codes = second_factors::count_recovery_codes(tx.conn(), home, account).await? > 0;
        if !has_codes {
            second_factors::put_recovery_codes(tx, home, account, &self.codes).await?;
        }
        super::tell(tx, home, account, &PasskeyNews::Added(self.name.clone()), origin).await?;
        Ok((version, !has_codes))
    }

    /// The new recovery codes, to be shown once. Empty if `with_codes` is `false`.
    pub(crate) fn revealed(&self, with_codes: bool) -> NewRecoveryCodes {
        second_factor::revealed(if with_codes { &self.codes } else { &[] })
    }
}

/// Gives the caller the passkey that their browser made after [`begin`] in this session. Every other session of the
/// caller ends, and this one continues with a new token.
///
/// # Errors
/// [`Refusal::WrongPasskey`] if the answer is not valid, or if an account has the passkey already; [`Refusal::Fields`]
/// if the caller has [`MAX_PASSKEYS`].
#[tracing::instrument(name = "passkey.add", skip_all)]
pub async fn add(
    core: &Core,
    person: &Person,
    browser: &Browser,
    typed: &str,
) -> Result<(Started, NewRecoveryCodes), CoreError> {
    let new = NewPasskey::of(core, Beginner::of_session(person), typed)?;
    let (token, caller) = (Token::new(&core.random), Caller::from(person.clone()));
    let (home, account) = (person.home, person.account);
    let (version, with_codes) = core
        .store
        .write(async |mut tx| {
            let done = new.put(&mut tx, &person.origin).await?;
            session::renew_alone(&mut tx, person, &token).await?;
            let event = Event::passkey_added(home, account, new.name(), &person.origin, false);
            Ok((done, tx.commit(&caller, event).await?))
        })
        .await?;
    Ok((session::renewed(core, person, browser, token, version), new.revealed(with_codes)))
}

/// Renames one of the caller's passkeys.
///
/// # Errors
/// [`Refusal::NotFound`] if the caller has no such passkey; [`Refusal::Fields`].
#[tracing::instrument(name = "passkey.rename", skip_all)]
pub async fn rename(core: &Core, person: &Person, passkey: PasskeyId, name: &str) -> Result<(), CoreError> {
    let name = line(name, NAME_CHARS).map_err(|rule| vec![rule.of("new_name")])?;
    let caller = Caller::from(person.clone());
    core.store
        .write(async |mut tx| {
            let before = store::rename(&mut tx, person.home, person.account, passkey, &name).await?;
            let before = before.ok_or(Refusal::NotFound)?;
            Ok(((), tx.commit(&caller, Event::passkey_renamed(person, &before, &name)).await?))
        })
        .await
}

/// Removes one of the caller's passkeys, and the recovery codes if it was the last second factor. Every other session
/// of the caller ends.
///
/// # Errors
/// [`Refusal::NotFound`] if the caller has no such passkey; [`Refusal::LastWayIn`] if they have no password and no
/// other passkey; [`Refusal::ToBeProven`].
#[tracing::instrument(name = "passkey.remove", skip_all)]
pub async fn remove(core: &Core, person: &Person, browser: &Browser, passkey: PasskeyId) -> Result<Started, CoreError> {
    step_up::require(core, person).await?;
    let (token, caller) = (Token::new(&core.random), Caller::from(person.clone()));
    let (home, account) = (person.home, person.account);
    let version = core
        .store
        .write(async |mut tx| {
            let version = accounts::raise_version(&mut tx, home, account).await?;
            let name = store::delete(&mut tx, home, account, passkey).await?.ok_or(Refusal::NotFound)?;
            let left = store::count(tx.conn(), home, account).await?;
            if left == 0 && !passwords::has_password(tx.conn(), home, account).await? {
                return Err(Refusal::LastWayIn.into());
            }
            let is_off = policy::enrolled(tx.conn(), home, account).await? == Demand::Optional;
            if is_off {
                second_factors::delete_all(&mut tx, home, account).await?;
            }
            session::renew_alone(&mut tx, person, &token).await?;
            let news = PasskeyNews::Removed { name: name.clone(), is_off };
            super::tell(&mut tx, home, account, &news, &person.origin).await?;
            Ok((version, tx.commit(&caller, Event::passkey_removed(person, &name)).await?))
        })
        .await?;
    Ok(session::renewed(core, person, browser, token, version))
}
