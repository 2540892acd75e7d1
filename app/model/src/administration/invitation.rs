//! Asking somebody into an organisation.
use crate::id::InvitationId;
use crate::role::Role;
use crate::time::LocalTime;
use serde::{Deserialize, Serialize};

/// An invitation as its link's holder sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Offer {
    /// Who invites.
    pub organisation: String,
    /// Who is invited.
    pub email: String,
    /// What they are called, if whoever invited them knew.
    pub name: String,
    /// What they become.
    pub role: Role,
    /// Whether that address has an account, and so joins as a guest.
    pub account: Option<Theirs>,
}

/// The account of somebody who is invited.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Theirs {
    /// Nobody, or somebody else, is signed in in this browser.
    SignedOut,
    /// They are signed in in this browser.
    SignedIn,
}

/// The invitations into an organisation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Invitations {
    /// Those that nobody has accepted yet, the newest first.
    pub open: Vec<Open>,
    /// What whoever looks may invite somebody as.
    pub roles: Vec<Role>,
    /// Seconds that a link can be used that is mailed now.
    pub lifetime_secs: u32,
}

/// An invitation as those see it who may invite.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Open {
    /// Which.
    pub id: InvitationId,
    /// Who is invited.
    pub email: String,
    /// What they are called, if known.
    pub name: String,
    /// What they become.
    pub role: Role,
    /// When the newest link was mailed.
    pub sent_at: LocalTime,
    /// When it stops working.
    pub ends_at: LocalTime,
    /// Whether it has.
    pub is_over: bool,
}
