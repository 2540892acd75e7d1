//! The rules that an organisation sets for its people, and how several that hold for one person become one: the strictest
//! of each. Fields are made so that this works: whatever makes one of them stricter never makes another weaker.
pub mod impact;
pub mod page;
mod tenant;

pub use tenant::{Change, Setting, TenantPolicy};

use crate::digit::is_digit;
use crate::field::FieldRule;
use crate::text::misleads;
use crate::time::Timestamp;
use serde::{Deserialize, Serialize};
use std::cmp::Reverse;

/// Most characters. NIST SP 800-63B-4, section 3.1.1.2, asks for at least 64; nothing is ever cut.
pub const MAX_CHARS: u32 = 256;

/// The rules that hold for somebody.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Policy {
    /// Which passwords may be chosen.
    pub password: PasswordPolicy,
    /// Whether a second factor has to be enrolled.
    pub second_factor: SecondFactorPolicy,
    /// What wrong tries lead to.
    pub lockout: LockoutPolicy,
    /// How long a session lasts.
    pub session: SessionPolicy,
    /// How long a link in a mail can be used.
    pub links: LinkPolicy,
}

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

/// Which second factors count. A stricter demand is greater.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Demand {
    /// None has to be there.
    Optional,
    /// Any.
    Any,
    /// One that cannot be typed into a false page: a passkey.
    PhishingResistant,
}

/// Since when something is asked of somebody at each of their sign-ins; `None` if it is not.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Asked {
    /// A second factor, whichever.
    pub any: Option<Timestamp>,
    /// A passkey.
    pub passkey: Option<Timestamp>,
}

/// Whether a second factor has to be enrolled.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SecondFactorPolicy {
    /// Which.
    pub demand: Demand,
    /// Days that somebody without any may still sign in.
    pub grace_days: u32,
    /// Days that somebody without a passkey may, where one is demanded. An organisation sets one number for both; of several
    /// each has days for what it demands itself.
    pub passkey_grace_days: u32,
}

impl SecondFactorPolicy {
    /// When somebody has to have this who is asked for it since then.
    #[must_use]
    pub fn due(self, demand: Demand, asked: Timestamp) -> Timestamp {
        let days = if demand == Demand::PhishingResistant { self.passkey_grace_days } else { self.grace_days };
        asked.plus_secs(i64::from(days) * 24 * 60 * 60)
    }

    /// The same without days for what it does not demand.
    fn effective(mut self) -> Self {
        let most = Policy::FLOOR.second_factor;
        if self.demand < Demand::Any {
            self.grace_days = most.grace_days;
        }
        if self.demand < Demand::PhishingResistant {
            self.passkey_grace_days = most.passkey_grace_days;
        }
        self
    }

    /// What has to be there now of somebody who has this: what their days are over for. A passkey has days of its own, beside
    /// those that any second factor has: where more is demanded than before nobody has to have less meanwhile.
    #[must_use]
    pub fn demanded_now(self, enrolled: Demand, asked: Asked, now: Timestamp) -> Demand {
        if self.demand <= enrolled {
            return self.demand;
        }
        let over = self.lacking(enrolled, asked, now).filter(|(_, due)| *due <= now);
        over.map(|(demand, _)| demand).max().unwrap_or(Demand::Optional)
    }

    /// The next thing that somebody lacks who has this, and when they have to have it. `None` if they lack nothing.
    #[must_use]
    pub fn next_due(self, enrolled: Demand, asked: Asked, now: Timestamp) -> Option<(Demand, Timestamp)> {
        // Of two at once the one that does for both.
        self.lacking(enrolled, asked, now).min_by_key(|(demand, due)| (*due, Reverse(*demand)))
    }

    /// Whoever was not asked yet has all the days still.
    fn lacking(self, enrolled: Demand, asked: Asked, now: Timestamp) -> impl Iterator<Item = (Demand, Timestamp)> {
        let all = [(Demand::Any, asked.any), (Demand::PhishingResistant, asked.passkey)].into_iter();
        let lacking = all.filter(move |(demand, _)| enrolled < *demand && *demand <= self.demand);
        lacking.map(move |(demand, since)| (demand, self.due(demand, since.unwrap_or(now))))
    }
}

