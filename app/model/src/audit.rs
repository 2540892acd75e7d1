//! What can happen. The names are stored for ever and enter the hash chain: append only, never rename.

/// An event's kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    /// The operator and its first owner were made.
    PortalSetUp,
    /// Somebody signed in.
    SessionStarted,
    /// Somebody signed out.
    SessionEnded,
    /// A link was printed for somebody who is locked out.
    ResetLinkIssued,
    /// A new password was chosen.
    PasswordChanged,
}

impl Action {
    /// The name in the log: `thing.happened`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::PortalSetUp => "portal.set_up",
            Self::SessionStarted => "session.started",
            Self::SessionEnded => "session.ended",
            Self::ResetLinkIssued => "account.reset_link_issued",
            Self::PasswordChanged => "account.password_changed",
        }
    }
}
