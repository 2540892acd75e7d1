//! Tries of a password, at a sign-in or in a session. Each try is counted in its lane before it is checked, and ends
//! with its event.
use crate::Core;
use crate::account::{Proven, store as accounts};
use crate::caller::{Origin, Person};
use crate::error::CoreError;
use crate::hasher::{PasswordHash, Turn};
use crate::identifier::Identifier;
use crate::known_device::KnownDevices;
use crate::lockout::{self, Attempt, Claim};
use crate::password::{Credential, Password, store as passwords};
use crate::policy;
use portvakt_model::fault::Refusal;
use portvakt_model::id::{AccountId, TenantId};

/// A counted and checked try. [`end`](Self::end) ends it.
pub(crate) struct Tried {
    pub attempt: Attempt,
    identifier: Identifier,
    account: Option<(TenantId, AccountId)>,
    /// `None` if the password was wrong.
    pub right: Option<Right>,
}

/// The right password of an account.
pub(crate) struct Right {
    pub credential: Credential,
    pub password: Password,
    /// The same password hashed with more work, if the costs were raised or another program made the stored hash.
    /// `None` also if the hasher is busy.
    pub stronger: Option<PasswordHash>,
}

impl Right {
    pub(crate) const fn proven(&self) -> Proven {
        let Credential { home, account, version, .. } = self.credential;
        Proven { home, account, version }
    }
}

impl Tried {
    /// Ends the try. `done` is `None` if the password was wrong or was changed after its verification: the try counts,
    /// and its event is written. If the try failed for another reason, its count is taken back.
    pub(crate) async fn end<T>(
        self,
        core: &Core,
        origin: &Origin,
        done: Result<Option<T>, CoreError>,
    ) -> Result<T, CoreError> {
        match done {
            Ok(Some(done)) => Ok(done),
            Ok(None) => Err(lockout::fail(core, &self.attempt, self.account, origin).await?.into()),
            Err(error) => {
                lockout::give_back(core, &self.attempt, &self.identifier).await?;
                Err(error)
            }
        }
    }

    /// As [`end`](Self::end), for a signed-in person.
    pub(crate) async fn end_of_person<T>(
        self,
        core: &Core,
        origin: &Origin,
        done: Result<Option<T>, CoreError>,
    ) -> Result<T, CoreError> {
        match self.end(core, origin, done).await {
            Err(CoreError::Refused(Refusal::WrongCredentials(tries))) => Err(Refusal::WrongPassword(tries).into()),
            ended => ended,
        }
    }
}

/// Tries a password for the name that a claimant gives.
///
/// # Errors
/// [`Refusal::Locked`] and [`Refusal::TooMany`] if no try is accepted now, [`Refusal::Busy`] if the hasher's queue is
/// full.
pub(crate) async fn of(
    core: &Core,
    turn: &Turn,
    origin: &Origin,
    devices: &KnownDevices,
    identifier: Identifier,
    typed: Option<Password>,
) -> Result<Tried, CoreError> {
    let policy = policy::of_address(core, &identifier).await?;
    let found = passwords::find_credential(core, &identifier).await?;
    let account = found.as_ref().map(|credential| (credential.home, credential.account));
    let device = found.as_ref().and_then(|found| devices.of(found.account, found.version));
    let unlocks = found.as_ref().map_or(0, |found| found.unlocks);
    let claim = Claim { identifier: &identifier, account, device, unlocks };
    let attempt = lockout::admit(core, policy.lockout, &claim, origin).await?;
    // `None` is a text longer than any password. It is wrong for every account, so the answer reveals none.
    let checked = match typed {
        Some(password) => verify(core, turn, &attempt, found, password).await,
        None => Ok(None),
    };
    match checked {
        Ok(right) => Ok(Tried { attempt, identifier, account, right }),
        Err(error) => {
            lockout::give_back(core, &attempt, &identifier).await?;
            Err(error)
        }
    }
}

/// Tries a signed-in person's password, in the lanes of their sign-in.
///
/// # Errors
/// As [`of`].
pub(crate) async fn of_person(
    core: &Core,
    turn: &Turn,
    person: &Person,
    devices: &KnownDevices,
    typed: Option<Password>,
) -> Result<Tried, CoreError> {
    let (_, email, _) = accounts::known(core, person.home, person.account).await?;
    of(core, turn, &person.origin, devices, Identifier::of(&email), typed).await
}

/// The credential and the password, if the password is right.
async fn verify(
    core: &Core,
    turn: &Turn,
    attempt: &Attempt,
    found: Option<Credential>,
    password: Password,
) -> Result<Option<Right>, CoreError> {
    let found = found.filter(|_| !attempt.is_stopped());
    let hash = found.as_ref().map_or(&*core.nobody, |credential| &credential.password);
    let is_right = core.hasher.verify(turn, &password, hash).await?;
    let Some(credential) = found.filter(|_| is_right) else { return Ok(None) };
    let stronger = if core.hasher.is_outdated(&credential.password, &password) {
        match core.hasher.hash(&password).await {
            Ok(stronger) => Some(stronger),
            // If the hasher is busy, the right password still signs in, and a later sign-in makes the new hash.
            Err(CoreError::Refused(_)) => None,
            Err(failed) => return Err(failed),
        }
    } else {
        None
    };
    Ok(Some(Right { credential, password, stronger }))
}
