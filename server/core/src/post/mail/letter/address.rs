//! The texts of mails about an account's addresses.
use super::{Content, LetterOrigin, Setting, days, link, minutes};
use portvakt_model::link::LinkKind;
use portvakt_model::mail::MailKind;
use serde::{Deserialize, Serialize};

/// A letter about an address.
#[derive(Serialize, Deserialize)]
pub(crate) enum AddressLetter {
    /// To the new address: a link that makes it the account's.
    Confirm {
        /// The link's token.
        token: String,
    },
    /// To the holder of an address that another account has asked for.
    Taken {
        /// The address.
        email: String,
    },
    /// To the old address, with a link that stops the change, and to the second address without the link.
    Asked {
        seen: LetterOrigin,
        /// The new address.
        email: String,
        /// The token of the link that stops the change.
        token: Option<String>,
    },
    /// To the old, the new and the second address: the new one has replaced the old one.
    Changed {
        seen: LetterOrigin,
        /// The old address.
        before: String,
        /// The new address.
        after: String,
    },
    /// To the old, the new and the second address: the change was stopped from the old address.
    Stopped {
        seen: LetterOrigin,
        /// The old address, which is the account's again.
        email: String,
    },
    /// To the second address: a link that confirms it, so that notices go there.
    ConfirmNotification {
        /// The link's token.
        token: String,
    },
    /// To the account's addresses: notices now also go to the second one.
    NotificationAdded {
        seen: LetterOrigin,
        /// The second address.
        email: String,
    },
    /// To both addresses: notices no longer go to the second one.
    NotificationRemoved {
        seen: LetterOrigin,
        /// The second address.
        email: String,
    },
}

impl AddressLetter {
    pub(super) const fn kind(&self) -> MailKind {
        match self {
            Self::Confirm { .. } => MailKind::AddressConfirm,
            Self::Taken { .. } => MailKind::AddressTaken,
            Self::Asked { .. } => MailKind::AddressAsked,
            Self::Changed { .. } => MailKind::AddressChanged,
            Self::Stopped { .. } => MailKind::AddressStopped,
            Self::ConfirmNotification { .. } => MailKind::NotificationConfirm,
            Self::NotificationAdded { .. } => MailKind::NotificationAdded,
            Self::NotificationRemoved { .. } => MailKind::NotificationRemoved,
        }
    }

