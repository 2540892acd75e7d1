//! The stages of a sign-in. One function decides the next stage from the facts, so that the order is a table that is
//! tested whole, and no page has an order of its own.
//!
//! ```text
//! Password ─► SecondFactor ─► EnrolSecondFactor ─► ChoosePassword ─► SignedIn
//!    └─ a passkey with user verification is both factors at once
//! ```
use crate::policy::Demand;
use serde::{Deserialize, Serialize};

/// A stage of a sign-in. A later stage is greater.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Stage {
    /// Prove a first factor: the password, or a passkey for both factors.
    Password,
    /// Prove an enrolled second factor.
    SecondFactor,
    /// Enrol a second factor that the policy demands.
    EnrolSecondFactor,
    /// Choose a password that meets the policy.
    ChoosePassword,
    /// Nothing more: the person is signed in.
    SignedIn,
}

/// The account that a page of the gate is about, for the holder of its link or the person whose sign-in waits.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Holder {
    /// Its address.
    pub email: String,
}

/// What a person has just proven.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Proven {
    /// Nothing.
    Nothing,
    /// The right password.
    Password,
    /// The password, and a second factor that meets this demand.
    PasswordAndSecond(Demand),
    /// A passkey with user verification, which is both factors.
    Passkey,
}

/// The facts of a sign-in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Facts {
    /// What the person has just proven.
    pub proven: Proven,
    /// The strictest demand that the person's enrolled second factors meet; `Optional` without one.
    pub enrolled: Demand,
    /// The policy's demand today, after any grace days.
    pub demanded: Demand,
    /// Whether the typed password breaks the policy, or the person has no password and the policy demands one.
    pub falls_short: bool,
}

impl Stage {
    /// The stage that the facts lead to.
    #[must_use]
    pub fn of(facts: Facts) -> Self {
        let Facts { proven, enrolled, demanded, falls_short } = facts;
        match proven {
            Proven::Nothing => Self::Password,
            // A person with a second factor always has to prove it, under any policy, so that they can rely on it.
            Proven::Password if enrolled > Demand::Optional => Self::SecondFactor,
            _ if demanded > enrolled => Self::EnrolSecondFactor,
            // The person showed a weaker factor than the policy demands, and has a factor enrolled that meets the
            // demand.
            Proven::PasswordAndSecond(shown) if demanded > shown => Self::SecondFactor,
            _ if falls_short => Self::ChoosePassword,
            _ => Self::SignedIn,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PROVEN: [Proven; 5] = [
        Proven::Nothing,
        Proven::Password,
        Proven::PasswordAndSecond(Demand::Any),
        Proven::PasswordAndSecond(Demand::PhishingResistant),
        Proven::Passkey,
    ];
    const DEMANDS: [Demand; 3] = [Demand::Optional, Demand::Any, Demand::PhishingResistant];

    fn all() -> Vec<Facts> {
        let mut all = Vec::new();
        for proven in PROVEN {
            for enrolled in DEMANDS {
                for demanded in DEMANDS {
                    for falls_short in [true, false] {
                        all.push(Facts { proven, enrolled, demanded, falls_short });
                    }
                }
            }
        }
        all
    }

    /// The facts after a person has done what a stage asks.
    fn done(stage: Stage, facts: Facts) -> Facts {
        match stage {
            Stage::Password => Facts { proven: Proven::Password, ..facts },
            Stage::SecondFactor => Facts { proven: Proven::PasswordAndSecond(facts.enrolled), ..facts },
            // Enrolling a factor also proves it.
            Stage::EnrolSecondFactor if facts.proven == Proven::Passkey => Facts { enrolled: facts.demanded, ..facts },
            Stage::EnrolSecondFactor => {
                Facts { enrolled: facts.demanded, proven: Proven::PasswordAndSecond(facts.demanded), ..facts }
            }
            Stage::ChoosePassword => Facts { falls_short: false, ..facts },
            Stage::SignedIn => facts,
        }
    }

    #[test]
    fn every_stage_leads_to_a_later_one_until_the_person_is_signed_in() {
        assert_eq!(all().len(), 90, "every combination");
        for first in all() {
            let mut facts = first;
            let mut stage = Stage::of(facts);
            while stage != Stage::SignedIn {
                facts = done(stage, facts);
                let next = Stage::of(facts);
                assert!(next > stage, "{first:?}: {stage:?} leads to {next:?}");
                stage = next;
            }
        }
    }

    #[test]
    fn nobody_is_signed_in_before_every_demand_of_the_policy_is_met() {
        for facts in all().into_iter().filter(|facts| Stage::of(*facts) == Stage::SignedIn) {
            assert!(facts.proven != Proven::Nothing, "{facts:?}");
            assert!(facts.enrolled == Demand::Optional || facts.proven != Proven::Password, "{facts:?}");
            assert!(facts.demanded <= facts.enrolled, "{facts:?}");
            assert!(!matches!(facts.proven, Proven::PasswordAndSecond(shown) if shown < facts.demanded), "{facts:?}");
            assert!(!facts.falls_short, "{facts:?}");
        }
    }

    #[test]
    fn each_set_of_facts_leads_to_its_stage() {
        let nobody = Facts {
            proven: Proven::Nothing,
            enrolled: Demand::Optional,
            demanded: Demand::Optional,
            falls_short: false,
        };
        let typed = Facts { proven: Proven::Password, ..nobody };
        let both = Facts { proven: Proven::PasswordAndSecond(Demand::Any), enrolled: Demand::Any, ..nobody };
        let has_both = Facts { enrolled: Demand::PhishingResistant, demanded: Demand::PhishingResistant, ..both };
        let passkey = Facts { proven: Proven::Passkey, enrolled: Demand::PhishingResistant, ..nobody };
        for (facts, stage) in [
            (nobody, Stage::Password),
            (typed, Stage::SignedIn),
            (Facts { enrolled: Demand::Any, ..typed }, Stage::SecondFactor),
            (Facts { demanded: Demand::Any, ..typed }, Stage::EnrolSecondFactor),
            (Facts { demanded: Demand::PhishingResistant, ..both }, Stage::EnrolSecondFactor),
            // A code app is not enough if a passkey is demanded and enrolled.
            (has_both, Stage::SecondFactor),
            (Facts { falls_short: true, ..typed }, Stage::ChoosePassword),
            (Facts { falls_short: true, demanded: Demand::Any, ..both }, Stage::ChoosePassword),
            (Facts { demanded: Demand::PhishingResistant, ..passkey }, Stage::SignedIn),
            // The person has no password, and the policy demands one.
            (Facts { falls_short: true, demanded: Demand::PhishingResistant, ..passkey }, Stage::ChoosePassword),
        ] {
            assert_eq!(Stage::of(facts), stage, "{facts:?}");
        }
    }
}
