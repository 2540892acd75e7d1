//! Policies, and how several policies for one person combine: the strictest value of each field holds. No field gets
//! weaker when another one gets stricter.
pub mod impact;
pub mod page;
mod password;
mod second_factor;
mod setting;
mod tenant;

pub use password::{Accepted, MAX_CHARS, PasswordPolicy, Progress};
pub use second_factor::{Demand, DemandedSince, SecondFactorPolicy};
pub use setting::{Change, Setting, SettingPanel};
pub use tenant::TenantPolicy;

use serde::{Deserialize, Serialize};

/// The rules that hold for a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Policy {
    /// The rules for passwords.
    pub password: PasswordPolicy,
    /// The demand for a second factor.
    pub second_factor: SecondFactorPolicy,
    /// The limit on wrong passwords.
    pub lockout: LockoutPolicy,
    /// The limits of a session.
    pub session: SessionPolicy,
    /// The lifetimes of mailed links.
    pub links: LinkPolicy,
}

/// The limit on wrong passwords.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LockoutPolicy {
    /// Wrong passwords before the account is locked for a while.
    pub threshold: u32,
    /// Seconds that the account stays locked.
    pub duration_secs: u32,
}

/// The limits of a session.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SessionPolicy {
    /// Seconds without a request after which a session ends.
    pub idle_secs: u32,
    /// Seconds after the sign-in at which a session ends in any case.
    pub absolute_secs: u32,
}

/// The lifetimes of mailed links.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LinkPolicy {
    /// Seconds that an invitation works.
    pub invitation_secs: u32,
    /// Seconds that a reset link works.
    pub reset_secs: u32,
}

impl Policy {
    /// The weakest value of each setting.
    ///
    /// 15 and 8 characters: NIST SP 800-63B-4, section 3.1.1.2. An hour idle and 24 hours in all: section 2.2.3
    /// (AAL2). Ten tries and fifteen minutes are Portvakt's own: NIST allows 100 in a row (section 3.2.2), and that
    /// limit holds as well. A reset link lives 30 minutes (section 4.2.2.2 allows 24 hours by mail). An invitation
    /// opens no existing account, so it lives a week, the time in which people read their mail.
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

    /// The stricter value of every field. The order of policies makes no difference, and one more policy can only
    /// make the result stricter.
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

    /// The policy of a person in several organisations: the strictest value of each rule. An organisation accepts the
    /// shorter password only if it, or the platform, demands the second factor that the person has enrolled. Its
    /// grace days count for its own demand only, so that two organisations together lock out nobody whom neither
    /// locks out alone.
    #[must_use]
    pub fn of_person(platform: Self, organisations: impl IntoIterator<Item = Self>, enrolled: Demand) -> Self {
        let own = organisations.into_iter().map(|own| platform.with(own).of_holder(enrolled));
        own.reduce(Self::strictest).unwrap_or_else(|| platform.of_holder(enrolled))
    }

    /// The combined policy of the platform and one organisation.
    #[must_use]
    pub fn with(self, organisation: Self) -> Self {
        self.strictest(organisation.effective())
    }

    /// The policy without unused grace days: days for a factor that is not demanded count for no person and shorten
    /// no other policy's days.
    pub(crate) fn effective(self) -> Self {
        Self { second_factor: self.second_factor.effective(), ..self }
    }

    /// Whether no field is weaker than the other policy's.
    #[must_use]
    pub fn is_at_least(self, other: Self) -> bool {
        self.strictest(other) == self
    }

    /// The policy for a person whose second factor meets the demand: the shorter password is enough. `enrolled` is
    /// the strictest demand that the person's second factors meet, `Optional` without one.
    #[must_use]
    pub fn of_holder(mut self, enrolled: Demand) -> Self {
        if self.second_factor.demand > Demand::Optional && enrolled >= self.second_factor.demand {
            self.password.min_length_alone = self.password.min_length_with_second;
        }
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_policy_with_a_field_that_nobody_knows_is_not_read() {
        let text = serde_json::to_string(&Policy::FLOOR).unwrap();
        assert_eq!(serde_json::from_str::<Policy>(&text).unwrap(), Policy::FLOOR);
        assert!(serde_json::from_str::<Policy>(&text.replace("\"history\"", "\"histroy\"")).is_err());
    }
}
