//! Passkeys (WebAuthn Level 3): key pairs whose secret half stays in a person's device or password manager. It signs
//! for this site alone, after its owner has shown a finger, a face or a PIN.
use crate::id::PasskeyId;
use crate::time::LocalTime;
use serde::{Deserialize, Serialize};

/// The most passkeys of one account: one for each device in use, and one in a drawer.
pub const MAX_PASSKEYS: u32 = 20;
/// The most characters of a passkey's name.
pub const NAME_CHARS: u32 = 60;
/// Seconds from the server's challenge to the browser's answer. WebAuthn Level 3 recommends at least five minutes; a
/// sign-in page that offers passkeys in its address field stays open for longer.
pub const CEREMONY_SECS: i64 = 30 * 60;

/// A passkey, as its owner sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Passkey {
    /// The passkey.
    pub id: PasskeyId,
    /// The name that its owner gave it.
    pub name: String,
    /// The time it was added.
    pub since: LocalTime,
    /// The time of its last use.
    pub used_at: Option<LocalTime>,
    /// Whether an account with a device's vendor keeps copies of it and brings them to new devices.
    pub is_synced: bool,
}

/// A passkey operation for a browser. The browser's answer comes back as `{"sealed":SEALED,"credential":CREDENTIAL}`,
/// in the field that otherwise takes a password or a code.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ceremony {
    /// The browser's options, as JSON: `PublicKeyCredentialCreationOptionsJSON` or
    /// `PublicKeyCredentialRequestOptionsJSON`.
    pub options: String,
    /// The server's own data, which comes back with the answer. Only the server can read it.
    pub sealed: String,
}

/// The purpose of a ceremony. An answer is valid for its own purpose only.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Purpose {
    /// A sign-in with a passkey alone.
    SignIn,
    /// A second factor after the password.
    SecondFactor,
    /// Another proof of a signed-in person's identity.
    StepUp,
    /// A second factor with a reset link.
    Reset,
}
