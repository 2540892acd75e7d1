//! What is wrong with a field of a form.
use serde::{Deserialize, Serialize};

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
