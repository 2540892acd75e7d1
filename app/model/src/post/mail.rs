//! The outbox: waiting and failed mail, as the operator sees it.
use crate::id::MailId;
use crate::time::LocalTime;
use serde::{Deserialize, Serialize};

/// The kind of a mail. The limits on mail to one address count each kind separately.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum MailKind {
    /// A test mail.
    Test,
    /// A reset link.
    Reset,
    /// An invitation.
    Invitation,
    /// Tells of a sign-in on an unknown device.
    NewDevice,
    /// Tells that the password was changed.
    PasswordChanged,
    /// Tells that the account was locked after failed sign-ins.
    Locked,
    /// Asks the reader to confirm a new sign-in address.
    AddressConfirm,
    /// Tells an account's owner that another account asked for their address.
    AddressTaken,
    /// Tells the old address that a new one waits to replace it.
    AddressAsked,
    /// Tells the old address that a new one has replaced it.
    AddressChanged,
    /// Tells that the change of the address was stopped.
    AddressStopped,
    /// Asks the reader to confirm a second address.
    NotificationConfirm,
    /// Tells that notices now also go to a second address.
    NotificationAdded,
    /// Tells that notices no longer go to the second address.
    NotificationRemoved,
    /// Tells that a second factor was added, replaced or removed, or that there are new recovery codes.
    SecondFactorChanged,
    /// Tells that a recovery code was used.
    RecoveryCodeUsed,
    /// Tells that a passkey was added.
    PasskeyAdded,
    /// Tells that a passkey was removed.
    PasskeyRemoved,
    /// Tells that a passkey was shown that may be a copy.
    PasskeyCopied,
    /// Tells that the account has no password any more.
    PasswordRemoved,
    /// Tells that a person knows the password and tries codes.
    CodesRefused,
    /// Tells that an organisation's policy was weakened.
    PolicyWeakened,
    /// Tells that the account will be erased.
    ErasureAsked,
    /// Tells that the erasure was stopped.
    ErasureStopped,
}

impl MailKind {
    /// Every kind.
    pub const ALL: [Self; 24] = [
        Self::Test,
        Self::Reset,
        Self::Invitation,
        Self::NewDevice,
        Self::PasswordChanged,
        Self::Locked,
        Self::AddressConfirm,
        Self::AddressTaken,
        Self::AddressAsked,
        Self::AddressChanged,
        Self::AddressStopped,
        Self::NotificationConfirm,
        Self::NotificationAdded,
        Self::NotificationRemoved,
        Self::SecondFactorChanged,
        Self::RecoveryCodeUsed,
        Self::PasskeyAdded,
        Self::PasskeyRemoved,
        Self::PasskeyCopied,
        Self::PasswordRemoved,
        Self::CodesRefused,
        Self::PolicyWeakened,
        Self::ErasureAsked,
        Self::ErasureStopped,
    ];

    /// The name in the database.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Test => "test",
            Self::Reset => "reset",
            Self::Invitation => "invitation",
            Self::NewDevice => "new_device",
            Self::PasswordChanged => "password_changed",
            Self::Locked => "locked",
            Self::AddressConfirm => "address_confirm",
            Self::AddressTaken => "address_taken",
            Self::AddressAsked => "address_asked",
            Self::AddressChanged => "address_changed",
            Self::AddressStopped => "address_stopped",
            Self::NotificationConfirm => "notification_confirm",
            Self::NotificationAdded => "notification_added",
            Self::NotificationRemoved => "notification_removed",
            Self::SecondFactorChanged => "second_factor_changed",
            Self::RecoveryCodeUsed => "recovery_code_used",
            Self::PasskeyAdded => "passkey_added",
            Self::PasskeyRemoved => "passkey_removed",
            Self::PasskeyCopied => "passkey_copied",
            Self::PasswordRemoved => "password_removed",
            Self::CodesRefused => "codes_refused",
            Self::PolicyWeakened => "policy_weakened",
            Self::ErasureAsked => "erasure_asked",
            Self::ErasureStopped => "erasure_stopped",
        }
    }

    /// The kind with this name. `None` if there is no such kind.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }
}

/// The reason why a mail was not delivered. It is logged, so it holds no address. The number is the mail server's
/// reply (RFC 5321, section 4.2).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
pub enum Why {
    /// The mail server refuses this mail for good.
    #[error("the mail server refused it ({0})")]
    Refused(u16),
    /// The mail server does not accept the mail now.
    #[error("the mail server does not accept it now ({0})")]
    NotNow(u16),
    /// The mail server refuses the portal's name and password, or its encryption. The mail itself is not the cause.
    #[error("the mail server refuses the name, the password or the encryption ({0})")]
    NotLetIn(u16),
    /// The portal does not trust the mail server's certificate.
    #[error("the mail server's certificate is not trusted")]
    Untrusted,
    /// The mail server took too long.
    #[error("the mail server took too long")]
    TooSlow,
    /// The mail server could not be reached.
    #[error("the mail server could not be reached or does not speak SMTP")]
    Unreachable,
    /// The folder for mail, used without a mail server, could not be written.
    #[error("the folder for mail cannot be written to")]
    Unwritable,
    /// The mail has no address, or its content can no longer be read.
    #[error("the mail has no address or can no longer be read")]
    Unfit,
    /// The program failed while it sent the mail.
    #[error("the program failed while it sent the mail")]
    Broke,
}

