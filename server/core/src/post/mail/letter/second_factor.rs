//! What mails say of a second factor.
use super::{Content, Seen, Setting};
use portvakt_model::mail::MailKind;
use portvakt_model::second_factor::FEW_RECOVERY_CODES;
use serde::{Deserialize, Serialize};

/// What is to be told of a second factor.
#[derive(Serialize, Deserialize)]
pub(crate) struct SecondFactorLetter {
    /// What happened.
    pub news: News,
    /// When and where.
    pub seen: Seen,
}

/// What happened to a second factor.
#[derive(Serialize, Deserialize, Clone, Copy)]
pub(crate) enum News {
    /// A code app was set up.
    CodeAppAdded,
    /// It is used no longer.
    CodeAppRemoved {
        /// Whether no other second factor is left.
        is_off: bool,
    },
    /// There are new recovery codes.
    RecoveryCodesMade,
    /// One of them was used, and so many are left.
    RecoveryCodeUsed(u32),
    /// An administrator took it away.
    Reset,
    /// Somebody with the right password tried wrong codes.
    CodesRefused,
}

const PASSWORD: &str = "/forgot";
const SECURITY: &str = "/profile/security";

impl SecondFactorLetter {
    pub(super) const fn kind(&self) -> MailKind {
        match self.news {
            News::RecoveryCodeUsed(_) => MailKind::RecoveryCodeUsed,
            News::CodesRefused => MailKind::CodesRefused,
            _ => MailKind::SecondFactorChanged,
        }
    }

    pub(super) fn swedish(&self, setting: &Setting<'_>) -> Content {
        let Setting { organisation, origin, .. } = setting;
        let (subject, said) = match self.news {
            News::CodeAppAdded => (
                "Tvåfaktor är påslaget",
                format!(
                    "En kodapp är kopplad till ditt konto hos {organisation}. Vid inloggning kan du nu visa en kod från den, och lösenordet räcker inte ensamt."
                ),
            ),
            News::CodeAppRemoved { is_off: false } => (
                "Kodappen är borttagen",
                format!(
                    "Kodappen är borttagen från ditt konto hos {organisation}. Dina nycklar och reservkoder gäller som förut."
                ),
            ),
            News::CodeAppRemoved { is_off: true } => (
                "Tvåfaktor är avslaget",
                format!(
                    "Kodappen är borttagen från ditt konto hos {organisation}, och reservkoderna med den. Nu räcker lösenordet för att logga in."
                ),
            ),
            News::RecoveryCodesMade => (
                "Du har fått nya reservkoder",
                format!("Nya reservkoder är gjorda till ditt konto hos {organisation}. De gamla fungerar inte längre."),
            ),
            News::RecoveryCodeUsed(left) => (
                "En reservkod har använts",
                if left <= FEW_RECOVERY_CODES {
                    format!(
                        "En av dina reservkoder användes till ditt konto hos {organisation}. Du har {left} kvar: gör nya snart."
                    )
                } else {
                    format!("En av dina reservkoder användes till ditt konto hos {organisation}. Du har {left} kvar.")
                },
            ),
            News::Reset => (
                "Din tvåfaktor är återställd",
                format!(
                    "Den som administrerar {organisation} har tagit bort din kodapp, dina nycklar och dina reservkoder, och loggat ut dig överallt. Nu räcker ett lösenord, och du kan slå på tvåfaktor igen."
                ),
            ),
            News::CodesRefused => (
                "Fel koder till ditt konto",
                format!(
                    "Någon skrev rätt lösenord till ditt konto hos {organisation}, men fel kod flera gånger. Ingen är inloggad."
                ),
            ),
        };
        let (words, path, after) = match self.news {
            News::RecoveryCodeUsed(_) | News::RecoveryCodesMade => (
                "Se dina inloggningssätt",
                SECURITY,
                "Var det du behöver du inte göra något mer. Var det inte du, välj genast ett nytt lösenord och gör nya reservkoder.".to_owned(),
            ),
            News::Reset => (
                "Välj ett nytt lösenord",
                PASSWORD,
                format!("Har du inte bett om det, hör genast av dig till den som administrerar {organisation}."),
            ),
            News::CodesRefused => (
                "Välj ett nytt lösenord",
                PASSWORD,
                "Var det du, kontrollera att telefonens klocka går rätt. Var det inte du kan någon annan ditt lösenord: välj genast ett nytt.".to_owned(),
            ),
            News::CodeAppAdded | News::CodeAppRemoved { .. } => (
                "Välj ett nytt lösenord",
                PASSWORD,
                format!("Var det du behöver du inte göra något. Var det inte du, välj genast ett nytt lösenord och hör av dig till den som administrerar {organisation}."),
            ),
        };
        Content {
            subject: subject.to_owned(),
            paragraphs: vec![said, self.seen.swedish(setting)],
            button: Some((words.to_owned(), format!("{origin}{path}"))),
            after: vec![after],
        }
    }

