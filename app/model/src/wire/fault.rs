//! Why a request was not done: the one error that crosses the wire. It holds codes and numbers only, so nothing that
//! somebody else wrote can ever reach a page through it; the page has the words, in the person's language.
use crate::proof::Proof;
use serde::{Deserialize, Serialize};

pub use crate::field::{FieldFault, FieldRule};
pub use crate::reference::Reference;

/// An expected no: safe to show, and the person can do something about it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
pub enum Refusal {
    /// Unknown name, wrong password or suspended account: which of them is never told.
    #[error("wrong credentials")]
    WrongCredentials(Tries),
    /// Whoever is signed in was asked for their password once more, and entered another one.
    #[error("wrong password")]
    WrongPassword(Tries),
    /// The code is wrong, or was used already.
    #[error("wrong code")]
    WrongCode {
        /// Wrong ones until the sign-in has to begin anew; none for somebody who is signed in, who is asked on.
        left: Option<u32>,
    },
    /// The passkey is none of theirs, or was not shown as it has to be.
    #[error("wrong passkey")]
    WrongPasskey,
    /// Without it they would have no way to sign in.
    #[error("the last way in")]
    LastWayIn,
    /// So many wrong codes of a code app that none is taken for a while.
    #[error("codes locked")]
    CodesLocked {
        /// Seconds of that while that are left.
        retry_after_secs: u32,
    },
    /// So many wrong codes of a code app in a row that none is taken any more.
    #[error("codes stopped")]
    CodesStopped,
    /// What was asked for matters so much that the person has to prove once more that it is them: nothing was done.
    #[error("to be proven once more")]
    ToBeProven(Proof),
    /// They entered a wrong password to prove it.
    #[error("not proven")]
    NotProven(Tries),
    /// Too many wrong tries, of a name that is known or not: none is taken for a while.
    #[error("locked")]
    Locked {
        /// Seconds of that while that are left.
        retry_after_secs: u32,
    },
    /// More from one network than one gets.
    #[error("too many requests")]
    TooMany {
        /// Seconds after which there is room again.
        retry_after_secs: u32,
    },
    /// Nobody is signed in, or no longer.
    #[error("not signed in")]
    SignedOut,
    /// It does not exist, or belongs to another tenant, which is the same to whoever asks.
    #[error("not found")]
    NotFound,
    /// Some fields break a rule.
    #[error("some fields break a rule")]
    Fields(Vec<FieldFault>),
    /// Somebody has saved it since it was read: nothing was overwritten.
    #[error("changed by somebody else")]
    Conflict,
    /// The page was made for another organisation than the one in which the person acts by now: nothing was done.
    #[error("made for another organisation")]
    OtherOrganisation,
    /// The browser sends no cookies back, so nobody can be signed in with it.
    #[error("no cookies")]
    CookiesOff,
    /// Too much work at once.
    #[error("busy")]
    Busy {
        /// Seconds after which another try is likely to work.
        retry_after_secs: u32,
    },
}

/// What is left after a wrong try.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tries {
    /// Wrong ones until none is taken for a while.
    pub left: u32,
    /// Seconds until the next one is taken.
    pub wait_secs: u32,
    /// Seconds of that while.
    pub lock_secs: u32,
}

/// What a server function answers when it did not do what was asked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
pub enum Fault {
    /// An expected no.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// The arguments could not be read at all: a broken client, not a person's mistake.
    #[error("unreadable")]
    Unreadable,
    /// The server was not reached. Made in the browser only.
    #[error("offline")]
    Offline,
    /// Our fault. The log has the rest under this reference.
    #[error("failed, reference {0}")]
    Failed(Reference),
}

impl Fault {
    /// The HTTP status that says the same to a machine.
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
            Self::Refused(Refusal::CodesStopped) => 403,
            Self::Refused(Refusal::NotFound) => 404,
            Self::Refused(Refusal::Conflict | Refusal::OtherOrganisation | Refusal::LastWayIn) => 409,
            Self::Refused(Refusal::Fields(_)) => 422,
            Self::Refused(Refusal::Locked { .. } | Refusal::CodesLocked { .. } | Refusal::TooMany { .. }) => 429,
            Self::Refused(Refusal::Busy { .. }) => 503,
            Self::Offline | Self::Failed(_) => 500,
        }
    }

    /// Seconds to wait, where waiting helps.
    #[must_use]
    pub const fn retry_after_secs(&self) -> Option<u32> {
        match self {
            Self::Refused(
                Refusal::Busy { retry_after_secs }
                | Refusal::Locked { retry_after_secs }
                | Refusal::CodesLocked { retry_after_secs }
                | Refusal::TooMany { retry_after_secs },
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
