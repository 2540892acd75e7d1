//! What a test does and looks at in a line.
use super::{EMAIL, NAME, PASSWORD};
use crate::account::NewPerson;
use crate::caller::Origin;
use crate::error::CoreError;
use crate::hasher::Hasher;
use crate::session::{Browser, Started};
use crate::setup::SetUp;
use crate::sign_in::{self, Step};
use crate::token::Token;
use crate::{Core, invitation, reset};
use portvakt_model::email::EmailAddress;
use portvakt_model::fault::Refusal;
use portvakt_model::language::Language;
use portvakt_model::profile::DisplayName;
use portvakt_model::proof::{Proof, Typed};
use std::sync::Arc;
use tokio::sync::OwnedMutexGuard;

/// The set-up form of [`World::owner`](super::World::owner).
#[must_use]
pub fn form() -> SetUp<'static> {
    SetUp {
        name: NAME,
        organisation: "Mårdby Systems AB",
        email: EMAIL,
        email_again: EMAIL,
        password: PASSWORD,
        language: Language::Swedish,
    }
}

/// Somebody who is to get an account.
#[must_use]
#[expect(clippy::missing_panics_doc, reason = "for tests: whatever goes wrong ends them")]
#[expect(clippy::unwrap_used, reason = "for tests: whatever goes wrong ends them")]
pub fn new_person(name: &str, email: &str) -> NewPerson {
    NewPerson {
        email: EmailAddress::parse(email).unwrap(),
        name: DisplayName::parse(name).unwrap(),
        language: Language::Swedish,
    }
}

/// A browser in which no account has signed in.
#[must_use]
pub fn stranger() -> Browser {
    Browser::default()
}

/// A browser that brings a session.
#[must_use]
pub fn bringing(session: &Token) -> Browser {
    Browser { session: Some(session.clone()), ..Browser::default() }
}

/// Where a test's requests come from.
#[must_use]
pub fn origin() -> Origin {
    Origin { network: "192.0.2.7".to_owned(), device: "test device".to_owned(), ..Origin::default() }
}

/// Whether a result is the refusal of a wrong password.
pub fn is_wrong<T>(result: Result<T, CoreError>) -> bool {
    matches!(refusal(result), Some(Refusal::WrongCredentials(_)))
}

/// The refusal in a result, if it is one.
pub fn refusal<T>(result: Result<T, CoreError>) -> Option<Refusal> {
    match result {
        Err(CoreError::Refused(refusal)) => Some(refusal),
        _ => None,
    }
}

/// A proof of identity by a typed password or code.
#[must_use]
pub fn by_hand(typed: Typed) -> Proof {
    Proof { passkey: false, typed: Some(typed) }
}

/// Signs in an account without a second factor.
///
/// # Errors
/// As [`sign_in::sign_in`].
///
/// # Panics
/// If a second factor is asked for.
pub async fn sign_in(
    core: &Core,
    origin: &Origin,
    browser: &Browser,
    email: &str,
    password: &str,
) -> Result<Started, CoreError> {
    Ok(signed_in(sign_in::sign_in(core, origin, browser, email, password).await?))
}

/// Chooses a new password by a reset link, for an account without a second factor.
///
/// # Errors
/// As [`reset::choose_password`].
///
/// # Panics
/// If more is asked for.
pub async fn choose_password(
    core: &Core,
    origin: &Origin,
    token: &Token,
    browser: &Browser,
    password: &str,
    second: &str,
) -> Result<Started, CoreError> {
    Ok(signed_in(reset::choose_password(core, origin, token, browser, password, second).await?))
}

/// Makes the account of an invited person.
///
/// # Errors
/// As [`invitation::register`].
///
/// # Panics
/// If more is asked for.
pub async fn register(
    core: &Core,
    origin: &Origin,
    token: &Token,
    browser: &Browser,
    name: &str,
    password: &str,
) -> Result<Started, CoreError> {
    Ok(signed_in(invitation::register(core, origin, token, browser, name, password).await?))
}

/// The session of a sign-in that asks for nothing else.
///
/// # Panics
/// If it does.
pub fn signed_in(step: Step) -> Started {
    match step {
        Step::SignedIn(started) => started,
        Step::Waiting(stage, _) => panic!("asked for {stage:?}"),
    }
}

/// Every hash of some services waits until this is dropped.
pub struct HeldHashes {
    hasher: Arc<Hasher>,
    made: u64,
    _closed: OwnedMutexGuard<()>,
}

impl HeldHashes {
    /// Holds them up from now on.
    pub async fn of(core: &Core) -> Self {
        let hasher = Arc::clone(&core.hasher);
        let closed = Arc::clone(&hasher.gate).lock_owned().await;
        Self { made: hasher.made(), hasher, _closed: closed }
    }

    /// Until one waits.
    pub async fn reached(&self) {
        while self.hasher.made() == self.made {
            tokio::task::yield_now().await;
        }
    }
}
