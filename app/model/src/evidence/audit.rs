//! The events of the audit log. Their names are stored for ever and enter the hash chain: append names, never rename
//! one.
pub mod reading;

use serde::{Deserialize, Serialize};

/// Declares the actions: each one's name in the log, its subject and its outcome.
macro_rules! actions {
    ($($(#[doc = $doc:literal])+ $name:ident = $text:literal, $subject:ident, $outcome:ident;)+) => {
        /// The kind of an event.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
        pub enum Action {
            $($(#[doc = $doc])+ $name,)+
        }

        impl Action {
            /// Every action.
            pub const ALL: &[Self] = &[$(Self::$name),+];

            /// The name in the log.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$name => $text,)+
                }
            }

            /// The action's subject.
            #[must_use]
            pub const fn subject(self) -> Subject {
                match self {
                    $(Self::$name => Subject::$subject,)+
                }
            }

            /// The action's outcome.
            #[must_use]
            pub const fn outcome(self) -> EventOutcome {
                match self {
                    $(Self::$name => EventOutcome::$outcome,)+
                }
            }
        }
    };
}

actions! {
    /// The operator and its first owner were created.
    PortalSetUp = "portal.set_up", Organisation, Done;
    /// A person signed in.
    SessionStarted = "session.started", SignIn, Done;
    /// A person signed out.
    SessionEnded = "session.ended", SignIn, Done;
    /// A reset link was printed, or mailed to the account's owner.
    ResetLinkIssued = "account.reset_link_issued", Account, Done;
    /// A person chose a new password.
    PasswordChanged = "account.password_changed", Account, Done;
    /// A sign-in to an account failed.
    SignInFailed = "account.sign_in_failed", SignIn, Refused;
    /// An account was locked for a while after too many failed sign-ins.
    AccountLocked = "account.locked", SignIn, Refused;
    /// An account was unlocked.
    AccountUnlocked = "account.unlocked", SignIn, Done;
    /// Sign-ins with addresses that belong to no account were tried.
    UnknownNamesTried = "portal.unknown_names_tried", SignIn, Refused;
    /// A customer organisation was created and its first owner invited.
    TenantCreated = "tenant.created", Organisation, Done;
    /// A person got an account and a role.
    MemberAdded = "member.added", People, Done;
    /// Many people got an account and a role at once.
    MembersImported = "member.imported", People, Done;
    /// The vendor's catalogue got one more product.
    ProductAdded = "product.added", Organisation, Done;
    /// An organisation got the right to use a product.
    TenantEntitled = "tenant.entitled", Organisation, Done;
    /// A person was invited, or reminded of the invitation.
    MemberInvited = "member.invited", People, Done;
    /// An invitation was withdrawn.
    InvitationWithdrawn = "member.invitation_withdrawn", People, Done;
    /// A person accepted an invitation.
    MemberJoined = "member.joined", People, Done;
    /// A member's role in an organisation changed.
    RoleChanged = "member.role_changed", People, Done;
    /// A member was suspended.
    MemberSuspended = "member.suspended", People, Done;
    /// A member's suspension was lifted.
    MemberRestored = "member.restored", People, Done;
    /// A guest's membership was removed.
    MemberRemoved = "member.removed", People, Done;
    /// Sessions were ended from elsewhere: by their owner on another device, or by an administrator.
    SessionsEnded = "session.ended_elsewhere", SignIn, Done;
    /// The note on a member was changed.
    NoteChanged = "member.note_changed", People, Done;
    /// The list of an organisation's people was exported.
    UsersExported = "member.exported", People, Done;
    /// A person changed their name, language or time zone.
    ProfileChanged = "account.profile_changed", Account, Done;
    /// A person asked for another sign-in address.
    AddressChangeAsked = "account.address_change_asked", Account, Done;
    /// The new sign-in address was confirmed and replaced the old one.
    AddressChanged = "account.address_changed", Account, Done;
    /// The change of a sign-in address was stopped from the old address.
    AddressChangeStopped = "account.address_change_stopped", Account, Done;
    /// A person asked for notices at a second address.
    NotificationAddressAsked = "account.notification_address_asked", Account, Done;
    /// The second address was confirmed, or removed.
    NotificationAddressChanged = "account.notification_address_changed", Account, Done;
    /// A person downloaded their own data.
    DataDownloaded = "account.data_downloaded", Account, Done;
    /// The erasure of an account was requested; it waits.
    ErasureAsked = "account.erasure_asked", Account, Done;
    /// The erasure of an account was stopped.
    ErasureStopped = "account.erasure_stopped", Account, Done;
    /// An account was erased, with the personal data of its owner.
    AccountErased = "account.erased", Account, Done;
    /// The settings of an organisation were changed.
    OrganisationChanged = "organisation.changed", Organisation, Done;
    /// An organisation's logo was replaced or removed.
    LogoChanged = "organisation.logo_changed", Organisation, Done;
    /// Invitations were sent to people on a list.
    InvitationListSent = "member.invitation_list_sent", People, Done;
    /// A person switched to another of their organisations.
    OrganisationSwitched = "session.organisation_switched", SignIn, Done;
    /// An organisation was suspended: its people cannot sign in.
    TenantSuspended = "tenant.suspended", Organisation, Done;
    /// An organisation's suspension was lifted: its people can sign in again.
    TenantRestored = "tenant.restored", Organisation, Done;
    /// An organisation's contract was ended; its data waits for deletion.
    TenantEnding = "tenant.ending", Organisation, Done;
    /// An organisation's keys were deleted, and with them everything sealed under them.
    TenantEnded = "tenant.ended", Organisation, Done;
    /// Failed mails were put back into the outbox.
    MailSentAgain = "mail.sent_again", Organisation, Done;
    /// A test mail was sent.
    MailTested = "mail.tested", Organisation, Done;
    /// A person entered the right password and was asked for a second factor.
    SecondFactorAsked = "session.second_factor_asked", SignIn, Done;
    /// A person entered the right password and was asked to set up a second factor.
    SecondFactorDemanded = "session.second_factor_demanded", SignIn, Done;
    /// A person entered a wrong code.
    CodeRefused = "account.code_refused", SignIn, Refused;
    /// A person set up a code app.
    CodeAppAdded = "account.code_app_added", Account, Done;
    /// A person removed their code app.
    CodeAppRemoved = "account.code_app_removed", Account, Done;
    /// A person got new recovery codes, which replace any older ones.
    RecoveryCodesMade = "account.recovery_codes_made", Account, Done;
    /// A person added a passkey.
    PasskeyAdded = "account.passkey_added", Account, Done;
    /// A person renamed a passkey.
    PasskeyRenamed = "account.passkey_renamed", Account, Done;
    /// A person removed a passkey.
    PasskeyRemoved = "account.passkey_removed", Account, Done;
    /// A passkey was shown and refused.
    PasskeyRefused = "account.passkey_refused", SignIn, Refused;
    /// A person with a passkey removed their password.
    PasswordRemoved = "account.password_removed", Account, Done;
    /// An administrator reset a person's second factor.
    SecondFactorReset = "account.second_factor_reset", Account, Done;
    /// The policy of an organisation was changed.
    PolicyChanged = "policy.changed", Organisation, Done;
    /// A person entered a password that no longer meets the policy and was asked for a new one.
    NewPasswordAsked = "session.new_password_asked", SignIn, Done;
    /// The person chose the new password and signed in.
    PasswordRenewed = "account.password_renewed", Account, Done;
    /// A signed-in person proved once more who they are.
    ProvenAgain = "session.proven_again", SignIn, Done;
}

/// Declares the fields, each with its name in the log.
macro_rules! fields {
    ($($name:ident = $text:literal;)+) => {
        /// A field of an event. The settings of a policy are fields as well, by the names that the policy gives them.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
        pub enum Field {
            $(#[doc = concat!("`", $text, "`")] $name,)+
        }

        impl Field {
            /// Every field.
            pub const ALL: &[Self] = &[$(Self::$name),+];

            /// The name in the log.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$name => $text,)+
                }
            }

            /// The field with this name. `None` if there is no such field.
            #[must_use]
            pub fn parse(name: &str) -> Option<Self> {
                match name {
                    $($text => Some(Self::$name),)+
                    _ => None,
                }
            }
        }
    };
}

fields! {
    Organisation = "organisation";
    Name = "name";
    Email = "email";
    Version = "version";
    Reason = "reason";
    Weaker = "weaker";
    MayBeLockedOut = "may_be_locked_out";
    SessionsEnded = "sessions_ended";
    Factor = "factor";
    SignedIn = "signed_in";
    Copied = "copied";
    Lane = "lane";
    Failures = "failures";
    Tries = "tries";
    Role = "role";
    Invitation = "invitation";
    People = "people";
    Slug = "slug";
    Address = "address";
    Product = "product";
    Tenant = "tenant";
    Due = "due";
    EndsAt = "ends_at";
    Logo = "logo";
    Mails = "mails";
    List = "list";
    Invited = "invited";
    Belong = "belong";
    OverLimit = "over_limit";
    NotTheirs = "not_theirs";
    Accent = "accent";
    Domains = "domains";
    SecurityContact = "security_contact";
    Language = "language";
    TimeZone = "time_zone";
    NotificationEmail = "notification_email";
    Network = "network";
    Device = "device";
    Note = "note";
}

impl Action {
    /// The action with this name. `None` if there is no such action.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|action| action.name() == name)
    }
}

/// Whether the action was done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum EventOutcome {
    /// The action was done.
    Done,
    /// The action was refused.
    Refused,
}

impl EventOutcome {
    /// Both outcomes.
    pub const ALL: [Self; 2] = [Self::Done, Self::Refused];

    /// The name in an address.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Refused => "refused",
        }
    }

    /// The outcome with this name. `None` if there is no such outcome.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|outcome| outcome.name() == name)
    }
}

/// The subject of an event. The audit log can be filtered by it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Subject {
    /// Sign-ins, sign-outs and refused sign-ins.
    SignIn,
    /// A person's own account: its credentials and their details.
    Account,
    /// The people of an organisation and their roles.
    People,
    /// The organisation itself, its policy and its products.
    Organisation,
}

impl Subject {
    /// Every subject.
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

    /// The subject with this name. `None` if there is no such subject.
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
    assert_eq!(EventOutcome::ALL.map(|outcome| EventOutcome::parse(outcome.name())), EventOutcome::ALL.map(Some));
    assert_eq!(Action::parse("Session.started"), None);
}
