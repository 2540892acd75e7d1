//! What holds for every password, whatever the policy.
use crate::field::FieldRule;
use serde::{Deserialize, Serialize};

pub use crate::policy::MAX_CHARS;

/// How hard a password is to guess.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Strength {
    /// Guessed at once.
    Weak,
    /// Guessed soon by somebody who has stolen its hash.
    Fair,
    /// Safe.
    Good,
    /// Safe for longer than it will be used.
    Excellent,
}

/// What the server says of a password that is being typed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Verdict {
    /// How hard it is to guess.
    pub strength: Strength,
    /// The rules that it breaks, of those that only the server can decide.
    pub broken: Vec<FieldRule>,
}
