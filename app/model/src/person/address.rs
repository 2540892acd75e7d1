//! An account's addresses: one for signing in, and a second one for notices.
use crate::time::LocalTime;
use serde::{Deserialize, Serialize};

/// The addresses, as their owner sees them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Addresses {
    /// The sign-in address, which also receives the account's mail.
    pub email: String,
    /// The new sign-in address that waits for its confirmation link.
    pub email_asked: Option<AddressAsked>,
    /// The second address for notices.
    pub notification: Option<String>,
    /// The second address that waits for its confirmation link.
    pub notification_asked: Option<AddressAsked>,
    /// Whether the account has a password. The form asks for it before the sign-in address changes.
    pub has_password: bool,
}

/// An address with an open confirmation link.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AddressAsked {
    /// The address.
    pub email: String,
    /// The time at which the link stops working.
    pub ends_at: LocalTime,
}