/// What wrong tries lead to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LockoutPolicy {
    /// Wrong tries after which no more are taken for a while.
    pub threshold: u32,
    /// Seconds of that while.
    pub duration_secs: u32,
}

/// How long a session lasts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SessionPolicy {
    /// Seconds without a request.
    pub idle_secs: u32,
    /// Seconds after signing in, whatever happens.
    pub absolute_secs: u32,
}

/// How long a link in a mail can be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LinkPolicy {
    /// Seconds of an invitation's.
    pub invitation_secs: u32,
    /// Seconds of one to a new password.
    pub reset_secs: u32,
}

impl Policy {
    /// What no setting can go below.
    ///
    /// 15 and 8 characters: NIST SP 800-63B-4, section 3.1.1.2. An hour idle and 24 hours in all: section 2.2.3 (AAL2). Ten
    /// tries and fifteen minutes are ours: NIST wants at most 100 in a row (section 3.2.2), which holds beside them. A reset
    /// link lives 30 minutes (section 4.2.2.2 allows 24 hours by mail); an invitation gives nobody an account that there is
    /// already, and lives a week, as people read mail.
    pub const FLOOR: Self = Self {
        password: PasswordPolicy {
            min_length_alone: 15,
            min_length_with_second: 8,
            min_digits: 0,
            min_specials: 0,
            min_upper: 0,
            min_lower: 0,
            history: 0,
            max_age_days: None,
            passwordless: true,
        },
        second_factor: SecondFactorPolicy { demand: Demand::Optional, grace_days: 30, passkey_grace_days: 30 },
        lockout: LockoutPolicy { threshold: 10, duration_secs: 15 * 60 },
        session: SessionPolicy { idle_secs: 60 * 60, absolute_secs: 24 * 60 * 60 },
        links: LinkPolicy { invitation_secs: 7 * 24 * 60 * 60, reset_secs: 30 * 60 },
    };

    /// The stricter of every field. The order of any number of policies makes no difference, and one more can only make
    /// the result stricter.
    #[must_use]
    pub fn strictest(self, other: Self) -> Self {
        let (p, q) = (self.password, other.password);
        Self {
            password: PasswordPolicy {
                min_length_alone: p.min_length_alone.max(q.min_length_alone),
                min_length_with_second: p.min_length_with_second.max(q.min_length_with_second),
                min_digits: p.min_digits.max(q.min_digits),
                min_specials: p.min_specials.max(q.min_specials),
                min_upper: p.min_upper.max(q.min_upper),
                min_lower: p.min_lower.max(q.min_lower),
                history: p.history.max(q.history),
                max_age_days: [p.max_age_days, q.max_age_days].into_iter().flatten().min(),
                passwordless: p.passwordless && q.passwordless,
            },
            second_factor: SecondFactorPolicy {
                demand: self.second_factor.demand.max(other.second_factor.demand),
                grace_days: self.second_factor.grace_days.min(other.second_factor.grace_days),
                passkey_grace_days: self.second_factor.passkey_grace_days.min(other.second_factor.passkey_grace_days),
            },
            lockout: LockoutPolicy {
                threshold: self.lockout.threshold.min(other.lockout.threshold),
                duration_secs: self.lockout.duration_secs.max(other.lockout.duration_secs),
            },
            session: SessionPolicy {
                idle_secs: self.session.idle_secs.min(other.session.idle_secs),
                absolute_secs: self.session.absolute_secs.min(other.session.absolute_secs),
            },
            links: LinkPolicy {
                invitation_secs: self.links.invitation_secs.min(other.links.invitation_secs),
                reset_secs: self.links.reset_secs.min(other.links.reset_secs),
            },
        }
    }

