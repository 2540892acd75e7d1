//! The texts of mails, in both languages. A mail about an action says what to do if it was not the reader's own.
mod address;
mod passkey;
mod second_factor;

pub(crate) use address::AddressLetter;
pub(crate) use passkey::{PasskeyLetter, PasskeyNews};
pub(crate) use second_factor::{News, SecondFactorLetter};

use crate::caller::Origin;
use crate::civil::zone_named;
use crate::rate::Rate;
use crate::store::Tx;
use portvakt_model::accent::Accent;
use portvakt_model::device::{Device, Named};
use portvakt_model::duration::in_words;
use portvakt_model::language::Language;
use portvakt_model::link::LinkKind;
use portvakt_model::mail::MailKind;
use portvakt_model::page::Page;
use portvakt_model::policy::{LinkPolicy, Policy};
use portvakt_model::time::Timestamp;
use serde::{Deserialize, Serialize};

/// The content of a mail, before it is put into words.
#[derive(Serialize, Deserialize)]
pub(crate) enum Letter {
    /// A test mail.
    Test,
    /// A link to choose a new password.
    Reset {
        /// The link's token.
        token: String,
        /// The link's lifetime in seconds.
        lifetime_secs: u32,
    },
    /// A link that accepts an invitation to an organisation.
    Invitation {
        /// The link's token.
        token: String,
        /// The name of the person who invites.
        inviter: Option<String>,
        /// The link's lifetime in seconds.
        lifetime_secs: u32,
    },
    /// The account was signed in to on an unknown device.
    NewDevice(LetterOrigin),
    /// The password was changed.
    PasswordChanged(LetterOrigin),
    /// Wrong passwords have locked the account for unknown devices, or for one known device.
    Locked(LetterOrigin),
    /// A letter about an address.
    Address(AddressLetter),
    /// A letter about a second factor.
    SecondFactor(SecondFactorLetter),
    /// A letter about a passkey.
    Passkey(PasskeyLetter),
    /// The reader has asked for their account to be erased.
    ErasureAsked {
        /// When the account will be erased.
        due: Timestamp,
        seen: LetterOrigin,
    },
    /// The policy of an organisation that the reader administers is weaker now.
    PolicyWeakened {
        /// The organisation's name.
        organisation: String,
        /// The name of the administrator who changed the policy.
        by: String,
        /// The administrator's reason.
        reason: String,
        seen: LetterOrigin,
    },
    /// The reader's organisation has asked for the account to be erased.
    ErasureOrdered {
        /// When the account will be erased.
        due: Timestamp,
    },
    /// The erasure of the account was stopped.
    ErasureStopped,
}

/// The time of an action, and the network and device that it came from.
#[derive(Serialize, Deserialize)]
pub(crate) struct LetterOrigin {
    pub at: Timestamp,
    pub network: String,
    pub device: String,
}

/// How many mails of a kind one address gets.
pub(super) const fn rate(kind: MailKind) -> Rate {
    match kind {
        // One mail an hour: a stranger who goes on guessing must not fill the mailbox.
        MailKind::Locked | MailKind::CodesRefused => Rate::an_hour(1),
        _ => Rate::an_hour(3),
    }
}

/// The lifetime in seconds of the link in a kind of mail: after it the mail is useless. `None` for a mail without one.
pub(crate) fn good_for_secs(kind: MailKind, links: LinkPolicy) -> Option<i64> {
    let link = match kind {
        MailKind::Reset => LinkKind::Reset,
        MailKind::Invitation => LinkKind::Invitation,
        MailKind::AddressConfirm => LinkKind::Email,
        MailKind::AddressAsked | MailKind::AddressChanged => LinkKind::EmailStop,
        MailKind::NotificationConfirm => LinkKind::Notification,
        _ => return None,
    };
    Some(link.lifetime_secs(links))
}

/// The parts of a mail, as plain text. The renderer escapes them.
pub(super) struct Content {
    pub subject: String,
    pub paragraphs: Vec<String>,
    /// The label and the address of the mail's button.
    pub button: Option<(String, String)>,
    /// The paragraphs after the button.
    pub after: Vec<String>,
}

/// The sender's and the reader's settings that a letter's words depend on.
pub(super) struct Setting<'a> {
    pub language: Language,
    pub organisation: &'a str,
    /// The organisation's colour.
    pub accent: Accent,
    /// The portal's origin, `https://HOST`. It comes from the configuration and never from a request.
    pub origin: &'a str,
    pub time_zone: &'a str,
}

