//! Why a request was not done: the one error that crosses the wire. It holds codes and numbers only, so nothing that
//! somebody else wrote can ever reach a page through it; the page has the words, in the person's language.
use crate::second_factor::Proof;
use serde::{Deserialize, Serialize};
use std::fmt;

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

/// A request's id, in the log and on the error page, to be read out over a telephone: `7F3A-66D0`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Default)]
pub struct Reference(pub u32);

impl fmt::Display for Reference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04X}-{:04X}", self.0 >> 16, self.0 & 0xFFFF)
    }
}

/// A field and the rule it breaks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldFault {
    /// The field's name in the form.
    pub field: String,
    /// What is wrong with it.
    pub rule: FieldRule,
}

/// A rule that a field breaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
pub enum FieldRule {
    /// Nothing was entered.
    #[error("empty")]
    Empty,
    /// Fewer characters than this.
    #[error("shorter than {0} characters")]
    TooShort(u32),
    /// More characters than this.
    #[error("longer than {0} characters")]
    TooLong(u32),
    /// Fewer digits than this.
    #[error("fewer than {0} digits")]
    TooFewDigits(u32),
    /// Fewer characters that are neither letters nor digits than this.
    #[error("fewer than {0} special characters")]
    TooFewSpecials(u32),
    /// Fewer capital letters than this.
    #[error("fewer than {0} capital letters")]
    TooFewUpper(u32),
    /// Fewer small letters than this.
    #[error("fewer than {0} small letters")]
    TooFewLower(u32),
    /// One of the passwords that are tried first.
    #[error("a common password")]
    Common,
    /// Made of what anybody knows of the person: their name, address or organisation, or the portal's name.
    #[error("made of what is known")]
    Expected,
    /// Control characters, or ones that reorder the text around them.
    #[error("characters that cannot be seen")]
    Unprintable,
    /// Not the form of an email address.
    #[error("no email address")]
    NotAnEmail,
    /// Neither the form of a code app's code nor of a recovery code.
    #[error("no code")]
    NotACode,
    /// A code that is not the right one.
    #[error("a wrong code")]
    WrongCode,
    /// A code that would be right at another time: the clock of whoever made it is wrong.
    #[error("a code of another time")]
    OtherTime,
    /// Not the form of a short name.
    #[error("no short name")]
    NotASlug,
    /// Somebody else has it.
    #[error("taken")]
    Taken,
    /// They belong to the organisation already.
    #[error("belongs here already")]
    Belongs,
    /// Nobody else owns the organisation.
    #[error("the last owner")]
    LastOwner,
    /// It is what they have already.
    #[error("unchanged")]
    Unchanged,
    /// Differs from the field that it repeats.
    #[error("not the same")]
    NotTheSame,
    /// Not `#rrggbb`.
    #[error("no colour")]
    NoColour,
    /// On this line, from 1, is no domain.
    #[error("line {0} is no domain")]
    NoDomain(u32),
    /// On this line is a domain in which anybody can have an address.
    #[error("line {0} is anybody's domain")]
    PublicDomain(u32),
    /// On this line is a domain that another organisation has.
    #[error("line {0} is another organisation's domain")]
    DomainTaken(u32),
    /// More lines than this.
    #[error("more than {0} lines")]
    TooManyLines(u32),
    /// Not an image in PNG.
    #[error("no PNG")]
    NoPng,
    /// A file of more KiB than this.
    #[error("more than {0} KiB")]
    TooLarge(u32),
    /// An image of more pixels in one direction than this.
    #[error("more than {0} pixels")]
    TooManyPixels(u32),
    /// Nothing would be changed.
    #[error("nothing new")]
    NothingNew,
    /// One of the passwords that they had before.
    #[error("an earlier password")]
    Earlier,
    /// No number from the first to the second.
    #[error("not from {0} to {1}")]
    OutOfBounds(u32, u32),
    /// So many people may be locked out, and nobody has confirmed it.
    #[error("{0} may be locked out")]
    LocksOut(u32),
    /// Weaker than what holds for everybody.
    #[error("weaker than {0}")]
    WeakerThan(u32),
    /// More counted characters together than this: half of the shortest password.
    #[error("more than {0} counted characters")]
    MoreThanHalf(u32),
    /// They have this many passkeys already, and more than that nobody gets.
    #[error("more than {0} passkeys")]
    TooManyPasskeys(u32),
    /// A file whose text is not in UTF-8.
    #[error("not UTF-8")]
    NotUtf8,
}

impl FieldRule {
    /// The refusal of one field.
    #[must_use]
    pub fn of(self, field: &str) -> FieldFault {
        FieldFault { field: field.to_owned(), rule: self }
    }
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

#[test]
fn a_reference_is_two_groups_of_four_digits() {
    assert_eq!(Reference(0x7F3A_66D0).to_string(), "7F3A-66D0");
    assert_eq!(Reference(1).to_string(), "0000-0001");
}
