//! Asking many into an organisation at once, by a list that somebody has typed or exported.
use crate::id::InvitationListId;
use crate::language::Language;
use crate::role::Role;
use serde::{Deserialize, Serialize};

/// Most lines of a list.
pub const MAX_LINES: u32 = 1000;
/// Most bytes of a list.
pub const MAX_BYTES: u32 = 256 * 1024;

/// A list as the page shows it: before anybody is invited, and after.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct InvitationList {
    /// What whoever looks may invite somebody as.
    pub roles: Vec<Role>,
    /// The language of the organisation's mail.
    pub language: Language,
    /// Seconds that a link can be used that is mailed now.
    pub lifetime_secs: u32,
    /// The list that waits for them, if there is one.
    pub draft: Option<Draft>,
}

/// A list that was read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Draft {
    /// Which.
    pub id: InvitationListId,
    /// As it was typed.
    pub text: String,
    /// What they become whose line does not say it.
    pub role: Role,
    /// The language of the mail to them whose line does not say it.
    pub language: Language,
    /// The lines that somebody is to be invited by, in their order.
    pub lines: Vec<Line>,
    /// The lines that cannot be used.
    pub faulty: Vec<Faulty>,
}

/// Somebody who is to be invited.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Line {
    /// The line's number, from 1.
    pub number: u32,
    /// Their address.
    pub email: String,
    /// Their name; empty if it is not known.
    pub name: String,
    /// What they become.
    pub role: Role,
    /// The language of the mail.
    pub language: Language,
    /// What came of it; `None` until it was tried.
    pub outcome: Option<Outcome>,
}

/// What came of a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Outcome {
    /// The mail is on its way.
    Invited,
    /// They belong to the organisation already.
    Belongs,
    /// Their address got as many mails of this kind as one gets.
    OverLimit,
    /// They have an invitation that is not the caller's to take back.
    NotTheirs,
}

impl Outcome {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Invited, Self::Belongs, Self::OverLimit, Self::NotTheirs];

    /// Its letter in the database.
    #[must_use]
    pub const fn letter(self) -> char {
        match self {
            Self::Invited => 'i',
            Self::Belongs => 'b',
            Self::OverLimit => 'o',
            Self::NotTheirs => 'n',
        }
    }

    /// `None` for what is no outcome's letter.
    #[must_use]
    pub fn of_letter(letter: char) -> Option<Self> {
        Self::ALL.into_iter().find(|outcome| outcome.letter() == letter)
    }
}

/// A line that cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Faulty {
    /// The line's number, from 1.
    pub number: u32,
    /// Its beginning.
    pub text: String,
    /// What is wrong with it.
    pub rule: LineRule,
}

/// What is wrong with a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum LineRule {
    /// There is no email address where one is looked for.
    NotAnEmail,
    /// The name is too long, or has characters that cannot be seen.
    Name,
    /// No role is called that.
    UnknownRole,
    /// A role that whoever invites may not give.
    RoleNotGiven,
    /// No language of ours.
    UnknownLanguage,
    /// The address stands on this line already.
    Twice(u32),
    /// More columns than a list has.
    TooManyColumns,
    /// A quotation mark without its other half.
    OpenQuote,
}