    pub(super) fn swedish(&self, setting: &Setting<'_>) -> Content {
        let Setting { organisation, origin, .. } = setting;
        let security = || Some(("Byt lösenord".to_owned(), format!("{origin}/profile/security")));
        let was_it_you = || {
            format!(
                "Om det var du behöver du inte göra något. Om det inte var du, byt genast lösenord och kontakta en administratör hos {organisation}."
            )
        };
        match self {
            Self::Confirm { token } => Content {
                subject: "Bekräfta din nya e-postadress".to_owned(),
                paragraphs: vec![
                    format!("Den här adressen ska bli den som du loggar in med hos {organisation}."),
                    format!("Länken gäller i {} minuter och fungerar en gång.", minutes(LinkKind::Email)),
                ],
                button: Some(("Bekräfta adressen".to_owned(), link(origin, LinkKind::Email, token))),
                after: vec!["Har du inte bett om det kan du bortse från det här mejlet: inget händer om du inte bekräftar.".to_owned()],
            },
            Self::Taken { email } => Content {
                subject: "Någon ville använda din e-postadress".to_owned(),
                paragraphs: vec![format!(
                    "Någon har försökt ge ett annat konto adressen {email}. Den är redan din, så det går inte, och den som försökte får inte veta att den är det."
                )],
                button: None,
                after: vec!["Du behöver inte göra något. Om det är du som har två konton, kontakta en administratör för det andra.".to_owned()],
            },
            Self::Asked { seen, email, token } => Content {
                subject: "Din e-postadress är på väg att bytas".to_owned(),
                paragraphs: vec![
                    format!("Någon, förmodligen du, har bett om att ditt konto hos {organisation} ska få adressen {email} i stället."),
                    seen.swedish(setting),
                ],
                button: token.as_ref().map(|token| {
                    ("Stoppa bytet".to_owned(), link(origin, LinkKind::EmailStop, token))
                }),
                after: vec![match token {
                    Some(_) => format!(
                        "Om det var du behöver du inte göra något. Om det inte var du kan den som bad om det ditt lösenord: stoppa bytet. Länken gäller i {} dagar, även efter att adressen har bytts. Då får du tillbaka adressen, alla loggas ut och du väljer ett nytt lösenord.",
                        days(LinkKind::EmailStop)
                    ),
                    None => "Om det var du behöver du inte göra något. Om det inte var du, stoppa bytet med länken i mejlet till den gamla adressen.".to_owned(),
                }],
            },
            Self::Changed { seen, before, after } => Content {
                subject: "Din e-postadress har bytts".to_owned(),
                paragraphs: vec![
                    format!("Ditt konto hos {organisation} har fått adressen {after} i stället för {before}. Det är den som du loggar in med nu."),
                    seen.swedish(setting),
                ],
                button: None,
                after: vec![format!(
                    "Om det var du behöver du inte göra något. Om det inte var du, ta tillbaka adressen med länken ”Stoppa bytet” i det tidigare mejlet till {before}. Den gäller i {} dagar från det mejlet.",
                    days(LinkKind::EmailStop)
                )],
            },
            Self::Stopped { seen, email } => Content {
                subject: "Bytet av din e-postadress är stoppat".to_owned(),
                paragraphs: vec![
                    format!("Ditt konto hos {organisation} har adressen {email}. Det gamla lösenordet gäller inte längre, och alla är utloggade."),
                    seen.swedish(setting),
                ],
                button: Some(("Välj ett nytt lösenord".to_owned(), format!("{origin}/forgot"))),
                after: vec!["Har du redan valt ett nytt lösenord behöver du inte göra något.".to_owned()],
            },
            Self::ConfirmNotification { token } => Content {
                subject: "Bekräfta adressen för meddelanden".to_owned(),
                paragraphs: vec![
                    format!("Meddelanden om ett kontos säkerhet hos {organisation} ska skickas även hit."),
                    format!("Länken gäller i {} minuter och fungerar en gång.", minutes(LinkKind::Notification)),
                ],
                button: Some(("Bekräfta adressen".to_owned(), link(origin, LinkKind::Notification, token))),
                after: vec!["Har du inte bett om det kan du bortse från det här mejlet: inget händer om du inte bekräftar.".to_owned()],
            },
            Self::NotificationAdded { seen, email } => Content {
                subject: "Meddelanden skickas till en adress till".to_owned(),
                paragraphs: vec![
                    format!("Meddelanden om säkerheten för ditt konto hos {organisation} skickas från och med nu även till {email}."),
                    seen.swedish(setting),
                ],
                button: security(),
                after: vec![was_it_you()],
            },
            Self::NotificationRemoved { seen, email } => Content {
                subject: "En adress för meddelanden är borttagen".to_owned(),
                paragraphs: vec![
                    format!("Meddelanden om säkerheten för ditt konto hos {organisation} skickas inte längre till {email}."),
                    seen.swedish(setting),
                ],
                button: security(),
                after: vec![was_it_you()],
            },
        }
    }