impl Letter {
    pub(crate) const fn kind(&self) -> MailKind {
        match self {
            Self::Test => MailKind::Test,
            Self::Reset { .. } => MailKind::Reset,
            Self::Invitation { .. } => MailKind::Invitation,
            Self::NewDevice(_) => MailKind::NewDevice,
            Self::PasswordChanged(_) => MailKind::PasswordChanged,
            Self::Locked(_) => MailKind::Locked,
            Self::Address(letter) => letter.kind(),
            Self::SecondFactor(letter) => letter.kind(),
            Self::Passkey(letter) => letter.kind(),
            Self::ErasureAsked { .. } | Self::ErasureOrdered { .. } => MailKind::ErasureAsked,
            Self::ErasureStopped => MailKind::ErasureStopped,
            Self::PolicyWeakened { .. } => MailKind::PolicyWeakened,
        }
    }

    pub(super) fn content(&self, setting: &Setting<'_>) -> Content {
        match setting.language {
            Language::Swedish => self.swedish(setting),
            Language::English => self.english(setting),
        }
    }

    fn swedish(&self, setting: &Setting<'_>) -> Content {
        let Setting { organisation, origin, .. } = setting;
        let change = || Some(("Välj ett nytt lösenord".to_owned(), format!("{origin}/forgot")));
        match self {
            Self::Test => Content {
                subject: "Testmejl från portalen".to_owned(),
                paragraphs: vec![format!("Det här är ett testmejl från {origin}. Mejl kommer fram hit.")],
                button: None,
                after: Vec::new(),
            },
            Self::Reset { token, lifetime_secs } => Content {
                subject: "Välj ett nytt lösenord".to_owned(),
                paragraphs: vec![
                    "Någon, förmodligen du, har bett om ett nytt lösenord till ditt konto.".to_owned(),
                    format!("Länken gäller i {} och fungerar en gång.", in_words(*lifetime_secs, setting.language)),
                ],
                button: Some(("Välj ett nytt lösenord".to_owned(), link(origin, LinkKind::Reset, token))),
                after: vec!["Var det inte du? Då behöver du inte göra något: lösenordet är oförändrat.".to_owned()],
            },
            Self::Invitation { token, inviter, lifetime_secs } => Content {
                subject: format!("Du är inbjuden till {organisation}"),
                paragraphs: vec![
                    match inviter {
                        Some(name) => format!("{name} har bjudit in dig till {organisation}."),
                        None => format!("Du är inbjuden till {organisation}."),
                    },
                    format!("Länken gäller i {} och fungerar en gång.", in_words(*lifetime_secs, setting.language)),
                ],
                button: Some(("Tacka ja".to_owned(), link(origin, LinkKind::Invitation, token))),
                after: vec!["Känner du inte till dem kan du bortse från det här mejlet: inget händer om du inte tackar ja.".to_owned()],
            },
            Self::NewDevice(seen) => Content {
                subject: "Inloggning på en ny enhet".to_owned(),
                paragraphs: vec![
                    format!("Ditt konto hos {organisation} användes på en enhet som du inte har loggat in på förut."),
                    seen.swedish(setting),
                ],
                button: change(),
                after: vec!["Om det var du behöver du inte göra något. Om det inte var du, välj genast ett nytt lösenord: då loggas alla andra ut.".to_owned()],
            },
            Self::PasswordChanged(seen) => Content {
                subject: "Ditt lösenord har bytts".to_owned(),
                paragraphs: vec![
                    format!("Lösenordet till ditt konto hos {organisation} har bytts. Du är utloggad på alla andra enheter."),
                    seen.swedish(setting),
                ],
                button: change(),
                after: vec![format!("Om det var du behöver du inte göra något. Om det inte var du, välj genast ett nytt lösenord och kontakta en administratör hos {organisation}.")],
            },
            Self::Locked(seen) => Content {
                subject: "För många felaktiga lösenord".to_owned(),
                paragraphs: vec![
                    "Någon har skrivit fel lösenord till ditt konto så många gånger att inga fler försök tas emot på en stund. På enheter som du har använt förut kan du logga in som vanligt.".to_owned(),
                    seen.swedish(setting),
                ],
                button: change(),
                after: vec!["Om det var du som hade glömt lösenordet, välj ett nytt. Om det inte var du, och lösenordet är svårt att gissa, behöver du inte göra något.".to_owned()],
            },
            Self::Address(letter) => letter.swedish(setting),
            Self::SecondFactor(letter) => letter.swedish(setting),
            Self::Passkey(letter) => letter.swedish(setting),
            Self::ErasureAsked { due, seen } => Content {
                subject: "Ditt konto kommer att raderas".to_owned(),
                paragraphs: vec![
                    format!("Någon, förmodligen du, har bett om att ditt konto hos {organisation} ska raderas. Det sker {}. Till dess fungerar det som vanligt.", day(*due, setting)),
                    seen.swedish(setting),
                ],
                button: Some(("Stoppa raderingen".to_owned(), format!("{origin}{ERASURE}"))),
                after: vec!["Om det inte var du, stoppa raderingen och välj genast ett nytt lösenord: den som bad om det kunde ditt.".to_owned()],
            },
            Self::ErasureOrdered { due } => Content {
                subject: "Ditt konto kommer att raderas".to_owned(),
                paragraphs: vec![format!("En administratör hos {organisation} har bett om att ditt konto ska raderas. Det sker {}. Till dess fungerar det som vanligt.", day(*due, setting))],
                button: Some(("Stoppa raderingen".to_owned(), format!("{origin}{ERASURE}"))),
                after: vec![format!("Om du undrar varför, fråga en administratör hos {organisation}.")],
            },
            Self::PolicyWeakened { organisation, by, reason, seen } => Content {
                subject: format!("Svagare säkerhetsregler hos {organisation}"),
                paragraphs: vec![
                    format!("{by} har ändrat säkerhetsreglerna hos {organisation} så att någon av dem är svagare än förut. Skäl: {reason}"),
                    seen.swedish(setting),
                ],
                button: Some(("Se vad som ändrades".to_owned(), format!("{origin}{POLICY}"))),
                after: vec!["Du får mejlet för att du administrerar organisationen. Om det är fel, återställ en tidigare version och fråga den som ändrade.".to_owned()],
            },
            Self::ErasureStopped => Content {
                subject: "Ditt konto raderas inte".to_owned(),
                paragraphs: vec![format!("Raderingen av ditt konto hos {organisation} är stoppad. Inget har raderats.")],
                button: None,
                after: vec![format!("Om det inte var du, och du ville ha kontot raderat, be om det igen på {origin}{ERASURE}.")],
            },
        }
    }

