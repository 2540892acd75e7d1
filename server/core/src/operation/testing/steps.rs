//! Steps and checks of a test, each in one line.
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

/// A person who gets an account.
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

/// A browser in which no person has signed in.
#[must_use]
pub fn stranger() -> Browser {
    Browser::default()
}

/// A browser that sends this session's token.
#[must_use]
pub fn bringing(session: &Token) -> Browser {
    Browser { session: Some(session.clone()), ..Browser::default() }
}

/// The network and device of a test's requests.
#[must_use]
pub fn origin() -> Origin {
    Origin { network: "192.0.2.7".to_owned(), device: "test device".to_owned(), ..Origin::default() }
}

/// Whether a result is the refusal of a wrong password.
pub fn is_wrong<T>(result: Result<T, CoreError>) -> bool {
    matches!(refusal(result), Some(Refusal::WrongCredentials(_)))
}

/// The refusal in a result. `None` if the result is no refusal.
pub fn refusal<T>(result: Result<T, CoreError>) -> Option<Refusal> {
    match result {
        Err(CoreError::Refused(refusal)) => Some(refusal),
        _ => None,
    }
}

/// The proof that a person without a passkey is asked for.
#[must_use]
pub fn by_hand(typed: Typed) -> Proof {
    Proof { passkey: false, typed: Some(typed) }
}

/// Signs a person without a second factor in.
///
/// # Errors
/// As [`sign_in::sign_in`].
///
/// # Panics
/// If the sign-in asks for a second factor.
pub async fn sign_in(
    core: &Core,
    origin: &Origin,
    browser: &Browser,
    email: &str,
    password: &str,
) -> Result<Started, CoreError> {
    Ok(signed_in(sign_in::sign_in(core, origin, browser, email, password).await?))
}

/// Chooses a new password by a reset link, and begins the session.
///
/// # Errors
/// As [`reset::choose_password`].
///
/// # Panics
/// If the sign-in asks for anything else.
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

/// Makes the account of an invited person, and begins the session.
///
/// # Errors
/// As [`invitation::register`].
///
/// # Panics
/// If the sign-in asks for anything else.
pub async fn register(
    core: &Core,
    origin: &Origin,
    token: &Token,
    browser: &Browser,
    name: &str,
    password: &str,
) -> Result<Started, CoreError> {
    Ok(signed_in(invitation::register(core, origin, token, browser, name, password, None).await?))
}

/// The session of a sign-in that is complete.
///
/// # Panics
/// If the sign-in waits for another stage.
pub fn signed_in(step: Step) -> Started {
    match step {
        Step::SignedIn(started) => started,
        Step::Waiting(stage, _) => panic!("asked for {stage:?}"),
    }
}

/// Holds up every password hash of a [`Core`] until it is dropped.
pub struct HeldHashes {
    hasher: Arc<Hasher>,
    made: u64,
    _closed: OwnedMutexGuard<()>,
}

impl HeldHashes {
    /// Holds up every hash that begins after this.
    pub async fn of(core: &Core) -> Self {
        let hasher = Arc::clone(&core.hasher);
        let closed = Arc::clone(&hasher.gate).lock_owned().await;
        Self { made: hasher.made(), hasher, _closed: closed }
    }

    /// Waits until a hash has begun and is held up.
    pub async fn reached(&self) {
        while self.hasher.made() == self.made {
            tokio::task::yield_now().await;
        }
    }
}
