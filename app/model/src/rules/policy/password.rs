//! The rules for passwords, and a text's progress against them.
use crate::digit::is_digit;
use crate::field::FieldRule;
use crate::text::misleads;
use crate::time::Timestamp;
use serde::{Deserialize, Serialize};

/// The most characters of a password. NIST SP 800-63B-4, section 3.1.1.2, asks for at least 64. A password is never
/// cut.
pub const MAX_CHARS: u32 = 256;

/// The rules for passwords. Counted characters and a maximum age are off by default: NIST SP 800-63B-4, section
/// 3.1.1.2, advises against both, so an organisation has to choose them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PasswordPolicy {
    /// The fewest characters of a password that is the only factor.
    pub min_length_alone: u32,
    /// The fewest characters of a password if a second factor is demanded and the person has enrolled one.
    pub min_length_with_second: u32,
    /// The fewest digits.
    pub min_digits: u32,
    /// The fewest special characters (neither letters nor digits).
    pub min_specials: u32,
    /// The fewest capital letters.
    pub min_upper: u32,
    /// The fewest small letters.
    pub min_lower: u32,
    /// The number of earlier passwords that may not be chosen again.
    pub history: u32,
    /// Days after which a password has to be changed. `None`: never.
    pub max_age_days: Option<u32>,
    /// Whether a person with a passkey may go without a password.
    pub passwordless: bool,
}

/// The properties of a password, as counted when it was chosen or last typed. The portal does not keep the password's
/// text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Accepted {
    /// The number of characters, or fewer.
    pub length: u32,
    /// The number of digits, or fewer.
    pub digits: u32,
    /// The number of special characters, or fewer.
    pub specials: u32,
    /// The number of capital letters, or fewer.
    pub upper: u32,
    /// The number of small letters, or fewer.
    pub lower: u32,
}

impl Accepted {
    /// Whether every password with these properties also meets the other ones.
    #[must_use]
    pub fn covers(self, other: Self) -> bool {
        self.and(other) == self
    }

    /// The larger value of each property.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        Self {
            length: self.length.max(other.length),
            digits: self.digits.max(other.digits),
            specials: self.specials.max(other.specials),
            upper: self.upper.max(other.upper),
            lower: self.lower.max(other.lower),
        }
    }
}

/// A rule for the text of a password, and a text's progress against it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// The rule that the text breaks until it has enough.
    pub rule: FieldRule,
    /// The number that the rule wants.
    pub wanted: u32,
    /// The number that the text has.
    pub found: u32,
}

impl Progress {
    /// Whether the text has enough.
    #[must_use]
    pub const fn is_met(&self) -> bool {
        self.found >= self.wanted
    }
}

impl PasswordPolicy {
    /// Whether a password chosen at that time has to be changed now.
    #[must_use]
    pub fn is_too_old(&self, chosen: Timestamp, now: Timestamp) -> bool {
        self.max_age_days.is_some_and(|days| chosen.plus_secs(i64::from(days) * 24 * 60 * 60) <= now)
    }

    /// The number of passwords, including the current one, that may not be chosen again. If passwords have a maximum
    /// age, that is at least the current one.
    #[must_use]
    pub fn remembered(&self) -> u32 {
        self.history.max(u32::from(self.max_age_days.is_some()))
    }

    /// The properties that a text needs.
    #[must_use]
    pub const fn demanded(&self) -> Accepted {
        Accepted {
            length: self.min_length_alone,
            digits: self.min_digits,
            specials: self.min_specials,
            upper: self.min_upper,
            lower: self.min_lower,
        }
    }

