//! What mails say of an account's addresses.
use super::{Content, Seen, Setting, days, link, minutes};
use portvakt_model::link::LinkKind;
use portvakt_model::mail::MailKind;
use serde::{Deserialize, Serialize};

/// What is to be told of an address.
#[derive(Serialize, Deserialize)]
pub(crate) enum AddressLetter {
    /// To the new address: the link that makes it the account's.
    Confirm {
        /// The link's token.
        token: String,
    },
    /// To somebody whose address somebody else wants.
    Taken {
        /// Which.
        email: String,
    },
    /// To the old address, with the link that stops it, and to the second one without.
    Asked {
        seen: Seen,
        /// The new address.
        email: String,
        /// The token of the link that stops it.
        token: Option<String>,
    },
    /// To the old address, the new one and the second one.
    Changed {
        seen: Seen,
        /// The old address.
        before: String,
        /// The new one.
        after: String,
    },
    /// To all of them: whoever has the old address has stopped it.
    Stopped {
        seen: Seen,
        /// The old address, which it is again.
        email: String,
    },
    /// To the second address: the link that makes notices go there.
    ConfirmNotification {
        /// The link's token.
        token: String,
    },
    /// To both: notices go to a second address.
    NotificationAdded {
        seen: Seen,
        /// Which.
        email: String,
    },
    /// To both: they do no longer.
    NotificationRemoved {
        seen: Seen,
        /// Which.
        email: String,
    },
}

