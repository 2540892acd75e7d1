//! The rules that an organisation sets for its people, and how several that hold for one person become one: the strictest
//! of each. Fields are made so that this works: whatever makes one of them stricter never makes another weaker.
pub mod impact;
pub mod page;
mod password;
mod second_factor;
mod setting;
mod tenant;

pub use password::{Accepted, MAX_CHARS, PasswordPolicy, Progress};
pub use second_factor::{Asked, Demand, SecondFactorPolicy};
pub use setting::{Change, Setting};
pub use tenant::TenantPolicy;

use serde::{Deserialize, Serialize};

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
