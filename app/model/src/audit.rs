//! What can happen. The names are stored for ever and enter the hash chain: append only, never rename.
pub mod reading;

use serde::{Deserialize, Serialize};

/// An event's kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
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
    /// Somebody became something else in an organisation.
    RoleChanged,
    /// Somebody was put aside.
    MemberSuspended,
    /// Somebody was let in again.
    MemberRestored,
    /// A guest does not belong to an organisation any more.
    MemberRemoved,
    /// Sessions of somebody were ended from elsewhere: by themselves on another device, or by an administrator.
    SessionsEnded,
    /// The list of an organisation's people was taken out.
    UsersExported,
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
    /// Somebody took out what is kept of them.
    DataDownloaded,
    /// An account is to be erased after a while.
    ErasureAsked,
    /// It is not to be erased any more.
    ErasureStopped,
    /// An account is gone, and what was kept of its person.
    AccountErased,
    /// What an organisation says of itself was changed.
    OrganisationChanged,
    /// An organisation got another logo, or has none any more.
    LogoChanged,
    /// Some of a list of people were asked to join.
    InvitationListSent,
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
    /// All of them.
    pub const ALL: &[Self] = &[
        Self::PortalSetUp,
        Self::SessionStarted,
        Self::SessionEnded,
        Self::ResetLinkIssued,
        Self::PasswordChanged,
        Self::SignInFailed,
        Self::AccountLocked,
        Self::AccountUnlocked,
        Self::UnknownNamesTried,
        Self::TenantCreated,
        Self::MemberAdded,
        Self::MembersImported,
        Self::ProductAdded,
        Self::TenantEntitled,
        Self::MemberInvited,
        Self::InvitationWithdrawn,
        Self::MemberJoined,
        Self::SessionsEnded,
        Self::RoleChanged,
        Self::MemberSuspended,
        Self::MemberRestored,
        Self::MemberRemoved,
        Self::UsersExported,
        Self::ProfileChanged,
        Self::AddressChangeAsked,
        Self::AddressChanged,
        Self::AddressChangeStopped,
        Self::NotificationAddressAsked,
        Self::NotificationAddressChanged,
        Self::DataDownloaded,
        Self::ErasureAsked,
        Self::ErasureStopped,
        Self::AccountErased,
        Self::OrganisationChanged,
        Self::LogoChanged,
        Self::InvitationListSent,
    ];

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
            Self::UsersExported => "member.exported",
            Self::SessionsEnded => "session.ended_elsewhere",
            Self::ProfileChanged => "account.profile_changed",
            Self::AddressChangeAsked => "account.address_change_asked",
            Self::AddressChanged => "account.address_changed",
            Self::AddressChangeStopped => "account.address_change_stopped",
            Self::NotificationAddressAsked => "account.notification_address_asked",
            Self::NotificationAddressChanged => "account.notification_address_changed",
            Self::DataDownloaded => "account.data_downloaded",
            Self::ErasureAsked => "account.erasure_asked",
            Self::ErasureStopped => "account.erasure_stopped",
            Self::AccountErased => "account.erased",
            Self::OrganisationChanged => "organisation.changed",
            Self::LogoChanged => "organisation.logo_changed",
            Self::InvitationListSent => "member.invitation_list_sent",
            Self::OrganisationSwitched => "session.organisation_switched",
            Self::TenantSuspended => "tenant.suspended",
            Self::TenantRestored => "tenant.restored",
            Self::TenantEnding => "tenant.ending",
            Self::TenantEnded => "tenant.ended",
            Self::MailSentAgain => "mail.sent_again",
            Self::MailTested => "mail.tested",
        }
    }

    /// `None` for what is no action's name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|action| action.name() == name)
    }

    /// What became of what somebody wanted.
    #[must_use]
    pub const fn outcome(self) -> Outcome {
        match self {
            Self::SignInFailed | Self::AccountLocked | Self::UnknownNamesTried => Outcome::Refused,
            Self::PortalSetUp
            | Self::SessionStarted
            | Self::SessionEnded
            | Self::ResetLinkIssued
            | Self::PasswordChanged
            | Self::AccountUnlocked
            | Self::TenantCreated
            | Self::MemberAdded
            | Self::MembersImported
            | Self::ProductAdded
            | Self::TenantEntitled
            | Self::MemberInvited
            | Self::InvitationWithdrawn
            | Self::MemberJoined
            | Self::SessionsEnded
            | Self::RoleChanged
            | Self::MemberSuspended
            | Self::MemberRestored
            | Self::MemberRemoved
            | Self::UsersExported
            | Self::ProfileChanged
            | Self::AddressChangeAsked
            | Self::AddressChanged
            | Self::AddressChangeStopped
            | Self::NotificationAddressAsked
            | Self::NotificationAddressChanged
            | Self::DataDownloaded
            | Self::ErasureAsked
            | Self::ErasureStopped
            | Self::AccountErased
            | Self::OrganisationChanged
            | Self::LogoChanged
            | Self::InvitationListSent
            | Self::OrganisationSwitched
            | Self::TenantSuspended
            | Self::TenantRestored
            | Self::TenantEnding
            | Self::TenantEnded
            | Self::MailSentAgain
            | Self::MailTested => Outcome::Done,
        }
    }

    /// What it is about.
    #[must_use]
    pub const fn subject(self) -> Subject {
        match self {
            Self::SessionStarted
            | Self::SessionEnded
            | Self::SessionsEnded
            | Self::SignInFailed
            | Self::AccountLocked
            | Self::AccountUnlocked
            | Self::UnknownNamesTried
            | Self::OrganisationSwitched => Subject::SignIn,
            Self::ResetLinkIssued
            | Self::PasswordChanged
            | Self::ProfileChanged
            | Self::AddressChangeAsked
            | Self::AddressChanged
            | Self::AddressChangeStopped
            | Self::NotificationAddressAsked
            | Self::NotificationAddressChanged
            | Self::DataDownloaded
            | Self::ErasureAsked
            | Self::ErasureStopped
            | Self::AccountErased => Subject::Account,
            Self::MemberAdded
            | Self::MembersImported
            | Self::MemberInvited
            | Self::InvitationWithdrawn
            | Self::MemberJoined
            | Self::RoleChanged
            | Self::MemberSuspended
            | Self::MemberRestored
            | Self::MemberRemoved
            | Self::UsersExported
            | Self::InvitationListSent => Subject::People,
            Self::PortalSetUp
            | Self::TenantCreated
            | Self::ProductAdded
            | Self::TenantEntitled
            | Self::OrganisationChanged
            | Self::LogoChanged
            | Self::TenantSuspended
            | Self::TenantRestored
            | Self::TenantEnding
            | Self::TenantEnded
            | Self::MailSentAgain
            | Self::MailTested => Subject::Organisation,
        }
    }
}

