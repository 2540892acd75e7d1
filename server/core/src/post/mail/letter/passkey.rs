//! The texts of mails about passkeys and about an account without a password.
use super::{Content, LetterOrigin, Setting};
use portvakt_model::mail::MailKind;
use portvakt_model::page::Page;
use serde::{Deserialize, Serialize};

/// A letter about a passkey, or about an account without a password.
#[derive(Serialize, Deserialize)]
pub(crate) struct PasskeyLetter {
    pub news: PasskeyNews,
    pub seen: LetterOrigin,
}

/// The event that the letter tells of.
#[derive(Serialize, Deserialize, Clone)]
pub(crate) enum PasskeyNews {
    /// A passkey with this name was added.
    Added(String),
    /// A passkey was removed.
    Removed {
        /// The passkey's name.
        name: String,
        /// Whether no other second factor is left.
        is_off: bool,
    },
    /// A passkey was shown that may be a copy.
    Copied,
    /// The account has no password any more.
    PasswordRemoved,
}

const PASSWORD: &str = Page::Forgot.path();
const SECURITY: &str = Page::Security.path();

impl PasskeyLetter {
    /// Each event has a kind of its own, because limits count by kind: added passkeys must not use up the mails about a
    /// removal.
    pub(super) const fn kind(&self) -> MailKind {
        match self.news {
            PasskeyNews::Added(_) => MailKind::PasskeyAdded,
            PasskeyNews::Removed { .. } => MailKind::PasskeyRemoved,
            PasskeyNews::Copied => MailKind::PasskeyCopied,
            PasskeyNews::PasswordRemoved => MailKind::PasswordRemoved,
        }
    }

    pub(super) fn swedish(&self, setting: &Setting<'_>) -> Content {
        let Setting { organisation, origin, .. } = setting;
        let (subject, said) = match &self.news {
            PasskeyNews::Added(name) => (
                "Du har en ny nyckel",
                format!(
                    "Nyckeln ”{name}” är tillagd i ditt konto hos {organisation}. Du kan logga in med den, och den räknas som tvåfaktorsinloggning."
                ),
            ),
            PasskeyNews::Removed { name, is_off: true } => (
                "En nyckel är borttagen",
                format!(
                    "Nyckeln ”{name}” är borttagen från ditt konto hos {organisation}, och reservkoderna med den. Tvåfaktorsinloggningen är avstängd: nu räcker lösenordet för att logga in."
                ),
            ),
            PasskeyNews::Removed { name, is_off: false } => (
                "En nyckel är borttagen",
                format!(
                    "Nyckeln ”{name}” är borttagen från ditt konto hos {organisation} och går inte att logga in med längre."
                ),
            ),
            PasskeyNews::Copied => (
                "En nyckel kan vara kopierad",
                format!(
                    "En nyckel till ditt konto hos {organisation} användes, men dess räknare stod lägre än förra gången. Det händer när någon har kopierat den. Ingen är inloggad."
                ),
            ),
            PasskeyNews::PasswordRemoved => (
                "Ditt lösenord är borttaget",
                format!(
                    "Lösenordet är borttaget från ditt konto hos {organisation}. Du loggar in med en nyckel. Ett nytt lösenord kan du alltid välja."
                ),
            ),
        };
        let (words, path, after) = match self.news {
            PasskeyNews::Copied => (
                "Se dina nycklar",
                SECURITY,
                "Ta bort nyckeln och lägg till en ny. Om du inte vet hur det gick till, kontakta en administratör hos",
            ),
            PasskeyNews::Added(_) => (
                "Se dina nycklar",
                SECURITY,
                "Om det var du behöver du inte göra något. Om det inte var du, ta genast bort nyckeln och välj ett nytt lösenord. Om du inte kommer in, kontakta en administratör hos",
            ),
            _ => (
                "Välj ett nytt lösenord",
                PASSWORD,
                "Om det var du behöver du inte göra något. Om det inte var du, välj genast ett nytt lösenord och kontakta en administratör hos",
            ),
        };
        Content {
            subject: subject.to_owned(),
            paragraphs: vec![said, self.seen.swedish(setting)],
            button: Some((words.to_owned(), format!("{origin}{path}"))),
            after: vec![format!("{after} {organisation}.")],
        }
    }

    pub(super) fn english(&self, setting: &Setting<'_>) -> Content {
        let Setting { organisation, origin, .. } = setting;
        let (subject, said) = match &self.news {
            PasskeyNews::Added(name) => (
                "You have a new passkey",
                format!(
                    "The passkey “{name}” was added to your account at {organisation}. You can sign in with it, and it counts as two-factor sign-in."
                ),
            ),
            PasskeyNews::Removed { name, is_off: true } => (
                "A passkey was removed",
                format!(
                    "The passkey “{name}” was removed from your account at {organisation}, and the recovery codes with it. Two-factor sign-in is off: the password alone is now enough to sign in."
                ),
            ),
            PasskeyNews::Removed { name, is_off: false } => (
                "A passkey was removed",
                format!(
                    "The passkey “{name}” was removed from your account at {organisation} and can no longer be used \
                     to sign in."
                ),
            ),
            PasskeyNews::Copied => (
                "A passkey may have been copied",
                format!(
                    "A passkey for your account at {organisation} was used, but its counter was lower than last time. That happens when someone has copied it. No one is signed in."
                ),
            ),
            PasskeyNews::PasswordRemoved => (
                "Your password was removed",
                format!(
                    "The password was removed from your account at {organisation}. You sign in with a passkey. You can choose a new password at any time."
                ),
            ),
        };
        let (words, path, after) = match self.news {
            PasskeyNews::Copied => (
                "See your passkeys",
                SECURITY,
                "Remove the passkey and add a new one. If you don’t know how this happened, contact an administrator \
                 at",
            ),
            PasskeyNews::Added(_) => (
                "See your passkeys",
                SECURITY,
                "If it was you, you don’t need to do anything. If it wasn’t, remove the passkey at once and choose a new password. If you can’t get in, contact an administrator at",
            ),
            _ => (
                "Choose a new password",
                PASSWORD,
                "If it was you, you don’t need to do anything. If it wasn’t, choose a new password at once and contact an administrator at",
            ),
        };
        Content {
            subject: subject.to_owned(),
            paragraphs: vec![said, self.seen.english(setting)],
            button: Some((words.to_owned(), format!("{origin}{path}"))),
            after: vec![format!("{after} {organisation}.")],
        }
    }
}
