//! Which passwords may be chosen, and how far a text has come with that.
use crate::digit::is_digit;
use crate::field::FieldRule;
use crate::text::misleads;
use crate::time::Timestamp;
use serde::{Deserialize, Serialize};

/// Most characters. NIST SP 800-63B-4, section 3.1.1.2, asks for at least 64; nothing is ever cut.
pub const MAX_CHARS: u32 = 256;

/// Which passwords may be chosen. The counted minima and the ageing are an organisation's choice against the advice of
/// NIST SP 800-63B-4, section 3.1.1.2, and are off unless one makes it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PasswordPolicy {
    /// Fewest characters where the password is the only factor.
    pub min_length_alone: u32,
    /// Fewest characters for somebody who has a second factor enrolled where one is demanded.
    pub min_length_with_second: u32,
    /// Fewest digits.
    pub min_digits: u32,
    /// Fewest characters that are neither letters nor digits.
    pub min_specials: u32,
    /// Fewest capital letters.
    pub min_upper: u32,
    /// Fewest small letters.
    pub min_lower: u32,
    /// How many earlier passwords may not be chosen again.
    pub history: u32,
    /// Days after which a password has to be changed. `None` is never.
    pub max_age_days: Option<u32>,
    /// Whether somebody who has a passkey may have none.
    pub passwordless: bool,
}

/// What a password was found to meet, when it was chosen or typed last: its text is known to nobody.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Accepted {
    /// So many characters at least.
    pub length: u32,
    /// So many digits.
    pub digits: u32,
    /// So many special characters.
    pub specials: u32,
    /// So many capital letters.
    pub upper: u32,
    /// So many small letters.
    pub lower: u32,
}

impl Accepted {
    /// Whether whatever meets this meets the other as well.
    #[must_use]
    pub fn covers(self, other: Self) -> bool {
        self.and(other) == self
    }

    /// What meets both.
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

/// A rule for the text of a password, and how far a text has come with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// What the text breaks until it is met.
    pub rule: FieldRule,
    /// How much is wanted.
    pub wanted: u32,
    /// How much is there.
    pub found: u32,
}

impl Progress {
    /// Whether there is enough.
    #[must_use]
    pub const fn is_met(&self) -> bool {
        self.found >= self.wanted
    }
}

impl PasswordPolicy {
    /// Whether a password that was chosen then has to be changed.
    #[must_use]
    pub fn is_too_old(&self, chosen: Timestamp, now: Timestamp) -> bool {
        self.max_age_days.is_some_and(|days| chosen.plus_secs(i64::from(days) * 24 * 60 * 60) <= now)
    }

    /// How many passwords that somebody has had may not be chosen again, the one of now with them: where one has to be changed
    /// after a while, that one at least.
    #[must_use]
    pub fn remembered(&self) -> u32 {
        self.history.max(u32::from(self.max_age_days.is_some()))
    }

    /// What a text has to meet.
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

    /// What is counted in a text, in the order in which it is shown. The text is in Normalization Form C, so a character is
    /// one code point of it.
    #[must_use]
    pub fn progress(&self, nfc: &str) -> Vec<Progress> {
        let count = |is: fn(char) -> bool| u32::try_from(nfc.chars().filter(|c| is(*c)).count()).unwrap_or(u32::MAX);
        let length = self.min_length_alone;
        // Letters without a case are letters all the same: they are no special characters.
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

    /// Every rule for its text that a new password breaks, of those that can be decided without asking anybody. The text is
    /// in Normalization Form C.
    #[must_use]
    pub fn check(&self, nfc: &str) -> Vec<FieldRule> {
        if nfc.is_empty() {
            return vec![FieldRule::Empty];
        }
        let mut broken = Vec::new();
        if nfc.chars().nth(MAX_CHARS as usize).is_some() {
            broken.push(FieldRule::TooLong(MAX_CHARS));
        }
        // A line break or an escape sequence was pasted by mistake, and cannot be typed again on every keyboard.
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
