//! What can happen. The names are stored for ever and enter the hash chain: append only, never rename.
pub mod reading;

use serde::{Deserialize, Serialize};

/// Declares the actions: what each is called in the log, what it is about, and what became of it.
macro_rules! actions {
    ($($(#[doc = $doc:literal])+ $name:ident = $text:literal, $subject:ident, $outcome:ident;)+) => {
        /// An event's kind.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
        pub enum Action {
            $($(#[doc = $doc])+ $name,)+
        }

        impl Action {
            /// All of them.
            pub const ALL: &[Self] = &[$(Self::$name),+];

            /// The name in the log.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$name => $text,)+
                }
            }

            /// What it is about.
            #[must_use]
            pub const fn subject(self) -> Subject {
                match self {
                    $(Self::$name => Subject::$subject,)+
                }
            }

            /// What became of what somebody wanted.
            #[must_use]
            pub const fn outcome(self) -> Outcome {
                match self {
                    $(Self::$name => Outcome::$outcome,)+
                }
            }
        }
    };
}

actions! {
    /// The operator and its first owner were made.
    PortalSetUp = "portal.set_up", Organisation, Done;
    /// Somebody signed in.
    SessionStarted = "session.started", SignIn, Done;
    /// Somebody signed out.
    SessionEnded = "session.ended", SignIn, Done;
    /// A link to a new password was printed, or mailed to whoever asked for it.
    ResetLinkIssued = "account.reset_link_issued", Account, Done;
    /// A new password was chosen.
    PasswordChanged = "account.password_changed", Account, Done;
    /// Somebody who claimed to be an account did not prove it.
    SignInFailed = "account.sign_in_failed", SignIn, Refused;
    /// So many did that no more tries are taken for a while.
    AccountLocked = "account.locked", SignIn, Refused;
    /// Tries are taken again at once.
    AccountUnlocked = "account.unlocked", SignIn, Done;
    /// Addresses that nobody has were tried.
    UnknownNamesTried = "portal.unknown_names_tried", SignIn, Refused;
    /// A customer was made, and its first owner invited.
    TenantCreated = "tenant.created", Organisation, Done;
    /// Somebody got an account and a role.
    MemberAdded = "member.added", People, Done;
    /// Many people got an account and a role at once.
    MembersImported = "member.imported", People, Done;
    /// The vendor has one more product.
    ProductAdded = "product.added", Organisation, Done;
    /// An organisation may use a product.
    TenantEntitled = "tenant.entitled", Organisation, Done;
    /// Somebody was asked to join, or reminded.
    MemberInvited = "member.invited", People, Done;
    /// They need not come any more.
    InvitationWithdrawn = "member.invitation_withdrawn", People, Done;
    /// Somebody who was invited came.
    MemberJoined = "member.joined", People, Done;
    /// Somebody became something else in an organisation.
    RoleChanged = "member.role_changed", People, Done;
    /// Somebody was put aside.
    MemberSuspended = "member.suspended", People, Done;
    /// Somebody was let in again.
    MemberRestored = "member.restored", People, Done;
    /// A guest does not belong to an organisation any more.
    MemberRemoved = "member.removed", People, Done;
    /// Sessions of somebody were ended from elsewhere: by themselves on another device, or by an administrator.
    SessionsEnded = "session.ended_elsewhere", SignIn, Done;
    /// The list of an organisation's people was taken out.
    UsersExported = "member.exported", People, Done;
    /// Somebody changed what they are called, or how the portal speaks to them.
    ProfileChanged = "account.profile_changed", Account, Done;
    /// Somebody wants another address.
    AddressChangeAsked = "account.address_change_asked", Account, Done;
    /// The new address was confirmed and took the place of the old one.
    AddressChanged = "account.address_changed", Account, Done;
    /// Whoever has the old address stopped the change.
    AddressChangeStopped = "account.address_change_stopped", Account, Done;
    /// Somebody wants notices at a second address.
    NotificationAddressAsked = "account.notification_address_asked", Account, Done;
    /// The second address was confirmed, or taken away.
    NotificationAddressChanged = "account.notification_address_changed", Account, Done;
    /// Somebody took out what is kept of them.
    DataDownloaded = "account.data_downloaded", Account, Done;
    /// An account is to be erased after a while.
    ErasureAsked = "account.erasure_asked", Account, Done;
    /// It is not to be erased any more.
    ErasureStopped = "account.erasure_stopped", Account, Done;
    /// An account is gone, and what was kept of its person.
    AccountErased = "account.erased", Account, Done;
    /// What an organisation says of itself was changed.
    OrganisationChanged = "organisation.changed", Organisation, Done;
    /// An organisation got another logo, or has none any more.
    LogoChanged = "organisation.logo_changed", Organisation, Done;
    /// Some of a list of people were asked to join.
    InvitationListSent = "member.invitation_list_sent", People, Done;
    /// Somebody went on in another organisation that they belong to.
    OrganisationSwitched = "session.organisation_switched", SignIn, Done;
    /// Nobody signs in to an organisation any more, until that is taken back.
    TenantSuspended = "tenant.suspended", Organisation, Done;
    /// Its people can sign in again.
    TenantRestored = "tenant.restored", Organisation, Done;
    /// The contract of an organisation comes to its end.
    TenantEnding = "tenant.ending", Organisation, Done;
    /// Its keys were deleted, and with them what was sealed.
    TenantEnded = "tenant.ended", Organisation, Done;
    /// Mails that were given up are tried again.
    MailSentAgain = "mail.sent_again", Organisation, Done;
    /// A mail was sent to see whether it arrives.
    MailTested = "mail.tested", Organisation, Done;
    /// Somebody showed the right password, and was asked for their second factor.
    SecondFactorAsked = "session.second_factor_asked", SignIn, Done;
    /// Somebody showed the right password, and was asked to set a second factor up.
    SecondFactorDemanded = "session.second_factor_demanded", SignIn, Done;
    /// Somebody who was asked for a code showed a wrong one.
    CodeRefused = "account.code_refused", SignIn, Refused;
    /// Somebody has set up a code app.
    CodeAppAdded = "account.code_app_added", Account, Done;
    /// They use it no longer.
    CodeAppRemoved = "account.code_app_removed", Account, Done;
    /// Somebody got new recovery codes, in place of any older ones.
    RecoveryCodesMade = "account.recovery_codes_made", Account, Done;
    /// Somebody has one more passkey.
    PasskeyAdded = "account.passkey_added", Account, Done;
    /// They call it something else.
    PasskeyRenamed = "account.passkey_renamed", Account, Done;
    /// They use it no longer.
    PasskeyRemoved = "account.passkey_removed", Account, Done;
    /// A passkey of somebody's was shown and not taken.
    PasskeyRefused = "account.passkey_refused", SignIn, Refused;
    /// Somebody who has a passkey goes without a password.
    PasswordRemoved = "account.password_removed", Account, Done;
    /// An administrator took somebody's second factor away, who has lost it.
    SecondFactorReset = "account.second_factor_reset", Account, Done;
    /// The rules of an organisation were changed.
    PolicyChanged = "policy.changed", Organisation, Done;
    /// Somebody showed a password that falls short of the rules of today, and was asked for another one.
    NewPasswordAsked = "session.new_password_asked", SignIn, Done;
    /// They chose it, and are signed in.
    PasswordRenewed = "account.password_renewed", Account, Done;
    /// Somebody who is signed in proved once more that it is them.
    ProvenAgain = "session.proven_again", SignIn, Done;
}

impl Action {
    /// `None` for what is no action's name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|action| action.name() == name)
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
fn every_action_has_a_name_of_its_own_and_is_read_back_by_it() {
    use std::collections::BTreeSet;
    let names: BTreeSet<_> = Action::ALL.iter().map(|action| action.name()).collect();
    assert_eq!(names.len(), Action::ALL.len());
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
