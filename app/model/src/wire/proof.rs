//! The proof of identity that a sensitive action asks for.
use serde::{Deserialize, Serialize};

/// The ways to prove the identity again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Proof {
    /// Whether a passkey is accepted. It needs JavaScript.
    pub passkey: bool,
    /// The text that is accepted. `None` if the organisation accepts passkeys only.
    pub typed: Option<Typed>,
}

/// The text that a person types as proof.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Typed {
    /// The password.
    Password,
    /// A code.
    Code,
}
