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
    /// A customer was made, and its first owner invited.
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
    /// Somebody went on in another organisation that they belong to.
    OrganisationSwitched,
    /// Nobody signs in to an organisation any more, until that is taken back.
    TenantSuspended,
    /// Its people can sign in again.
    TenantRestored,
    /// The contract of an organisation comes to its end.
    TenantEnding,
    /// Its keys were deleted, and with them what was sealed.
    TenantEnded,
    /// Mails that were given up are tried again.
    MailSentAgain,
    /// A mail was sent to see whether it arrives.
    MailTested,
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
            Self::OrganisationSwitched => "session.organisation_switched",
            Self::TenantSuspended => "tenant.suspended",
            Self::TenantRestored => "tenant.restored",
            Self::TenantEnding => "tenant.ending",
            Self::TenantEnded => "tenant.ended",
            Self::MailSentAgain => "mail.sent_again",
            Self::MailTested => "mail.tested",
        }
    }
}
