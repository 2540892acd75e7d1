//! What a refused form asks for, so that somebody proves once more that it is them.
use serde::{Deserialize, Serialize};

/// How somebody is asked to prove once more that it is them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Proof {
    /// Whether a passkey does: in a browser that runs scripts.
    pub passkey: bool,
    /// What does that is typed. `None` where their organisation takes passkeys alone.
    pub typed: Option<Typed>,
}

/// What somebody types to prove that it is them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Typed {
    /// Their password.
    Password,
    /// A code.
    Code,
}
