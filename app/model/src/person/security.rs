//! A person's sign-in methods.
use crate::policy::Policy;
use crate::role::Role;
use crate::second_factor::SecondFactor;
use crate::time::LocalTime;
use serde::{Deserialize, Serialize};

/// The security page of a person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Security {
    /// The time the password was chosen. `None` without a password.
    pub password_set_at: Option<LocalTime>,
    /// The policy that holds for the person.
    pub policy: Policy,
    /// The portal's policy for every person.
    pub portal: Policy,
    /// The organisations whose policy is stricter.
    pub sources: Vec<Source>,
    /// The person's second factors.
    pub second: SecondFactor,
}

/// An organisation whose policy is stricter than the portal's.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Source {
    /// The organisation's name.
    pub organisation: String,
    /// The person's role there.
    pub role: Role,
    /// The policy that holds because of it.
    pub policy: Policy,
    /// The organisation's policy for all its people.
    pub of_all: Policy,
}
