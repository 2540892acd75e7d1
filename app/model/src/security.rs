//! How somebody signs in.
use crate::policy::PasswordPolicy;
use crate::second_factor::SecondFactor;
use crate::time::LocalTime;
use serde::{Deserialize, Serialize};

/// What somebody sees of how they sign in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Security {
    /// When their password was chosen.
    pub password_set_at: LocalTime,
    /// The rules for the next one.
    pub rules: PasswordPolicy,
    /// What they show beside it.
    pub second: SecondFactor,
}