    fn english(&self, setting: &Setting<'_>) -> Content {
        let Setting { organisation, origin, .. } = setting;
        let change = || Some(("Choose a new password".to_owned(), format!("{origin}/forgot")));
        match self {
            Self::Test => Content {
                subject: "A test email from the portal".to_owned(),
                paragraphs: vec![format!("This is a test email from {origin}. Email arrives here.")],
                button: None,
                after: Vec::new(),
            },
            Self::Reset { token, lifetime_secs } => Content {
                subject: "Choose a new password".to_owned(),
                paragraphs: vec![
                    "Someone, probably you, has asked for a new password for your account.".to_owned(),
                    format!("The link is valid for {} and works once.", in_words(*lifetime_secs, setting.language)),
                ],
                button: Some(("Choose a new password".to_owned(), link(origin, LinkKind::Reset, token))),
                after: vec!["Wasn’t it you? Then you don’t need to do anything: your password is unchanged.".to_owned()],
            },
            Self::Invitation { token, inviter, lifetime_secs } => Content {
                subject: format!("You are invited to {organisation}"),
                paragraphs: vec![
                    match inviter {
                        Some(name) => format!("{name} has invited you to {organisation}."),
                        None => format!("You are invited to {organisation}."),
                    },
                    format!("The link is valid for {} and works once.", in_words(*lifetime_secs, setting.language)),
                ],
                button: Some(("Accept".to_owned(), link(origin, LinkKind::Invitation, token))),
                after: vec!["If you don’t know them you can ignore this email: nothing happens unless you accept.".to_owned()],
            },
            Self::NewDevice(seen) => Content {
                subject: "Sign-in on a new device".to_owned(),
                paragraphs: vec![
                    format!("Your account at {organisation} was used on a device you haven’t signed in on before."),
                    seen.english(setting),
                ],
                button: change(),
                after: vec!["If it was you, you don’t need to do anything. If it wasn’t, choose a new password at once: that signs everyone else out.".to_owned()],
            },
            Self::PasswordChanged(seen) => Content {
                subject: "Your password was changed".to_owned(),
                paragraphs: vec![
                    format!("The password for your account at {organisation} was changed. You are signed out on all your other devices."),
                    seen.english(setting),
                ],
                button: change(),
                after: vec![format!("If it was you, you don’t need to do anything. If it wasn’t, choose a new password at once and contact an administrator at {organisation}.")],
            },
            Self::Locked(seen) => Content {
                subject: "Too many wrong passwords".to_owned(),
                paragraphs: vec![
                    "Someone has entered so many wrong passwords for your account that no more attempts are accepted for a while. On devices you have used before you can sign in as usual.".to_owned(),
                    seen.english(setting),
                ],
                button: change(),
                after: vec!["If it was you who forgot the password, choose a new one. If it wasn’t, and the password is hard to guess, you don’t need to do anything.".to_owned()],
            },
            Self::Address(letter) => letter.english(setting),
            Self::SecondFactor(letter) => letter.english(setting),
            Self::Passkey(letter) => letter.english(setting),
            Self::ErasureAsked { due, seen } => Content {
                subject: "Your account will be deleted".to_owned(),
                paragraphs: vec![
                    format!("Someone, probably you, has asked for your account at {organisation} to be deleted. That happens on {}. Until then it works as usual.", day(*due, setting)),
                    seen.english(setting),
                ],
                button: Some(("Stop the deletion".to_owned(), format!("{origin}{ERASURE}"))),
                after: vec!["If it wasn’t you, stop the deletion and choose a new password at once: the person who asked for it knew yours.".to_owned()],
            },
            Self::ErasureOrdered { due } => Content {
                subject: "Your account will be deleted".to_owned(),
                paragraphs: vec![format!("An administrator at {organisation} has asked for your account to be deleted. That happens on {}. Until then it works as usual.", day(*due, setting))],
                button: Some(("Stop the deletion".to_owned(), format!("{origin}{ERASURE}"))),
                after: vec![format!("If you wonder why, ask an administrator at {organisation}.")],
            },
            Self::PolicyWeakened { organisation, by, reason, seen } => Content {
                subject: format!("Weaker security policy at {organisation}"),
                paragraphs: vec![
                    format!("{by} has changed the security policy of {organisation} so that some of its rules are weaker than before. Reason: {reason}"),
                    seen.english(setting),
                ],
                button: Some(("See what was changed".to_owned(), format!("{origin}{POLICY}"))),
                after: vec!["You get this email because you administer the organisation. If the change is wrong, restore an earlier version and ask the person who made it.".to_owned()],
            },
            Self::ErasureStopped => Content {
                subject: "Your account will not be deleted".to_owned(),
                paragraphs: vec![format!("The deletion of your account at {organisation} was stopped. Nothing was deleted.")],
                button: None,
                after: vec![format!("If it wasn’t you, and you wanted the account deleted, ask again at {origin}{ERASURE}.")],
            },
        }
    }
}

