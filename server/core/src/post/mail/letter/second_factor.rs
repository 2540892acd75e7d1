//! The texts of mails about a second factor.
use super::{Content, LetterOrigin, Setting};
use portvakt_model::mail::MailKind;
use portvakt_model::page::Page;
use portvakt_model::second_factor::FEW_RECOVERY_CODES;
use serde::{Deserialize, Serialize};

/// A letter about a second factor.
#[derive(Serialize, Deserialize)]
pub(crate) struct SecondFactorLetter {
    pub news: News,
    pub seen: LetterOrigin,
}

/// The event that the letter tells of.
#[derive(Serialize, Deserialize, Clone, Copy)]
pub(crate) enum News {
    /// A code app was set up.
    CodeAppAdded,
    /// The code app was removed.
    CodeAppRemoved {
        /// Whether no other second factor is left.
        is_off: bool,
    },
    /// The account got new recovery codes.
    RecoveryCodesMade,
    /// A recovery code was used. The number of codes left.
    RecoveryCodeUsed(u32),
    /// An administrator reset the second factor.
    Reset,
    /// A person who knows the password has tried wrong codes.
    CodesRefused,
}

const PASSWORD: &str = Page::Forgot.path();
const SECURITY: &str = Page::Security.path();

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
                "Tvåfaktorsinloggning är påslagen",
                format!(
                    "En kodapp är tillagd i ditt konto hos {organisation}. När du loggar in kan du nu skriva en kod från den, och lösenordet räcker inte ensamt."
                ),
            ),
            News::CodeAppRemoved { is_off: false } => (
                "Kodappen är borttagen",
                format!(
                    "Kodappen är borttagen från ditt konto hos {organisation}. Dina nycklar och reservkoder gäller som förut."
                ),
            ),
            News::CodeAppRemoved { is_off: true } => (
                "Tvåfaktorsinloggning är avstängd",
                format!(
                    "Kodappen är borttagen från ditt konto hos {organisation}, och reservkoderna med den. Nu räcker lösenordet för att logga in."
                ),
            ),
            News::RecoveryCodesMade => (
                "Du har fått nya reservkoder",
                format!(
                    "Nya reservkoder har skapats till ditt konto hos {organisation}. De gamla fungerar inte längre."
                ),
            ),
            News::RecoveryCodeUsed(left) => (
                "En reservkod har använts",
                if left <= FEW_RECOVERY_CODES {
                    format!(
                        "En av dina reservkoder användes till ditt konto hos {organisation}. Du har {left} kvar: skapa nya snart."
                    )
                } else {
                    format!("En av dina reservkoder användes till ditt konto hos {organisation}. Du har {left} kvar.")
                },
            ),
            News::Reset => (
                "Din tvåfaktorsinloggning är återställd",
                format!(
                    "En administratör hos {organisation} har tagit bort din kodapp, dina nycklar och dina reservkoder, och loggat ut dig överallt. Nu räcker ett lösenord, och du kan slå på tvåfaktorsinloggning igen."
                ),
            ),
            News::CodesRefused => (
                "Felaktiga koder till ditt konto",
                format!(
                    "Någon skrev rätt lösenord till ditt konto hos {organisation}, men fel kod flera gånger. Ingen är inloggad."
                ),
            ),
        };
        let (words, path, after) = match self.news {
            News::RecoveryCodeUsed(_) | News::RecoveryCodesMade => (
                "Se dina inloggningssätt",
                SECURITY,
                "Om det var du behöver du inte göra något mer. Om det inte var du, välj genast ett nytt lösenord och skapa nya reservkoder.".to_owned(),
            ),
            News::Reset => (
                "Välj ett nytt lösenord",
                PASSWORD,
                format!("Om du inte har bett om det, kontakta genast en administratör hos {organisation}."),
            ),
            News::CodesRefused => (
                "Välj ett nytt lösenord",
                PASSWORD,
                "Om det var du, kontrollera att telefonens klocka går rätt. Om det inte var du kan någon annan ditt lösenord: välj genast ett nytt.".to_owned(),
            ),
            News::CodeAppAdded | News::CodeAppRemoved { .. } => (
                "Välj ett nytt lösenord",
                PASSWORD,
                format!("Om det var du behöver du inte göra något. Om det inte var du, välj genast ett nytt lösenord och kontakta en administratör hos {organisation}."),
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
                "Two-factor sign-in is on",
                format!(
                    "A code app was added to your account at {organisation}. You can now sign in with a code from it, and the password alone is no longer enough."
                ),
            ),
            News::CodeAppRemoved { is_off: false } => (
                "The code app was removed",
                format!(
                    "The code app was removed from your account at {organisation}. Your passkeys and recovery codes work as before."
                ),
            ),
            News::CodeAppRemoved { is_off: true } => (
                "Two-factor sign-in is off",
                format!(
                    "The code app was removed from your account at {organisation}, and the recovery codes with it. The password alone is now enough to sign in."
                ),
            ),
            News::RecoveryCodesMade => (
                "You have new recovery codes",
                format!(
                    "New recovery codes were created for your account at {organisation}. The old ones no longer work."
                ),
            ),
            News::RecoveryCodeUsed(left) => (
                "A recovery code was used",
                if left <= FEW_RECOVERY_CODES {
                    format!(
                        "One of your recovery codes was used for your account at {organisation}. You have {left} left: create new ones soon."
                    )
                } else {
                    format!(
                        "One of your recovery codes was used for your account at {organisation}. You have {left} left."
                    )
                },
            ),
            News::Reset => (
                "Your second factor was reset",
                format!(
                    "An administrator at {organisation} has removed your code app, your passkeys and your recovery codes, and signed you out everywhere. A password is now enough, and you can turn on two-factor sign-in again."
                ),
            ),
            News::CodesRefused => (
                "Wrong codes for your account",
                format!(
                    "Someone entered the right password for your account at {organisation}, but wrong codes several times. No one is signed in."
                ),
            ),
        };
        let (words, path, after) = match self.news {
            News::RecoveryCodeUsed(_) | News::RecoveryCodesMade => (
                "See how you sign in",
                SECURITY,
                "If it was you, you don’t need to do anything more. If it wasn’t, choose a new password at once and create new recovery codes.".to_owned(),
            ),
            News::Reset => (
                "Choose a new password",
                PASSWORD,
                format!("If you haven’t asked for it, contact an administrator at {organisation} at once."),
            ),
            News::CodesRefused => (
                "Choose a new password",
                PASSWORD,
                "If it was you, check that your phone’s clock is right. If it wasn’t, someone else knows your password: choose a new one at once.".to_owned(),
            ),
            News::CodeAppAdded | News::CodeAppRemoved { .. } => (
                "Choose a new password",
                PASSWORD,
                format!("If it was you, you don’t need to do anything. If it wasn’t, choose a new password at once and contact an administrator at {organisation}."),
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
