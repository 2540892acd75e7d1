//! What holds for every password, whatever the policy.
use crate::fault::FieldRule;
use serde::{Deserialize, Serialize};

/// Most characters. NIST SP 800-63B-4, section 3.1.1.2, asks for at least 64; nothing is ever cut.
pub const MAX_CHARS: u32 = 256;

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