impl LetterOrigin {
    /// An action of this transaction's time, from this origin.
    pub(crate) fn of(tx: &Tx, origin: &Origin) -> Self {
        let Origin { network, device, .. } = origin.clone();
        Self { at: tx.now(), network, device }
    }

    fn swedish(&self, setting: &Setting<'_>) -> String {
        let device = self.device(" på ").unwrap_or_else(|| "en okänd webbläsare".to_owned());
        format!("Tid: {}. Enhet: {device}. Nätverksadress: {}.", self.when(setting.time_zone), self.network)
    }

    fn english(&self, setting: &Setting<'_>) -> String {
        let device = self.device(" on ").unwrap_or_else(|| "an unknown browser".to_owned());
        format!("Time: {}. Device: {device}. Network address: {}.", self.when(setting.time_zone), self.network)
    }

    /// The browser and the system, by the portal's own names for them. The mail repeats nothing of the header itself.
    fn device(&self, on: &str) -> Option<String> {
        let device = Device::of_user_agent(&self.device);
        let names: Vec<_> = [device.browser, device.system].into_iter().flatten().map(Named::as_str).collect();
        (!names.is_empty()).then(|| names.join(on))
    }

    /// The date, the time and the zone's name, because a mail may be read in another zone.
    fn when(&self, time_zone: &str) -> String {
        let at = jiff::Timestamp::from_microsecond(self.at.as_micros()).unwrap_or_default();
        at.to_zoned(zone_named(time_zone)).strftime("%Y-%m-%d %H:%M (%Q)").to_string()
    }
}

/// The page where a person asks for an erasure and stops it.
const ERASURE: &str = Page::MyData.path();
/// The page with the versions of an organisation's policy.
const POLICY: &str = Page::PolicyVersions.path();

/// The day of a moment in the reader's time zone, as `YYYY-MM-DD`.
fn day(at: Timestamp, setting: &Setting<'_>) -> String {
    let at = jiff::Timestamp::from_microsecond(at.as_micros()).unwrap_or_default();
    at.to_zoned(zone_named(setting.time_zone)).strftime("%Y-%m-%d").to_string()
}

/// The lifetime in minutes of a kind of link whose lifetime no policy sets.
fn minutes(kind: LinkKind) -> i64 {
    kind.lifetime_secs(Policy::FLOOR.links) / 60
}

fn days(kind: LinkKind) -> i64 {
    kind.lifetime_secs(Policy::FLOOR.links) / (24 * 60 * 60)
}

fn link(origin: &str, kind: LinkKind, token: &str) -> String {
    format!("{origin}/{}/{token}", kind.name())
}
