//! The demand for a second factor, and its grace days.
use super::Policy;
use crate::time::Timestamp;
use serde::{Deserialize, Serialize};
use std::cmp::Reverse;

/// The second factors that meet a demand. A stricter demand is greater.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Demand {
    /// No second factor is needed.
    Optional,
    /// Any second factor.
    Any,
    /// A second factor that cannot be typed into a false page: a passkey.
    PhishingResistant,
}

/// The first sign-in that demanded each factor; `None` if no sign-in did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct DemandedSince {
    /// Any second factor.
    pub any: Option<Timestamp>,
    /// A passkey.
    pub passkey: Option<Timestamp>,
}

/// The demand for a second factor.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SecondFactorPolicy {
    /// The demanded factor.
    pub demand: Demand,
    /// Grace days for a person without any second factor.
    pub grace_days: u32,
    /// Grace days for a person without a passkey, if one is demanded. An organisation sets one number for both
    /// fields. In a combined policy each organisation's days count for its own demand.
    pub passkey_grace_days: u32,
}

impl SecondFactorPolicy {
    /// The end of the grace days for a demand first made at `asked`.
    #[must_use]
    pub fn due(self, demand: Demand, asked: Timestamp) -> Timestamp {
        let days = if demand == Demand::PhishingResistant { self.passkey_grace_days } else { self.grace_days };
        asked.plus_secs(i64::from(days) * 24 * 60 * 60)
    }

    /// The same, with the most grace days for each factor that is not demanded.
    pub(super) fn effective(mut self) -> Self {
        let most = Policy::FLOOR.second_factor;
        if self.demand < Demand::Any {
            self.grace_days = most.grace_days;
        }
        if self.demand < Demand::PhishingResistant {
            self.passkey_grace_days = most.passkey_grace_days;
        }
        self
    }

    /// The demand in force now for a person with these factors: the one whose grace days are over. A passkey has
    /// grace days of its own. A newly demanded passkey does not suspend the demand for any second factor.
    #[must_use]
    pub fn demanded_now(self, enrolled: Demand, asked: DemandedSince, now: Timestamp) -> Demand {
        if self.demand <= enrolled {
            return self.demand;
        }
        let over = self.lacking(enrolled, asked, now).filter(|(_, due)| *due <= now);
        over.map(|(demand, _)| demand).max().unwrap_or(Demand::Optional)
    }

    /// The next factor that the person lacks, and the end of its grace days. `None` if nothing is missing.
    #[must_use]
    pub fn next_due(self, enrolled: Demand, asked: DemandedSince, now: Timestamp) -> Option<(Demand, Timestamp)> {
        // If both are due at once, the passkey: it meets both demands.
        self.lacking(enrolled, asked, now).min_by_key(|(demand, due)| (*due, Reverse(*demand)))
    }

    /// The factors that the person lacks, with the end of their grace days. A demand that no sign-in has made yet has
    /// all its days left.
    fn lacking(
        self,
        enrolled: Demand,
        asked: DemandedSince,
        now: Timestamp,
    ) -> impl Iterator<Item = (Demand, Timestamp)> {
        let all = [(Demand::Any, asked.any), (Demand::PhishingResistant, asked.passkey)].into_iter();
        let lacking = all.filter(move |(demand, _)| enrolled < *demand && *demand <= self.demand);
        lacking.map(move |(demand, since)| (demand, self.due(demand, since.unwrap_or(now))))
    }
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
        let asked = DemandedSince { any, passkey };
        assert_eq!(policy.demanded_now(enrolled, asked, now), demanded, "{enrolled:?} {asked:?}");
        let next = next.map(|(demand, days)| (demand, now.plus_secs(days * DAY_SECS)));
        assert_eq!(policy.next_due(enrolled, asked, now), next, "{enrolled:?} {asked:?}");
    }
    let any = SecondFactorPolicy { demand: Demand::Any, ..policy };
    let asked = DemandedSince { any: ago(1), passkey: ago(9) };
    assert_eq!(any.demanded_now(Demand::Optional, asked, now), Demand::Optional, "a passkey is asked for no more");
}
