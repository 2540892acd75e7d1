//! Links that let their holder do one thing once.
use crate::policy::LinkPolicy;
use serde::{Deserialize, Serialize};

/// What a link is for. The name is what the database and the address hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum LinkKind {
    /// Makes the operator and its first owner.
    Setup,
    /// Lets the owner of an account choose a new password.
    Reset,
    /// Lets somebody join an organisation.
    Invitation,
    /// Makes the address that it was mailed to the address of an account.
    Email,
    /// Lets whoever has the old address stop a change of it, also after it was made.
    EmailStop,
    /// Lets an account's notices go to the address that it was mailed to as well.
    Notification,
}

impl LinkKind {
    /// All of them.
    pub const ALL: [Self; 6] =
        [Self::Setup, Self::Reset, Self::Invitation, Self::Email, Self::EmailStop, Self::Notification];

    /// The name in the database and in `/NAME/TOKEN`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Setup => "setup",
            Self::Reset => "reset",
            Self::Invitation => "invitation",
            Self::Email => "email",
            Self::EmailStop => "email-stop",
            Self::Notification => "notification",
        }
    }

    /// Seconds that a link can be used. A set-up link is printed anew at each start, before there is any policy (OWASP ASVS
    /// 5.0, 6.3.2: at most 60 minutes). What confirms an address was asked for a moment ago; what stops a change of one has
    /// to find its reader in time, and no policy makes that shorter.
    #[must_use]
    pub const fn lifetime_secs(self, links: LinkPolicy) -> i64 {
        match self {
            Self::Setup => 60 * 60,
            Self::Email | Self::Notification => 30 * 60,
            Self::EmailStop => 7 * 24 * 60 * 60,
            Self::Reset => links.reset_secs as i64,
            Self::Invitation => links.invitation_secs as i64,
        }
    }
}