/// What became of what somebody wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Outcome {
    /// It was done.
    Done,
    /// It was not.
    Refused,
}

impl Outcome {
    /// All of them.
    pub const ALL: [Self; 2] = [Self::Done, Self::Refused];

    /// The name in an address.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Refused => "refused",
        }
    }

    /// `None` for what is no outcome's name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|outcome| outcome.name() == name)
    }
}

/// What events are about: many actions are looked for as one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Subject {
    /// Coming and going, and those who were not let in.
    SignIn,
    /// What is somebody's own: their password and who they are.
    Account,
    /// Who belongs to the organisation, and as what.
    People,
    /// The organisation itself, its rules and what it may use.
    Organisation,
}

impl Subject {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::SignIn, Self::Account, Self::People, Self::Organisation];

    /// The name in an address.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::SignIn => "sign-in",
            Self::Account => "account",
            Self::People => "people",
            Self::Organisation => "organisation",
        }
    }

    /// `None` for what is no subject's name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|subject| subject.name() == name)
    }
}

#[test]
fn every_action_is_in_the_list_and_is_read_back_by_its_name() {
    let source = include_str!("audit.rs");
    let names = source.split("pub const fn name").nth(1).unwrap().split("\n    }\n").next().unwrap();
    assert_eq!(names.matches("=> \"").count(), Action::ALL.len());
    for action in Action::ALL {
        assert_eq!(Action::parse(action.name()), Some(*action));
    }
    for subject in Subject::ALL {
        assert_eq!(Subject::parse(subject.name()), Some(subject));
        assert!(Action::ALL.iter().any(|action| action.subject() == subject));
    }
    assert_eq!(Outcome::ALL.map(|outcome| Outcome::parse(outcome.name())), Outcome::ALL.map(Some));
    assert_eq!(Action::parse("Session.started"), None);
}
