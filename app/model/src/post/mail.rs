//! Mail that waits, and mail that was given up, as the operator sees it.
use crate::id::MailId;
use crate::time::LocalTime;
use serde::{Deserialize, Serialize};

/// Mails of which one gets so and so many.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum MailKind {
    /// Says that mail arrives.
    Test,
    /// The way to a new password.
    Reset,
    /// The way into an organisation.
    Invitation,
    /// Somebody signed in on a device that was not known.
    NewDevice,
    /// The password is another one.
    PasswordChanged,
    /// Wrong tries have locked somebody out.
    Locked,
    /// Asks whether a new address is theirs.
    AddressConfirm,
    /// Tells whoever has an address that somebody else wanted it for their account.
    AddressTaken,
    /// Tells the old address that another is to take its place.
    AddressAsked,
    /// Tells the old address that another has taken its place.
    AddressChanged,
    /// The change of an address was stopped.
    AddressStopped,
    /// Asks whether a second address is theirs.
    NotificationConfirm,
    /// Notices go to a second address as well.
    NotificationAdded,
    /// They do not any more.
    NotificationRemoved,
    /// Another second factor, or none, or other recovery codes.
    SecondFactorChanged,
    /// A recovery code was used.
    RecoveryCodeUsed,
    /// There is one more passkey.
    PasskeyAdded,
    /// A passkey is used no longer.
    PasskeyRemoved,
    /// A passkey was shown that may be a copy.
    PasskeyCopied,
    /// Somebody goes without a password.
    PasswordRemoved,
    /// Somebody has the password and tries codes.
    CodesRefused,
    /// The rules of an organisation are weaker now.
    PolicyWeakened,
    /// An account is to be erased.
    ErasureAsked,
    /// It is not to be erased any more.
    ErasureStopped,
}

impl MailKind {
    /// All of them.
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

    /// `None` for what is no kind's name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }
}

/// Why a mail was not taken. It holds no address: it is logged. The numbers are a mail server's (RFC 5321, section 4.2).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
pub enum Why {
    /// The mail server does not want this mail, now or ever.
    #[error("the mail server refused it ({0})")]
    Refused(u16),
    /// It does not take it now.
    #[error("the mail server does not take it now ({0})")]
    NotNow(u16),
    /// It refuses our name and password, or how we encrypt: that says nothing about the mail.
    #[error("the mail server does not let us in ({0})")]
    NotLetIn(u16),
    /// Its certificate is not one that we trust.
    #[error("the mail server's certificate is not trusted")]
    Untrusted,
    /// It took longer than it may.
    #[error("the mail server takes too long")]
    TooSlow,
    /// It is not there.
    #[error("the mail server is not reached, or does not speak SMTP")]
    Unreachable,
    /// The folder that takes the mail server's place cannot be written to.
    #[error("the folder for mail cannot be written to")]
    Unwritable,
    /// There is no address, or what it says cannot be read any more.
    #[error("it cannot be read, or has no address")]
    Unfit,
    /// The program broke over it.
    #[error("the program broke over it")]
    Broke,
}

impl Why {
    /// The words in the database, with the mail server's number behind the word where there is one.
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

    /// As it stands in the database: `refused 550`.
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

    /// `None` for what is no such words.
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
    /// How many wait to be sent.
    pub waiting: u64,
    /// Why the one that was tried last was not taken, if some wait because of it.
    pub trouble: Option<Why>,
    /// How many were given up in the last month.
    pub failed: u64,
    /// The last ones of them, the newest first.
    pub rows: Vec<FailedMail>,
    /// Whether any of them can be sent again.
    pub may_send: bool,
}

/// A mail that was given up.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FailedMail {
    /// Which.
    pub id: MailId,
    /// What it is.
    pub kind: MailKind,
    /// In whose name it was sent.
    pub organisation: String,
    /// To whom, masked.
    pub to: String,
    /// Why it was given up.
    pub why: Why,
    /// How often it was tried.
    pub tries: u32,
    /// When it was given up.
    pub ended_at: LocalTime,
    /// Whether the link in it has stopped working, so that sending it again helps nobody.
    pub is_stale: bool,
}

/// An address of which one sees whose it may be and not whose it is: `a•••@nordhamn.example`.
#[must_use]
pub fn masked(address: &str) -> String {
    let (name, host) = address.rsplit_once('@').unwrap_or((address, ""));
    let first = name.chars().next().map(String::from).unwrap_or_default();
    if host.is_empty() { format!("{first}•••") } else { format!("{first}•••@{host}") }
}

#[test]
fn why_is_read_back_as_it_was_written() {
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