impl Why {
    /// The words in the database. The mail server's number, if there is one, follows the word.
    const WORDS: [(&'static str, Self); 9] = [
        ("refused", Self::Refused(0)),
        ("not_now", Self::NotNow(0)),
        ("not_let_in", Self::NotLetIn(0)),
        ("untrusted", Self::Untrusted),
        ("too_slow", Self::TooSlow),
        ("unreachable", Self::Unreachable),
        ("unwritable", Self::Unwritable),
        ("unfit", Self::Unfit),
        ("broke", Self::Broke),
    ];

    /// The text in the database: `refused 550`.
    #[must_use]
    pub fn code(self) -> String {
        let (number, bare) = match self {
            Self::Refused(number) => (Some(number), Self::Refused(0)),
            Self::NotNow(number) => (Some(number), Self::NotNow(0)),
            Self::NotLetIn(number) => (Some(number), Self::NotLetIn(0)),
            other => (None, other),
        };
        let word = Self::WORDS.into_iter().find(|(_, why)| *why == bare).map_or("broke", |(word, _)| word);
        number.map_or_else(|| word.to_owned(), |number| format!("{word} {number}"))
    }

    /// The reason with this text. `None` if there is no such reason.
    #[must_use]
    pub fn parse(code: &str) -> Option<Self> {
        let (word, number) = code.split_once(' ').unwrap_or((code, "0"));
        let number = number.parse().ok()?;
        let (_, why) = Self::WORDS.into_iter().find(|(known, _)| *known == word)?;
        Some(match why {
            Self::Refused(_) => Self::Refused(number),
            Self::NotNow(_) => Self::NotNow(number),
            Self::NotLetIn(_) => Self::NotLetIn(number),
            other => other,
        })
    }
}

/// The outbox, as the operator sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Outbox {
    /// The number of waiting mails.
    pub waiting: u64,
    /// The reason why the last mail tried was not delivered, if mails wait because of it.
    pub trouble: Option<Why>,
    /// The number of mails that failed in the last month.
    pub failed: u64,
    /// The latest failed mails, the newest first.
    pub rows: Vec<FailedMail>,
    /// Whether any of them can be sent again.
    pub may_send: bool,
}

/// A failed mail.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FailedMail {
    /// The mail.
    pub id: MailId,
    /// Its kind.
    pub kind: MailKind,
    /// The organisation in whose name it was sent.
    pub organisation: String,
    /// The masked address.
    pub to: String,
    /// The reason for the failure.
    pub why: Why,
    /// The number of tries.
    pub tries: u32,
    /// The time at which it was given up.
    pub ended_at: LocalTime,
    /// Whether the link in the mail has stopped working, so that sending the mail again is of no use.
    pub is_stale: bool,
}

/// An address that shows its domain but not its owner: `a•••@nordhamn.example`.
#[must_use]
pub fn masked(address: &str) -> String {
    let (name, host) = address.rsplit_once('@').unwrap_or((address, ""));
    let first = name.chars().next().map(String::from).unwrap_or_default();
    if host.is_empty() { format!("{first}•••") } else { format!("{first}•••@{host}") }
}

#[test]
fn a_failures_reason_is_read_back_as_it_was_written() {
    for why in
        [Why::Refused(550), Why::NotNow(451), Why::NotLetIn(535)].into_iter().chain(Why::WORDS.map(|(_, why)| why))
    {
        assert_eq!(Why::parse(&why.code()), Some(why), "{why}");
    }
    assert_eq!(Why::Refused(550).code(), "refused 550");
    assert_eq!(Why::TooSlow.code(), "too_slow");
    for bad in ["", "refused x", "Refused 550", "other"] {
        assert_eq!(Why::parse(bad), None, "{bad}");
    }
    for kind in MailKind::ALL {
        assert_eq!(MailKind::parse(kind.name()), Some(kind));
    }
}

#[test]
fn an_address_is_masked() {
    assert_eq!(masked("anna.lindqvist@nordhamn.example"), "a•••@nordhamn.example");
    assert_eq!(masked("\"a@b\"@c.example"), "\"•••@c.example");
    assert_eq!(masked("åsa"), "å•••");
    assert_eq!(masked(""), "•••");
}
