//! The one error that crosses the wire. It holds codes and numbers only, so that no foreign text can reach a page
//! through it. The page has the words, in the person's language.
use crate::link::LinkKind;
use crate::proof::Proof;
use serde::{Deserialize, Serialize};

pub use crate::field::{FieldFault, FieldRule};
pub use crate::reference::Reference;

/// An expected no: safe to show, and the person can act on it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
pub enum Refusal {
    /// The name is unknown or the password wrong. The portal never tells which.
    #[error("wrong credentials")]
    WrongCredentials(Tries),
    /// A signed-in person was asked for their password again and entered a wrong one.
    #[error("wrong password")]
    WrongPassword(Tries),
    /// The code is wrong, or was used already.
    #[error("wrong code")]
    WrongCode {
        /// Wrong codes left before the sign-in has to begin again. `None` for a signed-in person: the form asks
        /// again.
        left: Option<u32>,
        /// Whether a recovery code was entered.
        recovery: bool,
    },
    /// The claimant has proven to own the account, and it is suspended.
    #[error("suspended")]
    Suspended {
        /// Whether the operator has suspended the whole organisation. Otherwise the organisation has suspended the
        /// person.
        organisation: bool,
    },
    /// The passkey is not the person's, or its answer was not valid.
    #[error("wrong passkey")]
    WrongPasskey,
    /// Without it the person could not sign in any more.
    #[error("the last way to sign in")]
    LastWayIn,
    /// After too many wrong codes no code app's code is accepted for a while.
    #[error("codes locked")]
    CodesLocked {
        /// Seconds left of that while.
        retry_after_secs: u32,
    },
    /// After too many wrong codes in a row no code app's code is accepted at all.
    #[error("codes blocked")]
    CodesStopped,
    /// The action is sensitive: the person has to prove their identity again first. Nothing was done.
    #[error("another proof of identity is needed")]
    ToBeProven(Proof),
    /// The person entered a wrong password as that proof.
    #[error("wrong password as proof")]
    NotProven(Tries),
    /// Too many failed sign-ins with this name, whether an account has it or not: none is accepted for a while.
    #[error("locked")]
    Locked {
        /// Seconds left of that while.
        retry_after_secs: u32,
    },
    /// The network has used up its share of requests.
    #[error("too many requests")]
    TooMany {
        /// Seconds until the next request is accepted.
        retry_after_secs: u32,
    },
    /// An address has got as many mails of a kind as it may get for now.
    #[error("too many mails to an address")]
    TooManyMails {
        /// Seconds until it may get another one.
        retry_after_secs: u32,
    },
    /// No account is signed in, or the session has ended.
    #[error("not signed in")]
    SignedOut,
    /// The link was used, was replaced by a newer one, has expired, or never was one: the holder cannot tell the
    /// difference.
    #[error("the link does not work")]
    DeadLink(LinkKind),
    /// The thing does not exist, or belongs to another tenant: the caller cannot tell the difference.
    #[error("not found")]
    NotFound,
    /// Some fields break a rule.
    #[error("some fields break a rule")]
    Fields(Vec<FieldFault>),
    /// Another save came first. Nothing was overwritten.
    #[error("another save came first")]
    Conflict,
    /// The page was made for another organisation than the session's current one. Nothing was done.
    #[error("made for another organisation")]
    OtherOrganisation,
    /// The page was made for another person than the one who is signed in now. Nothing was done.
    #[error("made for another person")]
    OtherPerson,
    /// The browser sends no cookies back, so no person can sign in with it.
    #[error("no cookies")]
    CookiesOff,
    /// The portal has too much work.
    #[error("busy")]
    Busy {
        /// Seconds after which another try is likely to succeed.
        retry_after_secs: u32,
    },
}

/// The tries left after a wrong one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tries {
    /// Wrong tries left before the lock.
    pub left: u32,
    /// Seconds until the next try is accepted.
    pub wait_secs: u32,
    /// Seconds that the lock lasts.
    pub lock_secs: u32,
}

/// A server function's error.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
pub enum Fault {
    /// An expected no.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// The arguments could not be read: the client is broken, the person made no mistake.
    #[error("unreadable")]
    Unreadable,
    /// The server could not be reached. Only the browser makes this fault.
    #[error("offline")]
    Offline,
    /// The server failed. The log has the details under this reference.
    #[error("failed, reference {0}")]
    Failed(Reference),
}

impl Fault {
    /// The HTTP status of the fault.
    #[must_use]
    pub const fn status(&self) -> u16 {
        match self {
            Self::Unreadable | Self::Refused(Refusal::CookiesOff) => 400,
            Self::Refused(
                Refusal::WrongCredentials(_)
                | Refusal::WrongPassword(_)
                | Refusal::WrongCode { .. }
                | Refusal::WrongPasskey
                | Refusal::ToBeProven(_)
                | Refusal::NotProven(_)
                | Refusal::SignedOut,
            ) => 401,
            Self::Refused(Refusal::CodesStopped | Refusal::Suspended { .. }) => 403,
            Self::Refused(Refusal::NotFound | Refusal::DeadLink(_)) => 404,
            Self::Refused(
                Refusal::Conflict | Refusal::OtherOrganisation | Refusal::OtherPerson | Refusal::LastWayIn,
            ) => 409,
            Self::Refused(Refusal::Fields(_)) => 422,
            Self::Refused(
                Refusal::Locked { .. }
                | Refusal::CodesLocked { .. }
                | Refusal::TooMany { .. }
                | Refusal::TooManyMails { .. },
            ) => 429,
            Self::Refused(Refusal::Busy { .. }) => 503,
            Self::Offline | Self::Failed(_) => 500,
        }
    }

    /// Seconds to wait, if waiting helps.
    #[must_use]
    pub const fn retry_after_secs(&self) -> Option<u32> {
        match self {
            Self::Refused(
                Refusal::Busy { retry_after_secs }
                | Refusal::Locked { retry_after_secs }
                | Refusal::CodesLocked { retry_after_secs }
                | Refusal::TooMany { retry_after_secs }
                | Refusal::TooManyMails { retry_after_secs },
            ) => Some(*retry_after_secs),
            _ => None,
        }
    }

    /// The rules that a field breaks.
    #[must_use]
    pub fn of_field(&self, name: &str) -> Vec<FieldRule> {
        let Self::Refused(Refusal::Fields(faults)) = self else { return Vec::new() };
        faults.iter().filter(|f| f.field == name).map(|f| f.rule).collect()
    }
}
