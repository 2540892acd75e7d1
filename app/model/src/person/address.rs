//! The addresses of an account: the one that it signs in with, and a second one for notices.
use crate::time::LocalTime;
use serde::{Deserialize, Serialize};

/// The addresses as their owner sees them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Addresses {
    /// What they sign in with, and mail goes to.
    pub email: String,
    /// What is to take its place once the link that was mailed to it is used.
    pub email_asked: Option<Asked>,
    /// Where notices go as well.
    pub notification: Option<String>,
    /// Where they are to go once the link that was mailed to it is used.
    pub notification_asked: Option<Asked>,
    /// Whether they have a password, which is asked for before the first is changed.
    pub has_password: bool,
}

/// An address that a link was mailed to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Asked {
    /// Which.
    pub email: String,
    /// When the link stops working.
    pub ends_at: LocalTime,
}
