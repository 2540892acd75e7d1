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
    /// A link to a new password was printed, or mailed to whoever asked for it.
    ResetLinkIssued,
    /// A new password was chosen.
    PasswordChanged,
    /// Somebody who claimed to be an account did not prove it.
    SignInFailed,
    /// So many did that no more tries are taken for a while.
    AccountLocked,
    /// Tries are taken again at once.
    AccountUnlocked,
    /// Addresses that nobody has were tried.
    UnknownNamesTried,
    /// A customer and its first owner were made.
    TenantCreated,
    /// Somebody got an account and a role.
    MemberAdded,
    /// Many people got an account and a role at once.
    MembersImported,
    /// The vendor has one more product.
    ProductAdded,
    /// An organisation may use a product.
    TenantEntitled,
    /// Somebody was asked to join, or reminded.
    MemberInvited,
    /// They need not come any more.
    InvitationWithdrawn,
    /// Somebody who was invited came.
    MemberJoined,
    /// Somebody became something else in an organisation.
    RoleChanged,
    /// Somebody was put aside.
    MemberSuspended,
    /// Somebody was let in again.
    MemberRestored,
    /// A guest does not belong to an organisation any more.
    MemberRemoved,
    /// Somebody's sessions were ended by somebody else.
    SessionsEnded,
    /// The list of an organisation's people was taken out.
    UsersExported,
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
            Self::SignInFailed => "account.sign_in_failed",
            Self::AccountLocked => "account.locked",
            Self::AccountUnlocked => "account.unlocked",
            Self::UnknownNamesTried => "portal.unknown_names_tried",
            Self::TenantCreated => "tenant.created",
            Self::MemberAdded => "member.added",
            Self::MembersImported => "member.imported",
            Self::ProductAdded => "product.added",
            Self::TenantEntitled => "tenant.entitled",
            Self::MemberInvited => "member.invited",
            Self::InvitationWithdrawn => "member.invitation_withdrawn",
            Self::MemberJoined => "member.joined",
            Self::RoleChanged => "member.role_changed",
            Self::MemberSuspended => "member.suspended",
            Self::MemberRestored => "member.restored",
            Self::MemberRemoved => "member.removed",
            Self::SessionsEnded => "session.ended_by_administrator",
            Self::UsersExported => "member.exported",
        }
    }
}
