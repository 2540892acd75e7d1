//! Passkeys (WebAuthn Level 3): key pairs of which somebody's device or password manager has the secret half. It signs for
//! this site alone, once its owner has shown it a finger, a face or a PIN.
use crate::id::PasskeyId;
use crate::time::LocalTime;
use serde::{Deserialize, Serialize};

/// Passkeys that somebody may have: each device that they use, and one in a drawer.
pub const MAX_PASSKEYS: u32 = 20;
/// Most characters of a passkey's name.
pub const NAME_CHARS: u32 = 60;
/// Seconds that a browser may take from being asked to its answer. WebAuthn Level 3 recommends five minutes at least; a
/// sign-in page that offers passkeys in its field of the address stays open for longer.
pub const CEREMONY_SECS: i64 = 30 * 60;

/// A passkey, as its owner knows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Passkey {
    /// Which.
    pub id: PasskeyId,
    /// What they call it.
    pub name: String,
    /// Since when.
    pub since: LocalTime,
    /// When it was used last.
    pub used_at: Option<LocalTime>,
    /// Whether there are copies of it: it is kept in an account of theirs somewhere, and comes to new devices by itself.
    pub is_synced: bool,
}

/// What a browser is asked to do with a passkey. Its answer comes back as `{"sealed":SEALED,"credential":CREDENTIAL}`, in the
/// field that else takes a password or a code.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ceremony {
    /// What it is asked, as JSON: `PublicKeyCredentialCreationOptionsJSON` or `PublicKeyCredentialRequestOptionsJSON`.
    pub options: String,
    /// What the server wants back with it. Only the server can read it.
    pub sealed: String,
}

/// What a passkey is wanted for. The answer to one is good for no other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Purpose {
    /// To sign in with nothing else.
    SignIn,
    /// To show it beside the password.
    SecondFactor,
    /// To prove once more that it is them.
    StepUp,
    /// To show it beside a link that was mailed.
    Reset,
}
