//! Lists of people to invite, typed or exported from another program.
use crate::id::InvitationListId;
use crate::language::Language;
use crate::role::Role;
use serde::{Deserialize, Serialize};

/// The most lines of a list.
pub const MAX_LINES: u32 = 1000;
/// The most bytes of a list.
pub const MAX_BYTES: u32 = 256 * 1024;

/// The data of the page, before the invitations are sent and after.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct InvitationList {
    /// The roles that the reader may give.
    pub roles: Vec<Role>,
    /// The language of the organisation's mail.
    pub language: Language,
    /// Seconds that a new link works.
    pub lifetime_secs: u32,
    /// The list that waits to be sent, if there is one.
    pub draft: Option<Draft>,
}

/// A list that was read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Draft {
    /// The list.
    pub id: InvitationListId,
    /// The typed text.
    pub text: String,
    /// The role for lines that name none.
    pub role: Role,
    /// The mail's language for lines that name none.
    pub language: Language,
    /// The good lines, in their order.
    pub lines: Vec<ListLine>,
    /// The faulty lines.
    pub faulty: Vec<Faulty>,
}

/// A person to invite.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ListLine {
    /// The line's number, from 1.
    pub number: u32,
    /// The person's address.
    pub email: String,
    /// The person's name, or an empty text.
    pub name: String,
    /// The role that the invitation gives.
    pub role: Role,
    /// The language of the mail.
    pub language: Language,
    /// The result; `None` before the line was tried.
    pub outcome: Option<LineOutcome>,
}

/// The result of a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum LineOutcome {
    /// The invitation was mailed.
    Invited,
    /// The person already belongs to the organisation.
    Belongs,
    /// The address has reached its limit of invitation mails.
    OverLimit,
    /// The person has an invitation that the caller may not withdraw.
    NotTheirs,
}

impl LineOutcome {
    /// Every result.
    pub const ALL: [Self; 4] = [Self::Invited, Self::Belongs, Self::OverLimit, Self::NotTheirs];

    /// The letter in the database.
    #[must_use]
    pub const fn letter(self) -> char {
        match self {
            Self::Invited => 'i',
            Self::Belongs => 'b',
            Self::OverLimit => 'o',
            Self::NotTheirs => 'n',
        }
    }

    /// The result with this letter. `None` if there is no such result.
    #[must_use]
    pub fn of_letter(letter: char) -> Option<Self> {
        Self::ALL.into_iter().find(|outcome| outcome.letter() == letter)
    }
}

/// A faulty line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Faulty {
    /// The line's number, from 1.
    pub number: u32,
    /// The beginning of the line.
    pub text: String,
    /// The rule that the line breaks.
    pub rule: LineRule,
}

/// A rule that a line breaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum LineRule {
    /// The column for the address holds no email address.
    NotAnEmail,
    /// The name is too long or has invisible characters.
    Name,
    /// There is no role of this name.
    UnknownRole,
    /// The administrator may not give this role.
    RoleNotGiven,
    /// Portvakt does not have this language.
    UnknownLanguage,
    /// The address is also on this line.
    Twice(u32),
    /// The line has too many columns.
    TooManyColumns,
    /// A quotation mark is not closed.
    OpenQuote,
}
