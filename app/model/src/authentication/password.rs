//! What holds for every password under any policy.
use crate::field::FieldRule;
use serde::{Deserialize, Serialize};

pub use crate::policy::MAX_CHARS;

/// A password's strength.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Strength {
    /// Guessed at once.
    Weak,
    /// Guessed soon from a stolen hash.
    Fair,
    /// Safe.
    Good,
    /// Safe for longer than the password will be used.
    Excellent,
}

/// The server's verdict on a password while it is typed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Verdict {
    /// The password's strength.
    pub strength: Strength,
    /// The rules that it breaks, among those that only the server can check.
    pub broken: Vec<FieldRule>,
}