    pub(super) fn english(&self, setting: &Setting<'_>) -> Content {
        let Setting { organisation, origin, .. } = setting;
        let security = || Some(("Change your password".to_owned(), format!("{origin}/profile/security")));
        let was_it_you = || {
            format!(
                "If it was you, you don’t need to do anything. If it wasn’t, change your password at once and contact an administrator at {organisation}."
            )
        };
        match self {
            Self::Confirm { token } => Content {
                subject: "Confirm your new email address".to_owned(),
                paragraphs: vec![
                    format!("This address will become the one you sign in with at {organisation}."),
                    format!("The link is valid for {} minutes and works once.", minutes(LinkKind::Email)),
                ],
                button: Some(("Confirm the address".to_owned(), link(origin, LinkKind::Email, token))),
                after: vec!["If you didn’t ask for it you can ignore this email: nothing happens unless you confirm.".to_owned()],
            },
            Self::Taken { email } => Content {
                subject: "Someone wanted to use your email address".to_owned(),
                paragraphs: vec![format!(
                    "Someone has tried to give another account the address {email}. It is already yours, so that won’t work, and the person who tried isn’t told that it is."
                )],
                button: None,
                after: vec!["You don’t need to do anything. If it is you who has two accounts, contact an administrator of the other one.".to_owned()],
            },
            Self::Asked { seen, email, token } => Content {
                subject: "Your email address is about to change".to_owned(),
                paragraphs: vec![
                    format!("Someone, probably you, has asked for your account at {organisation} to get the address {email} instead."),
                    seen.english(setting),
                ],
                button: token.as_ref().map(|token| {
                    ("Stop the change".to_owned(), link(origin, LinkKind::EmailStop, token))
                }),
                after: vec![match token {
                    Some(_) => format!(
                        "If it was you, you don’t need to do anything. If it wasn’t, the person who asked knows your password: stop the change. The link is valid for {} days, even after the address has changed. You get the address back, everyone is signed out, and you choose a new password.",
                        days(LinkKind::EmailStop)
                    ),
                    None => "If it was you, you don’t need to do anything. If it wasn’t, stop the change with the link in the email to the old address.".to_owned(),
                }],
            },
            Self::Changed { seen, before, after } => Content {
                subject: "Your email address was changed".to_owned(),
                paragraphs: vec![
                    format!("Your account at {organisation} now has the address {after} instead of {before}. It is the one you sign in with from now on."),
                    seen.english(setting),
                ],
                button: None,
                after: vec![format!(
                    "If it was you, you don’t need to do anything. If it wasn’t, get the address back with the link “Stop the change” in the earlier email to {before}. It is valid for {} days from that email.",
                    days(LinkKind::EmailStop)
                )],
            },
            Self::Stopped { seen, email } => Content {
                subject: "The change of your email address was stopped".to_owned(),
                paragraphs: vec![
                    format!("Your account at {organisation} has the address {email}. The old password no longer works, and everyone is signed out."),
                    seen.english(setting),
                ],
                button: Some(("Choose a new password".to_owned(), format!("{origin}/forgot"))),
                after: vec!["If you have already chosen a new password, you don’t need to do anything.".to_owned()],
            },
            Self::ConfirmNotification { token } => Content {
                subject: "Confirm the address for notices".to_owned(),
                paragraphs: vec![
                    format!("Notices about the security of an account at {organisation} will be sent here too."),
                    format!("The link is valid for {} minutes and works once.", minutes(LinkKind::Notification)),
                ],
                button: Some(("Confirm the address".to_owned(), link(origin, LinkKind::Notification, token))),
                after: vec!["If you didn’t ask for it you can ignore this email: nothing happens unless you confirm.".to_owned()],
            },
            Self::NotificationAdded { seen, email } => Content {
                subject: "Notices are sent to one more address".to_owned(),
                paragraphs: vec![
                    format!("From now on, notices about the security of your account at {organisation} are sent to {email} too."),
                    seen.english(setting),
                ],
                button: security(),
                after: vec![was_it_you()],
            },
            Self::NotificationRemoved { seen, email } => Content {
                subject: "An address for notices was removed".to_owned(),
                paragraphs: vec![
                    format!("Notices about the security of your account at {organisation} are no longer sent to \
                             {email}."),
                    seen.english(setting),
                ],
                button: security(),
                after: vec![was_it_you()],
            },
        }
    }
}
