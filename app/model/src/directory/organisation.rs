//! The settings of an organisation.
use crate::language::Language;
use serde::{Deserialize, Serialize};

/// The most mail domains of one organisation.
pub const MAX_DOMAINS: u32 = 50;
/// The most bytes of a logo's file.
pub const MAX_LOGO_BYTES: u32 = 256 * 1024;
/// The most pixels of a logo, in each direction.
pub const MAX_LOGO_SIDE: u32 = 1024;

/// An organisation's settings, as its administrators see them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Organisation {
    /// The organisation's name.
    pub name: String,
    /// The accent colour, as `#rrggbb`.
    pub accent: String,
    /// The language of mail to a person whose own language is not known.
    pub language: Language,
    /// The mail domains of the organisation's people, in ASCII.
    pub domains: Vec<String>,
    /// The contact for reports of a security fault, or an empty text.
    pub security_contact: String,
    /// The number of saves. A save names the version that its page was made from.
    pub version: i64,
    /// The address of the logo.
    pub logo: Option<String>,
    /// The address, without the host, of the sign-in page with the organisation's name, colour and logo.
    pub sign_in: String,
}
