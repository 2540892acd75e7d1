//! Invitations to an organisation.
use crate::id::InvitationId;
use crate::role::Role;
use crate::time::LocalTime;
use serde::{Deserialize, Serialize};

/// An invitation, as the holder of its link sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Offer {
    /// The inviting organisation.
    pub organisation: String,
    /// The invited person's address.
    pub email: String,
    /// The invited person's name, if it is known.
    pub name: String,
    /// The role that the invitation gives.
    pub role: Role,
    /// The account with this address. With one the person joins as a guest.
    pub account: Option<Theirs>,
}

/// The state of the invited person's account in this browser.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Theirs {
    /// No account, or another account, is signed in.
    SignedOut,
    /// The account is signed in.
    SignedIn,
}

/// The invitations of an organisation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Invitations {
    /// The pending invitations, the newest first.
    pub pending: Vec<PendingInvitation>,
    /// The roles that the reader may give.
    pub roles: Vec<Role>,
    /// Seconds that a new link works.
    pub lifetime_secs: u32,
}

/// A pending invitation, as an administrator sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PendingInvitation {
    /// The invitation.
    pub id: InvitationId,
    /// The invited person's address.
    pub email: String,
    /// The invited person's name, if it is known.
    pub name: String,
    /// The role that the invitation gives.
    pub role: Role,
    /// The time at which the newest link was mailed.
    pub sent_at: LocalTime,
    /// The time at which that link stops working.
    pub ends_at: LocalTime,
    /// Whether that link has stopped working.
    pub has_expired: bool,
}
