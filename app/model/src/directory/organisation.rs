//! What an organisation's administrators set of it.
use crate::language::Language;
use serde::{Deserialize, Serialize};

/// Most mail domains of an organisation.
pub const MAX_DOMAINS: u32 = 50;
/// Most bytes of a logo's file.
pub const MAX_LOGO_BYTES: u32 = 256 * 1024;
/// Most pixels of a logo, in each direction.
pub const MAX_LOGO_SIDE: u32 = 1024;

/// An organisation as those see it who may change it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Organisation {
    /// Its name.
    pub name: String,
    /// Its colour, as `#rrggbb`.
    pub accent: String,
    /// The language of mail to people whose own is not known.
    pub language: Language,
    /// The domains of its people's addresses, in ASCII.
    pub domains: Vec<String>,
    /// Whom to tell of a security fault; empty if nobody is named.
    pub security_contact: String,
    /// How often it was saved: whoever saves says which version they have read.
    pub version: i64,
    /// The address of its logo.
    pub logo: Option<String>,
    /// The address of the sign-in page that wears its name, colour and logo, without the host.
    pub sign_in: String,
}