    /// What holds for somebody of whom each of these organisations asks something: the strictest of each rule. A shorter
    /// password is enough for an organisation only if that one, or the platform, demands the second factor which they have; and
    /// the days of one are for what it demands itself, so that two lock nobody out whom neither does.
    #[must_use]
    pub fn of_somebody(platform: Self, organisations: impl IntoIterator<Item = Self>, enrolled: Demand) -> Self {
        let own = organisations.into_iter().map(|own| platform.with(own).of_holder(enrolled));
        own.reduce(Self::strictest).unwrap_or_else(|| platform.of_holder(enrolled))
    }

    /// What holds of the platform and one of somebody's organisations.
    #[must_use]
    pub fn with(self, organisation: Self) -> Self {
        self.strictest(organisation.effective())
    }

    /// What of it holds for anybody: days for what it does not demand are nobody's, and take none away that another gives.
    pub(crate) fn effective(self) -> Self {
        Self { second_factor: self.second_factor.effective(), ..self }
    }

    /// Whether no field is weaker than the other's.
    #[must_use]
    pub fn is_at_least(self, other: Self) -> bool {
        self.strictest(other) == self
    }

    /// The same as one that asks for no more than the shorter length of a password, for somebody who has the second factor that
    /// is demanded: `enrolled` is the strictest demand that theirs meet, `Optional` if they have none.
    #[must_use]
    pub fn of_holder(mut self, enrolled: Demand) -> Self {
        if self.second_factor.demand > Demand::Optional && enrolled >= self.second_factor.demand {
            self.password.min_length_alone = self.password.min_length_with_second;
        }
        self
    }
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

    #[test]
    fn any_second_factor_and_a_passkey_have_days_of_their_own() {
        const DAY_SECS: i64 = 24 * 60 * 60;
        let now = Timestamp::from_micros(1_000_000_000_000_000);
        let ago = |days: i64| Some(now.plus_secs(-days * DAY_SECS));
        let policy = SecondFactorPolicy { demand: Demand::PhishingResistant, grace_days: 3, passkey_grace_days: 3 };
        let (a_code_app, a_passkey) =
            (|days: i64| Some((Demand::Any, days)), |days| Some((Demand::PhishingResistant, days)));
        for (enrolled, any, passkey, demanded, next) in [
            (Demand::Optional, None, None, Demand::Optional, a_passkey(3)),
            (Demand::Optional, ago(2), ago(1), Demand::Optional, a_code_app(1)),
            (Demand::Optional, ago(3), ago(1), Demand::Any, a_code_app(0)),
            (Demand::Optional, ago(4), ago(3), Demand::PhishingResistant, a_code_app(-1)),
            (Demand::Any, ago(9), ago(1), Demand::Optional, a_passkey(2)),
            (Demand::Any, ago(9), ago(3), Demand::PhishingResistant, a_passkey(0)),
            (Demand::PhishingResistant, ago(9), ago(9), Demand::PhishingResistant, None),
        ] {
            let asked = Asked { any, passkey };
            assert_eq!(policy.demanded_now(enrolled, asked, now), demanded, "{enrolled:?} {asked:?}");
            let next = next.map(|(demand, days)| (demand, now.plus_secs(days * DAY_SECS)));
            assert_eq!(policy.next_due(enrolled, asked, now), next, "{enrolled:?} {asked:?}");
        }
        let any = SecondFactorPolicy { demand: Demand::Any, ..policy };
        let asked = Asked { any: ago(1), passkey: ago(9) };
        assert_eq!(any.demanded_now(Demand::Optional, asked, now), Demand::Optional, "a passkey is asked for no more");
    }

    #[test]
    fn a_policy_with_a_field_that_nobody_knows_is_not_read() {
        let text = serde_json::to_string(&Policy::FLOOR).unwrap();
        assert_eq!(serde_json::from_str::<Policy>(&text).unwrap(), Policy::FLOOR);
        assert!(serde_json::from_str::<Policy>(&text.replace("\"history\"", "\"histroy\"")).is_err());
    }
}