impl AddressLetter {
    /// Which kind it is.
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
                "Var det du behöver du inte göra något. Var det inte du, byt genast lösenord och hör av dig till den som administrerar {organisation}."
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
                after: vec!["Har du inte bett om det kan du bortse från det här brevet: utan dig händer inget.".to_owned()],
            },
            Self::Taken { email } => Content {
                subject: "Någon ville använda din e-postadress".to_owned(),
                paragraphs: vec![format!(
                    "Någon har försökt ge ett annat konto adressen {email}. Den är redan din, så det går inte, och den som försökte får inte veta att den är det."
                )],
                button: None,
                after: vec!["Du behöver inte göra något. Är det du som har två konton, hör av dig till den som administrerar det andra.".to_owned()],
            },
            Self::Asked { seen, email, token } => Content {
                subject: "Din e-postadress är på väg att ändras".to_owned(),
                paragraphs: vec![
                    format!("Någon, förmodligen du, har bett om att ditt konto hos {organisation} ska få adressen {email} i stället."),
                    seen.swedish(setting),
                ],
                button: token.as_ref().map(|token| {
                    ("Stoppa ändringen".to_owned(), link(origin, LinkKind::EmailStop, token))
                }),
                after: vec![match token {
                    Some(_) => format!(
                        "Var det du behöver du inte göra något. Var det inte du kan den som bad om det ditt lösenord: stoppa ändringen. Länken gäller i {} dagar, även efter att adressen har ändrats. Då får du tillbaka adressen, alla loggas ut och du väljer ett nytt lösenord.",
                        days(LinkKind::EmailStop)
                    ),
                    None => "Var det du behöver du inte göra något. Var det inte du, stoppa ändringen med länken i brevet till den gamla adressen.".to_owned(),
                }],
            },
            Self::Changed { seen, before, after } => Content {
                subject: "Din e-postadress har ändrats".to_owned(),
                paragraphs: vec![
                    format!("Ditt konto hos {organisation} har fått adressen {after} i stället för {before}. Det är den som du loggar in med nu."),
                    seen.swedish(setting),
                ],
                button: None,
                after: vec![format!(
                    "Var det du behöver du inte göra något. Var det inte du, ta tillbaka adressen med länken ”Stoppa ändringen” i det tidigare brevet till {before}. Den gäller i {} dagar från det brevet.",
                    days(LinkKind::EmailStop)
                )],
            },
            Self::Stopped { seen, email } => Content {
                subject: "Ändringen av din e-postadress är stoppad".to_owned(),
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
                    format!("Meddelanden om ett kontos säkerhet hos {organisation} ska gå även hit."),
                    format!("Länken gäller i {} minuter och fungerar en gång.", minutes(LinkKind::Notification)),
                ],
                button: Some(("Bekräfta adressen".to_owned(), link(origin, LinkKind::Notification, token))),
                after: vec!["Har du inte bett om det kan du bortse från det här brevet: utan dig händer inget.".to_owned()],
            },
            Self::NotificationAdded { seen, email } => Content {
                subject: "Meddelanden går till en adress till".to_owned(),
                paragraphs: vec![
                    format!("Meddelanden om säkerheten för ditt konto hos {organisation} går från och med nu även till {email}."),
                    seen.swedish(setting),
                ],
                button: security(),
                after: vec![was_it_you()],
            },
            Self::NotificationRemoved { seen, email } => Content {
                subject: "En adress för meddelanden är borttagen".to_owned(),
                paragraphs: vec![
                    format!("Meddelanden om säkerheten för ditt konto hos {organisation} går inte längre till {email}."),
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
                "If it was you, there is nothing to do. If it wasn’t, change your password at once and tell whoever administers {organisation}."
            )
        };
        match self {
            Self::Confirm { token } => Content {
                subject: "Confirm your new email address".to_owned(),
                paragraphs: vec![
                    format!("This address is to become the one that you sign in with at {organisation}."),
                    format!("The link is good for {} minutes and works once.", minutes(LinkKind::Email)),
                ],
                button: Some(("Confirm the address".to_owned(), link(origin, LinkKind::Email, token))),
                after: vec!["If you didn’t ask for it you can ignore this mail: nothing happens without you.".to_owned()],
            },
            Self::Taken { email } => Content {
                subject: "Somebody wanted to use your email address".to_owned(),
                paragraphs: vec![format!(
                    "Somebody has tried to give another account the address {email}. It is yours already, so that won’t work, and whoever tried isn’t told that it is."
                )],
                button: None,
                after: vec!["There is nothing to do. If it is you who has two accounts, ask whoever administers the other one.".to_owned()],
            },
            Self::Asked { seen, email, token } => Content {
                subject: "Your email address is about to change".to_owned(),
                paragraphs: vec![
                    format!("Somebody, probably you, has asked that your account at {organisation} gets the address {email} instead."),
                    seen.english(setting),
                ],
                button: token.as_ref().map(|token| {
                    ("Stop the change".to_owned(), link(origin, LinkKind::EmailStop, token))
                }),
                after: vec![match token {
                    Some(_) => format!(
                        "If it was you, there is nothing to do. If it wasn’t, whoever asked knows your password: stop the change. The link is good for {} days, also after the address has changed. You get the address back, everybody is signed out, and you choose a new password.",
                        days(LinkKind::EmailStop)
                    ),
                    None => "If it was you, there is nothing to do. If it wasn’t, stop the change with the link in the mail to the old address.".to_owned(),
                }],
            },
            Self::Changed { seen, before, after } => Content {
                subject: "Your email address was changed".to_owned(),
                paragraphs: vec![
                    format!("Your account at {organisation} has got the address {after} instead of {before}. It is the one that you sign in with now."),
                    seen.english(setting),
                ],
                button: None,
                after: vec![format!(
                    "If it was you, there is nothing to do. If it wasn’t, get the address back with the link “Stop the change” in the earlier mail to {before}. It is good for {} days from that mail.",
                    days(LinkKind::EmailStop)
                )],
            },
            Self::Stopped { seen, email } => Content {
                subject: "The change of your email address was stopped".to_owned(),
                paragraphs: vec![
                    format!("Your account at {organisation} has the address {email}. The old password no longer works, and everybody is signed out."),
                    seen.english(setting),
                ],
                button: Some(("Choose a new password".to_owned(), format!("{origin}/forgot"))),
                after: vec!["If you have chosen a new password already, there is nothing to do.".to_owned()],
            },
            Self::ConfirmNotification { token } => Content {
                subject: "Confirm the address for notices".to_owned(),
                paragraphs: vec![
                    format!("Notices about the security of an account at {organisation} are to come here as well."),
                    format!("The link is good for {} minutes and works once.", minutes(LinkKind::Notification)),
                ],
                button: Some(("Confirm the address".to_owned(), link(origin, LinkKind::Notification, token))),
                after: vec!["If you didn’t ask for it you can ignore this mail: nothing happens without you.".to_owned()],
            },
            Self::NotificationAdded { seen, email } => Content {
                subject: "Notices go to one more address".to_owned(),
                paragraphs: vec![
                    format!("From now on, notices about the security of your account at {organisation} go to {email} as well."),
                    seen.english(setting),
                ],
                button: security(),
                after: vec![was_it_you()],
            },
            Self::NotificationRemoved { seen, email } => Content {
                subject: "An address for notices was removed".to_owned(),
                paragraphs: vec![
                    format!("Notices about the security of your account at {organisation} no longer go to {email}."),
                    seen.english(setting),
                ],
                button: security(),
                after: vec![was_it_you()],
            },
        }
    }
}
