//! Links that let their holder do one thing once.
use crate::policy::LinkPolicy;
use serde::{Deserialize, Serialize};

/// The purpose of a link.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum LinkKind {
    /// Creates the operator and its first owner.
    Setup,
    /// Lets an account's owner choose a new password.
    Reset,
    /// Lets a person join an organisation.
    Invitation,
    /// Confirms an account's new sign-in address.
    Email,
    /// Lets the owner of the old address stop a change of address, also after the change.
    EmailStop,
    /// Confirms an account's second address for notices.
    Notification,
}

impl LinkKind {
    /// Every kind.
    pub const ALL: [Self; 6] =
        [Self::Setup, Self::Reset, Self::Invitation, Self::Email, Self::EmailStop, Self::Notification];

    /// The name in `/NAME/TOKEN`, and in `link.kind` for the kinds that are rows of the table `link`.
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

    /// Seconds that a link works. A set-up link is printed anew at each start, before there is any policy (OWASP ASVS
    /// 5.0, 6.3.2: at most 60 minutes). A person confirms an address minutes after asking. A link that stops a change
    /// of address has to reach its reader in time, so no policy shortens it.
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
