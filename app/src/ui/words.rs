//! What every form may have to say.
use crate::language::Translated;
use portvakt_model::fault::{Fault, FieldRule, Refusal};

/// Texts of forms and faults.
pub struct Words {
    /// The head of a fault's message.
    pub title: fn(&Fault) -> &'static str,
    /// What to do about it.
    pub advice: fn(&Fault) -> String,
    /// A rule that a field breaks.
    pub rule: fn(FieldRule) -> String,
    /// To the main part of the page.
    pub skip: &'static str,
    /// The name of the language menu.
    pub language: &'static str,
}

/// Texts of forms and faults.
pub static WORDS: Translated<Words> = Translated {
    swedish: Words {
        title: |fault| match fault {
            Fault::Refused(Refusal::WrongCredentials) => "Fel e-post eller lösenord",
            Fault::Refused(Refusal::SignedOut) => "Du är inte inloggad längre",
            Fault::Refused(Refusal::NotFound) => "Länken går inte att använda längre",
            Fault::Refused(Refusal::Fields(_)) => "Något behöver rättas",
            Fault::Refused(Refusal::CookiesOff) => "Webbläsaren sparar inga kakor",
            Fault::Refused(Refusal::Busy { .. }) => "Många vill in just nu",
            Fault::Unreadable => "Formuläret gick inte att läsa",
            Fault::Offline => "Ingen kontakt med servern",
            Fault::Failed(_) => "Det gick inte",
        },
        advice: |fault| match fault {
            Fault::Refused(Refusal::WrongCredentials) => "Kontrollera båda och försök igen.".to_owned(),
            Fault::Refused(Refusal::SignedOut) => "Logga in igen för att fortsätta.".to_owned(),
            Fault::Refused(Refusal::NotFound) => "Den är redan använd, ersatt av en nyare eller för gammal.".to_owned(),
            Fault::Refused(Refusal::Fields(_)) => "Se texten vid fälten nedan.".to_owned(),
            Fault::Refused(Refusal::CookiesOff) => {
                "Inloggningen behöver en kaka. Tillåt kakor för den här platsen, läs in sidan på nytt och försök igen."
                    .to_owned()
            }
            Fault::Refused(Refusal::Busy { retry_after_secs }) => {
                format!("Försök igen om {retry_after_secs} sekunder.")
            }
            Fault::Unreadable => "Läs in sidan på nytt och försök igen.".to_owned(),
            Fault::Offline => "Kontrollera din uppkoppling och försök igen. Det du skrev finns kvar.".to_owned(),
            Fault::Failed(reference) => {
                format!("Felet är vårt, inte ditt. Försök igen. Referens {reference}, om du ber om hjälp.")
            }
        },
        rule: |rule| match rule {
            FieldRule::Empty => "Fyll i det här".to_owned(),
            FieldRule::TooShort(min) => format!("Minst {min} tecken behövs"),
            FieldRule::TooLong(max) => format!("Högst {max} tecken får plats"),
            FieldRule::Unprintable => "Ta bort tecken som inte syns, till exempel radbrytningar".to_owned(),
            FieldRule::NotAnEmail => "Skriv en e-postadress, till exempel namn@firma.se".to_owned(),
            FieldRule::NotTheSame => "Skriv samma som ovan".to_owned(),
        },
        skip: "Hoppa till innehållet",
        language: "Språk",
    },
    english: Words {
        title: |fault| match fault {
            Fault::Refused(Refusal::WrongCredentials) => "Wrong email or password",
            Fault::Refused(Refusal::SignedOut) => "You are no longer signed in",
            Fault::Refused(Refusal::NotFound) => "The link can’t be used any more",
            Fault::Refused(Refusal::Fields(_)) => "Something needs another look",
            Fault::Refused(Refusal::CookiesOff) => "Your browser keeps no cookies",
            Fault::Refused(Refusal::Busy { .. }) => "Many people want in right now",
            Fault::Unreadable => "The form couldn’t be read",
            Fault::Offline => "The server can’t be reached",
            Fault::Failed(_) => "That didn’t work",
        },
        advice: |fault| match fault {
            Fault::Refused(Refusal::WrongCredentials) => "Check both and try again.".to_owned(),
            Fault::Refused(Refusal::SignedOut) => "Sign in again to go on.".to_owned(),
            Fault::Refused(Refusal::NotFound) => {
                "It was used already, replaced by a newer one, or is too old.".to_owned()
            }
            Fault::Refused(Refusal::Fields(_)) => "See the text beside the fields below.".to_owned(),
            Fault::Refused(Refusal::CookiesOff) => {
                "Signing in needs a cookie. Allow cookies for this site, reload the page and try again.".to_owned()
            }
            Fault::Refused(Refusal::Busy { retry_after_secs }) => format!("Try again in {retry_after_secs} seconds."),
            Fault::Unreadable => "Reload the page and try again.".to_owned(),
            Fault::Offline => "Check your connection and try again. What you typed is still here.".to_owned(),
            Fault::Failed(reference) => {
                format!("The fault is ours, not yours. Try again. Reference {reference}, if you ask for help.")
            }
        },
        rule: |rule| match rule {
            FieldRule::Empty => "Fill this in".to_owned(),
            FieldRule::TooShort(min) => format!("At least {min} characters are needed"),
            FieldRule::TooLong(max) => format!("At most {max} characters fit"),
            FieldRule::Unprintable => "Remove characters that can’t be seen, such as line breaks".to_owned(),
            FieldRule::NotAnEmail => "Enter an email address, such as name@company.com".to_owned(),
            FieldRule::NotTheSame => "Enter the same as above".to_owned(),
        },
        skip: "Skip to content",
        language: "Language",
    },
};