    /// Counts a text against the rules, in the order in which the page shows them. The text is in Normalization Form
    /// C, so that a character is one code point.
    #[must_use]
    pub fn progress(&self, nfc: &str) -> Vec<Progress> {
        let count = |is: fn(char) -> bool| u32::try_from(nfc.chars().filter(|c| is(*c)).count()).unwrap_or(u32::MAX);
        let length = self.min_length_alone;
        // Letters without a case are letters, not special characters.
        let counted = [
            (FieldRule::TooShort(length), length, count(|_| true)),
            (FieldRule::TooFewDigits(self.min_digits), self.min_digits, count(is_digit)),
            (
                FieldRule::TooFewSpecials(self.min_specials),
                self.min_specials,
                count(|c| !c.is_alphabetic() && !is_digit(c)),
            ),
            (FieldRule::TooFewUpper(self.min_upper), self.min_upper, count(char::is_uppercase)),
            (FieldRule::TooFewLower(self.min_lower), self.min_lower, count(char::is_lowercase)),
        ];
        counted
            .into_iter()
            .filter(|(_, wanted, _)| *wanted > 0)
            .map(|(rule, wanted, found)| Progress { rule, wanted, found })
            .collect()
    }

    /// Every rule that a new password breaks, as far as its text alone can tell. The text is in Normalization Form C.
    #[must_use]
    pub fn check(&self, nfc: &str) -> Vec<FieldRule> {
        if nfc.is_empty() {
            return vec![FieldRule::Empty];
        }
        let mut broken = Vec::new();
        if nfc.chars().nth(MAX_CHARS as usize).is_some() {
            broken.push(FieldRule::TooLong(MAX_CHARS));
        }
        // A line break or an escape sequence was pasted by mistake, and not every keyboard can type it.
        if nfc.chars().any(misleads) {
            broken.push(FieldRule::Unprintable);
        }
        broken.extend(self.progress(nfc).into_iter().filter(|p| !p.is_met()).map(|p| p.rule));
        broken
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::{Demand, Policy, SecondFactorPolicy};

    #[test]
    fn the_floor_asks_for_length_alone() {
        let floor = Policy::FLOOR.password;
        assert_eq!(floor.check("abcdefghijklmno"), []);
        assert_eq!(floor.check(&"😀".repeat(15)), []);
        assert_eq!(floor.check("Aa1!Aa1!Aa1!Aa"), [FieldRule::TooShort(15)]);
        let demanding = SecondFactorPolicy { demand: Demand::Any, grace_days: 0, passkey_grace_days: 0 };
        for (second_factor, is_short) in [(demanding, false), (Policy::FLOOR.second_factor, true)] {
            let of_holder = Policy { second_factor, ..Policy::FLOOR }.of_holder(Demand::Any).password;
            assert_eq!(!of_holder.check("Aa1!Aa1!").is_empty(), is_short, "{second_factor:?}");
        }
        let without = Policy { second_factor: demanding, ..Policy::FLOOR }.of_holder(Demand::Optional);
        assert_eq!(without.password, Policy::FLOOR.password);
        assert_eq!(floor.check(&"x".repeat(256)), []);
        assert_eq!(floor.check(&"x".repeat(257)), [FieldRule::TooLong(256)]);
        assert_eq!(floor.check(""), [FieldRule::Empty]);
        assert_eq!(floor.check("abcdefghijklmno\n"), [FieldRule::Unprintable]);
    }

    #[test]
    fn every_counted_rule_that_is_broken_is_named() {
        let counted = PasswordPolicy { min_digits: 2, min_specials: 1, min_upper: 1, ..Policy::FLOOR.password };
        assert_eq!(
            counted.check("correcthorsebattery"),
            [FieldRule::TooFewDigits(2), FieldRule::TooFewSpecials(1), FieldRule::TooFewUpper(1)]
        );
        assert_eq!(counted.check("Correct horse battery staple 42!"), []);
        // Letters of every script are letters; a space is a special character.
        assert_eq!(counted.check("Åäö漢字漢字漢字漢字漢字42"), [FieldRule::TooFewSpecials(1)]);
        assert_eq!(counted.check("Åäö 漢字漢字漢字漢字漢42"), []);
    }
}