    pub(super) fn english(&self, setting: &Setting<'_>) -> Content {
        let Setting { organisation, origin, .. } = setting;
        let (subject, said) = match self.news {
            News::CodeAppAdded => (
                "Two-factor is on",
                format!(
                    "A code app is connected to your account at {organisation}. From now on a code of it is good to sign in with, and the password alone is not."
                ),
            ),
            News::CodeAppRemoved { is_off: false } => (
                "The code app was removed",
                format!(
                    "The code app was removed from your account at {organisation}. Your passkeys and recovery codes work as before."
                ),
            ),
            News::CodeAppRemoved { is_off: true } => (
                "Two-factor is off",
                format!(
                    "The code app was removed from your account at {organisation}, and the recovery codes with it. The password alone signs in now."
                ),
            ),
            News::RecoveryCodesMade => (
                "You have new recovery codes",
                format!(
                    "New recovery codes were made for your account at {organisation}. The old ones work no longer."
                ),
            ),
            News::RecoveryCodeUsed(left) => (
                "A recovery code was used",
                if left <= FEW_RECOVERY_CODES {
                    format!(
                        "One of your recovery codes was used for your account at {organisation}. You have {left} left: make new ones soon."
                    )
                } else {
                    format!(
                        "One of your recovery codes was used for your account at {organisation}. You have {left} left."
                    )
                },
            ),
            News::Reset => (
                "Your two-factor was reset",
                format!(
                    "Whoever administers {organisation} has removed your code app, your passkeys and your recovery codes, and signed you out everywhere. A password is enough now, and you can turn two-factor on again."
                ),
            ),
            News::CodesRefused => (
                "Wrong codes for your account",
                format!(
                    "Somebody entered the right password of your account at {organisation}, but wrong codes several times. Nobody is signed in."
                ),
            ),
        };
        let (words, path, after) = match self.news {
            News::RecoveryCodeUsed(_) | News::RecoveryCodesMade => (
                "See how you sign in",
                SECURITY,
                "If it was you, there is nothing more to do. If it wasn’t, choose a new password at once and make new recovery codes.".to_owned(),
            ),
            News::Reset => (
                "Choose a new password",
                PASSWORD,
                format!("If you haven’t asked for it, tell whoever administers {organisation} at once."),
            ),
            News::CodesRefused => (
                "Choose a new password",
                PASSWORD,
                "If it was you, see that the phone’s clock is right. If it wasn’t, somebody else knows your password: choose a new one at once.".to_owned(),
            ),
            News::CodeAppAdded | News::CodeAppRemoved { .. } => (
                "Choose a new password",
                PASSWORD,
                format!("If it was you, there is nothing to do. If it wasn’t, choose a new password at once and tell whoever administers {organisation}."),
            ),
        };
        Content {
            subject: subject.to_owned(),
            paragraphs: vec![said, self.seen.english(setting)],
            button: Some((words.to_owned(), format!("{origin}{path}"))),
            after: vec![after],
        }
    }
}
