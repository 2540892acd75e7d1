//! The rules that a form's fields can break.
use serde::{Deserialize, Serialize};

/// A field and the rule that it breaks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldFault {
    /// The field's name in the form.
    pub field: String,
    /// The rule that the field breaks.
    pub rule: FieldRule,
}

/// A rule that a field breaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
pub enum FieldRule {
    /// The field is empty.
    #[error("empty")]
    Empty,
    /// The text has fewer characters than this.
    #[error("shorter than {0} characters")]
    TooShort(u32),
    /// The text has more characters than this.
    #[error("longer than {0} characters")]
    TooLong(u32),
    /// The password has fewer digits than this.
    #[error("fewer than {0} digits")]
    TooFewDigits(u32),
    /// The password has fewer special characters (neither letters nor digits) than this.
    #[error("fewer than {0} special characters")]
    TooFewSpecials(u32),
    /// The password has fewer capital letters than this.
    #[error("fewer than {0} capital letters")]
    TooFewUpper(u32),
    /// The password has fewer small letters than this.
    #[error("fewer than {0} small letters")]
    TooFewLower(u32),
    /// The password is one of those that attackers try first.
    #[error("a common password")]
    Common,
    /// The password is based on the person's name, address or organisation, or on the portal's name.
    #[error("based on what is known of the person")]
    Expected,
    /// The text has control characters, or characters that reorder the text around them.
    #[error("invisible characters")]
    Unprintable,
    /// The text is a web address, where a name is asked for.
    #[error("a web address")]
    WebAddress,
    /// The text does not have the form of an email address.
    #[error("not an email address")]
    NotAnEmail,
    /// The text does not have the form of a code app's code, and no other code is asked for.
    #[error("not a code of a code app")]
    NotSixDigits,
    /// The text has neither the form of a code app's code nor of a recovery code.
    #[error("not a code")]
    NotACode,
    /// The code is not the right one.
    #[error("a wrong code")]
    WrongCode,
    /// The code would be right at another time: the clock of the device with the code app is wrong.
    #[error("a code for another time")]
    OtherTime,
    /// The text does not have the form of a short name.
    #[error("not a short name")]
    NotASlug,
    /// Another account or organisation has it.
    #[error("taken")]
    Taken,
    /// The person already belongs to the organisation.
    #[error("already in the organisation")]
    Belongs,
    /// The organisation has no other owner.
    #[error("the last owner")]
    LastOwner,
    /// The new value is the current value.
    #[error("unchanged")]
    Unchanged,
    /// The field differs from the one that it repeats.
    #[error("not the same")]
    NotTheSame,
    /// The text is not `#rrggbb`.
    #[error("not a colour")]
    NoColour,
    /// This line, counted from 1, is not a domain.
    #[error("line {0} is not a domain")]
    NoDomain(u32),
    /// This line is a domain in which any person can have an address.
    #[error("line {0} is a public mail domain")]
    PublicDomain(u32),
    /// This line is a domain of another organisation.
    #[error("line {0} is another organisation's domain")]
    DomainTaken(u32),
    /// The text has more lines than this.
    #[error("more than {0} lines")]
    TooManyLines(u32),
    /// The file is not a PNG image.
    #[error("not a PNG image")]
    NoPng,
    /// The file has more KiB than this.
    #[error("more than {0} KiB")]
    TooLarge(u32),
    /// The image has more pixels in one direction than this.
    #[error("more than {0} pixels")]
    TooManyPixels(u32),
    /// The save would change nothing.
    #[error("nothing would change")]
    NothingNew,
    /// The password is one of the person's earlier passwords.
    #[error("an earlier password")]
    Earlier,
    /// The text is not a number from the first to the second.
    #[error("not from {0} to {1}")]
    OutOfBounds(u32, u32),
    /// This many people may be locked out, and the administrator has not confirmed that number.
    #[error("{0} people may be locked out")]
    LocksOut(u32),
    /// The value is weaker than this one, which holds for everybody.
    #[error("weaker than {0}")]
    WeakerThan(u32),
    /// The counted characters together are more than this: half of the shortest password.
    #[error("more than {0} counted characters")]
    MoreThanHalf(u32),
    /// The person already has this many passkeys, the most that one account may have.
    #[error("more than {0} passkeys")]
    TooManyPasskeys(u32),
    /// The file's text is not UTF-8.
    #[error("not UTF-8")]
    NotUtf8,
}

impl FieldRule {
    /// This rule, broken by the field of this name.
    #[must_use]
    pub fn of(self, field: &str) -> FieldFault {
        FieldFault { field: field.to_owned(), rule: self }
    }
}
