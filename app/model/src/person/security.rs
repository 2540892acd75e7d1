//! How somebody signs in.
use crate::policy::Policy;
use crate::role::Role;
use crate::second_factor::SecondFactor;
use crate::time::LocalTime;
use serde::{Deserialize, Serialize};

/// What somebody sees of how they sign in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Security {
    /// When their password was chosen. `None` if they have none.
    pub password_set_at: Option<LocalTime>,
    /// The rules that hold for them.
    pub policy: Policy,
    /// What the portal asks of everybody.
    pub portal: Policy,
    /// Where those come from that are stricter than everybody's.
    pub sources: Vec<Source>,
    /// What they show beside it.
    pub second: SecondFactor,
}

/// An organisation that asks more of somebody than the portal does.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Source {
    /// Its name.
    pub organisation: String,
    /// What they are there.
    pub role: Role,
    /// What holds because of it.
    pub policy: Policy,
    /// What it asks of everybody.
    pub of_all: Policy,
}
