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
    /// Somebody changed what they are called, or how the portal speaks to them.
    ProfileChanged,
    /// Somebody wants another address.
    AddressChangeAsked,
    /// The new address was confirmed and took the place of the old one.
    AddressChanged,
    /// Whoever has the old address stopped the change.
    AddressChangeStopped,
    /// Somebody wants notices at a second address.
    NotificationAddressAsked,
    /// The second address was confirmed, or taken away.
    NotificationAddressChanged,
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
            Self::ProfileChanged => "account.profile_changed",
            Self::AddressChangeAsked => "account.address_change_asked",
            Self::AddressChanged => "account.address_changed",
            Self::AddressChangeStopped => "account.address_change_stopped",
            Self::NotificationAddressAsked => "account.notification_address_asked",
            Self::NotificationAddressChanged => "account.notification_address_changed",
        }
    }
}
