//! The words that every form may need.
mod dead_link;

use crate::ui::number::number;
use crate::words::language::Translated;
use portvakt_model::duration::in_words;
use portvakt_model::fault::{Fault, FieldRule, Refusal, Tries};
use portvakt_model::language::Language;
use portvakt_model::proof::{Proof, Typed};

/// The texts of forms and faults.
pub struct UiWords {
    /// The heading of a fault's message.
    pub title: fn(&Fault) -> &'static str,
    /// The next step after a fault.
    pub advice: fn(&Fault) -> String,
    /// The text of a broken rule.
    pub rule: fn(FieldRule) -> String,
    /// The link to the main part of the page.
    pub skip: &'static str,
    /// The label of the proof field, if it takes a code.
    pub proof_code: &'static str,
    /// The label of the proof field, if it takes the password.
    pub proof_password: &'static str,
    /// The button for a proof by passkey.
    pub proof_passkey: &'static str,
    /// The button that sends the form after the proof.
    pub proof_go_on: &'static str,
    /// The button and the link that lead to the sign-in.
    pub sign_in_again: &'static str,
    /// The heading above typed fields that are back after a sign-in, and what to do.
    pub typed_is_back: (&'static str, &'static str),
    /// The name of the language menu.
    pub language: &'static str,
}

/// A fault tells the remaining tries if there are at most this many, or if the next try has to wait.
const FEW: u32 = 3;

fn swedish_time(secs: u32) -> String {
    in_words(secs, Language::Swedish)
}

fn english_time(secs: u32) -> String {
    in_words(secs, Language::English)
}

/// The texts of forms and faults, in each language.
pub static WORDS: Translated<UiWords> = Translated {
    swedish: UiWords {
        title: |fault| match fault {
            Fault::Refused(Refusal::WrongCredentials(_)) => "Fel e-post eller lösenord",
            Fault::Refused(Refusal::WrongPassword(_) | Refusal::NotProven(_)) => "Fel lösenord",
            Fault::Refused(Refusal::WrongCode { recovery: true, .. }) => "Reservkoden stämmer inte",
            Fault::Refused(Refusal::WrongCode { .. }) => "Koden stämmer inte",
            Fault::Refused(Refusal::WrongPasskey) => "Nyckeln gick inte att använda",
            Fault::Refused(Refusal::Suspended { .. }) => "Kontot är avstängt",
            Fault::Refused(Refusal::LastWayIn) => "Då kan du inte logga in igen",
            Fault::Refused(Refusal::CodesLocked { .. }) => "För många felaktiga koder",
            Fault::Refused(Refusal::CodesStopped) => "Koder från kodappen är spärrade",
            Fault::Refused(Refusal::ToBeProven(_)) => "Bekräfta att det är du",
            Fault::Refused(Refusal::Locked { .. }) => "Inloggningen är tillfälligt låst",
            Fault::Refused(Refusal::TooMany { .. }) => "För många försök",
            Fault::Refused(Refusal::TooManyMails { .. }) => "Adressen har fått för många mejl",
            Fault::Refused(Refusal::SignedOut) => "Du är inte inloggad längre",
            Fault::Refused(Refusal::DeadLink(_)) => "Länken fungerar inte längre",
            Fault::Refused(Refusal::NotFound) => "Det finns inte längre",
            Fault::Refused(Refusal::Fields(_)) => "Något behöver rättas",
            Fault::Refused(Refusal::Conflict) => "Någon annan hann spara före dig",
            Fault::Refused(Refusal::OtherOrganisation) => "Du har bytt organisation",
            Fault::Refused(Refusal::OtherPerson) => "Någon annan är inloggad nu",
            Fault::Refused(Refusal::CookiesOff) => "Webbläsaren blockerar kakor",
            Fault::Refused(Refusal::Busy { .. }) => "Portalen är hårt belastad",
            Fault::Unreadable => "Formuläret gick inte att läsa",
            Fault::Offline => "Ingen kontakt med servern",
            Fault::Failed(_) => "Något gick fel",
        },
        advice: |fault| {
            match fault {
            Fault::Refused(
                refusal @ (Refusal::WrongCredentials(Tries { left, wait_secs, lock_secs })
                | Refusal::WrongPassword(Tries { left, wait_secs, lock_secs })
                | Refusal::NotProven(Tries { left, wait_secs, lock_secs })),
            ) => {
                let first = if *wait_secs > 0 {
                    format!("Vänta {} innan du försöker igen.", swedish_time(*wait_secs))
                } else if matches!(refusal, Refusal::WrongPassword(_) | Refusal::NotProven(_)) {
                    "Skriv det lösenord som du loggar in med.".to_owned()
                } else {
                    "Kontrollera båda och försök igen.".to_owned()
                };
                if *wait_secs == 0 && *left > FEW {
                    return first;
                }
                format!(
                    "{first} Du har {left} försök kvar. Efter det låses inloggningen i {}.",
                    swedish_time(*lock_secs)
                )
            }
            Fault::Refused(Refusal::Suspended { organisation: true }) => {
                "Hela din organisation är avstängd. Be någon i din organisation att kontakta den som driver portalen."
                    .to_owned()
            }
            Fault::Refused(Refusal::Suspended { organisation: false }) => {
                "Be en administratör i din organisation om hjälp. Ditt lösenord fungerar som förut när kontot öppnas igen."
                    .to_owned()
            }
            Fault::Refused(Refusal::WrongCode { left: Some(0), .. }) => {
                "Det var ditt sista försök. Börja om med att logga in igen.".to_owned()
            }
            Fault::Refused(Refusal::WrongCode { left, recovery }) => {
                let more = left.filter(|left| *left <= FEW).map(|left| format!(" Du har {left} försök kvar."));
                let advice = if *recovery {
                    "Jämför den med koderna som du sparade. Varje kod fungerar en gång, och nya koder ersätter alla gamla."
                } else {
                    "Skriv koden som visas nu. Varje kod fungerar en gång. Om det ändå inte stämmer, kontrollera att telefonens klocka går rätt."
                };
                advice.to_owned() + &more.unwrap_or_default()
            }
            Fault::Refused(Refusal::CodesLocked { retry_after_secs }) => {
                format!("Försök igen om {}. Du kan använda en reservkod redan nu.", swedish_time(*retry_after_secs))
            }
            Fault::Refused(Refusal::CodesStopped) => {
                "Hundra koder i rad har varit fel. Använd en reservkod, eller be en administratör i din organisation att återställa din tvåfaktorsinloggning.".to_owned()
            }
            Fault::Refused(Refusal::WrongPasskey) => {
                "Försök igen, eller använd ett annat sätt. Om du har tagit bort nyckeln i din profil, ta bort den på enheten också.".to_owned()
            }
            Fault::Refused(Refusal::LastWayIn) => {
                "Behåll en nyckel eller ett lösenord. Om någon av dina organisationer kräver lösenord kan du inte vara utan.".to_owned()
            }
            Fault::Refused(Refusal::ToBeProven(Proof { typed, passkey })) => match (typed, passkey) {
                (Some(Typed::Code), false) => {
                    "Det här kräver en extra kontroll. Skriv en kod från din kodapp, eller en reservkod, och tryck på \
                     knappen igen."
                }
                (Some(Typed::Code), true) => {
                    "Det här kräver en extra kontroll. Använd din nyckel, eller skriv en kod och tryck på knappen igen."
                }
                (Some(Typed::Password), false) => "Det här kräver en extra kontroll. Skriv ditt lösenord och tryck på \
                                                   knappen igen.",
                (Some(Typed::Password), true) => {
                    "Det här kräver en extra kontroll. Använd din nyckel, eller skriv ditt lösenord och tryck på \
                     knappen igen."
                }
                (None, _) => "Det här kräver en extra kontroll. Använd din nyckel. Nyckeln kräver JavaScript.",
            }
            .to_owned(),
            Fault::Refused(Refusal::Locked { retry_after_secs }) => format!(
                "Det har blivit fel för många gånger. Försök igen om {}. På en enhet som du har använt förut kan du \
                 oftast logga in ändå.",
                swedish_time(*retry_after_secs)
            ),
            Fault::Refused(Refusal::TooMany { retry_after_secs }) => {
                format!("Försök igen om {}.", swedish_time(*retry_after_secs))
            }
            Fault::Refused(Refusal::TooManyMails { retry_after_secs }) => {
                format!("Försök igen om {}. Be under tiden personen att titta i skräpposten.", swedish_time(*retry_after_secs))
            }
            Fault::Refused(Refusal::SignedOut) => "Logga in igen för att fortsätta.".to_owned(),
            Fault::Refused(Refusal::DeadLink(kind)) => dead_link::swedish(*kind).to_owned(),
            Fault::Refused(Refusal::NotFound) => "Det har tagits bort eller ändrats under tiden. Ladda om sidan.".to_owned(),
            Fault::Refused(Refusal::Fields(_)) => "Se texten vid fälten nedan.".to_owned(),
            Fault::Refused(Refusal::Conflict) => {
                "Inget har skrivits över. Jämför det som är sparat nu med det du har skrivit, och spara igen.".to_owned()
            }
            Fault::Refused(Refusal::OtherOrganisation) => {
                "Sidan hör till en annan organisation än den du är i nu. Inget har ändrats. Ladda om sidan."
                    .to_owned()
            }
            Fault::Refused(Refusal::OtherPerson) => {
                "Någon annan har loggat in i den här webbläsaren sedan sidan öppnades. Inget har ändrats. Ladda om sidan."
                    .to_owned()
            }
            Fault::Refused(Refusal::CookiesOff) => {
                "Inloggningen kräver en kaka. Tillåt kakor för den här webbplatsen, ladda om sidan och försök igen."
                    .to_owned()
            }
            Fault::Refused(Refusal::Busy { retry_after_secs }) => {
                format!("Försök igen om {retry_after_secs} sekunder.")
            }
            Fault::Unreadable => "Ladda om sidan och försök igen.".to_owned(),
            Fault::Offline => "Kontrollera din uppkoppling och försök igen. Det du skrev finns kvar.".to_owned(),
            Fault::Failed(reference) => {
                format!("Felet är vårt, inte ditt. Försök igen. Uppge referens {reference} om du ber om hjälp.")
            }
        }
        },
        rule: |rule| match rule {
            FieldRule::Empty => "Fyll i det här".to_owned(),
            FieldRule::TooShort(min) => format!("Skriv minst {min} tecken"),
            FieldRule::TooLong(max) => format!("Skriv högst {max} tecken"),
            FieldRule::TooFewDigits(1) => "Använd minst 1 siffra".to_owned(),
            FieldRule::TooFewDigits(min) => format!("Använd minst {min} siffror"),
            FieldRule::TooFewSpecials(min) => format!("Använd minst {min} specialtecken, till exempel ! ? # %"),
            FieldRule::TooFewUpper(1) => "Använd minst 1 stor bokstav".to_owned(),
            FieldRule::TooFewUpper(min) => format!("Använd minst {min} stora bokstäver"),
            FieldRule::TooFewLower(1) => "Använd minst 1 liten bokstav".to_owned(),
            FieldRule::TooFewLower(min) => format!("Använd minst {min} små bokstäver"),
            FieldRule::Common => "Lösenordet är ett av de vanligaste. Skriv hellre en egen mening".to_owned(),
            FieldRule::Expected => {
                "Lösenordet består av sådant som andra vet om dig. Skriv hellre en mening om något annat".to_owned()
            }
            FieldRule::Unprintable => "Ta bort osynliga tecken, till exempel radbrytningar".to_owned(),
            FieldRule::NotAnEmail => "Skriv en e-postadress, till exempel namn@firma.se".to_owned(),
            FieldRule::WebAddress => "Skriv ett namn, inte en webbadress".to_owned(),
            FieldRule::NotSixDigits => "Skriv de sex siffrorna som appen visar".to_owned(),
            FieldRule::NotACode => "Skriv de sex siffrorna från kodappen, eller en reservkod".to_owned(),
            FieldRule::WrongCode => "Koden stämmer inte. Skriv den som visas nu".to_owned(),
            FieldRule::OtherTime => {
                "Telefonens klocka går fel: koden hör till en annan tid. Slå på automatisk tid och försök igen"
                    .to_owned()
            }
            FieldRule::NotASlug => "Skriv 2–40 tecken: a–z, siffror och enkla bindestreck mellan dem".to_owned(),
            FieldRule::Taken => "Det används redan av någon annan".to_owned(),
            FieldRule::Belongs => "Adressen finns redan i organisationen".to_owned(),
            FieldRule::LastOwner => "Organisationen behöver en ägare. Gör någon annan till ägare först".to_owned(),
            FieldRule::Unchanged => "Det är redan din adress".to_owned(),
            FieldRule::NotTheSame => "Skriv samma som ovan".to_owned(),
            FieldRule::NoColour => "Skriv en färgkod, till exempel #125e45".to_owned(),
            FieldRule::NoDomain(line) => format!("Rad {line} är ingen domän. Skriv till exempel firma.se"),
            FieldRule::PublicDomain(line) => {
                format!("Vem som helst kan få en adress i domänen på rad {line}: den kan inte vara er")
            }
            FieldRule::DomainTaken(line) => format!("Domänen på rad {line} hör redan till någon annan"),
            FieldRule::TooManyLines(max) => format!("Skriv högst {max} rader"),
            FieldRule::NoPng => "Filen är inte en PNG-bild, eller är skadad".to_owned(),
            FieldRule::TooLarge(kib) => format!("Filen är för stor. Den får vara högst {kib} kB"),
            FieldRule::TooManyPixels(max) => {
                format!("Bilden har för många pixlar. Den får vara högst {max} gånger {max}")
            }
            FieldRule::NothingNew => "Inget är ändrat".to_owned(),
            FieldRule::Earlier => "Du har redan haft det lösenordet. Välj ett nytt".to_owned(),
            FieldRule::OutOfBounds(least, most) => format!("Skriv ett tal från {least} till {most}"),
            FieldRule::WeakerThan(base) => format!("Får inte vara svagare än för alla: {base}"),
            FieldRule::LocksOut(1) => "En person kan bli utestängd. Bekräfta det, eller ge mer tid".to_owned(),
            FieldRule::LocksOut(n) => {
                format!("{} personer kan bli utestängda. Bekräfta det, eller ge mer tid", number(n.into()))
            }
            FieldRule::MoreThanHalf(most) => {
                format!("Tillsammans högst {most}: hälften av det kortaste tillåtna lösenordet")
            }
            FieldRule::TooManyPasskeys(max) => format!("Du kan ha högst {max} nycklar. Ta bort en först"),
            FieldRule::NotUtf8 => "Texten går inte att läsa. Spara filen i formatet CSV UTF-8".to_owned(),
        },
        skip: "Hoppa till innehållet",
        proof_code: "Kod från din kodapp, eller en reservkod",
        proof_password: "Ditt lösenord",
        proof_passkey: "Bekräfta med nyckel",
        proof_go_on: "Bekräfta och fortsätt",
        sign_in_again: "Logga in igen",
        typed_is_back: ("Det du skrev finns kvar", "Det är inte sparat än."),
        language: "Språk",
    },
    english: UiWords {
        title: |fault| match fault {
            Fault::Refused(Refusal::WrongCredentials(_)) => "Wrong email or password",
            Fault::Refused(Refusal::WrongPassword(_) | Refusal::NotProven(_)) => "Wrong password",
            Fault::Refused(Refusal::WrongCode { recovery: true, .. }) => "That recovery code isn’t right",
            Fault::Refused(Refusal::WrongCode { .. }) => "That code isn’t right",
            Fault::Refused(Refusal::WrongPasskey) => "The passkey couldn’t be used",
            Fault::Refused(Refusal::LastWayIn) => "You wouldn’t be able to sign in again",
            Fault::Refused(Refusal::Suspended { .. }) => "The account is suspended",
            Fault::Refused(Refusal::CodesLocked { .. }) => "Too many wrong codes",
            Fault::Refused(Refusal::CodesStopped) => "App codes are blocked",
            Fault::Refused(Refusal::ToBeProven(_)) => "Confirm it’s you",
            Fault::Refused(Refusal::Locked { .. }) => "Sign-in is temporarily locked",
            Fault::Refused(Refusal::TooMany { .. }) => "Too many attempts",
            Fault::Refused(Refusal::TooManyMails { .. }) => "That address has had too many emails",
            Fault::Refused(Refusal::SignedOut) => "You are no longer signed in",
            Fault::Refused(Refusal::DeadLink(_)) => "This link no longer works",
            Fault::Refused(Refusal::NotFound) => "It is no longer there",
            Fault::Refused(Refusal::Fields(_)) => "Something needs correcting",
            Fault::Refused(Refusal::Conflict) => "Someone else saved first",
            Fault::Refused(Refusal::OtherOrganisation) => "You have switched organisation",
            Fault::Refused(Refusal::OtherPerson) => "Someone else is signed in now",
            Fault::Refused(Refusal::CookiesOff) => "Your browser blocks cookies",
            Fault::Refused(Refusal::Busy { .. }) => "The portal is busy",
            Fault::Unreadable => "The form couldn’t be read",
            Fault::Offline => "The server can’t be reached",
            Fault::Failed(_) => "Something went wrong",
        },
        advice: |fault| {
            match fault {
            Fault::Refused(
                refusal @ (Refusal::WrongCredentials(Tries { left, wait_secs, lock_secs })
                | Refusal::WrongPassword(Tries { left, wait_secs, lock_secs })
                | Refusal::NotProven(Tries { left, wait_secs, lock_secs })),
            ) => {
                let first = if *wait_secs > 0 {
                    format!("Wait {} before you try again.", english_time(*wait_secs))
                } else if matches!(refusal, Refusal::WrongPassword(_) | Refusal::NotProven(_)) {
                    "Enter the password you sign in with.".to_owned()
                } else {
                    "Check both and try again.".to_owned()
                };
                if *wait_secs == 0 && *left > FEW {
                    return first;
                }
                let tries = if *left == 1 { "1 attempt".to_owned() } else { format!("{left} attempts") };
                format!(
                    "{first} You have {tries} left. After that, sign-in is locked for {}.",
                    english_time(*lock_secs)
                )
            }
            Fault::Refused(Refusal::Suspended { organisation: true }) => {
                "Your whole organisation is suspended. Ask someone in it to contact the portal’s operator.".to_owned()
            }
            Fault::Refused(Refusal::Suspended { organisation: false }) => {
                "Ask an administrator in your organisation for help. Your password will work as before once the account is restored."
                    .to_owned()
            }
            Fault::Refused(Refusal::WrongCode { left: Some(0), .. }) => {
                "That was your last attempt. Start again by signing in.".to_owned()
            }
            Fault::Refused(Refusal::WrongCode { left, recovery }) => {
                let tries = |left| if left == 1 { "1 attempt".to_owned() } else { format!("{left} attempts") };
                let more = left.filter(|left| *left <= FEW).map(|left| format!(" You have {} left.", tries(left)));
                let advice = if *recovery {
                    "Compare it with the codes you saved. Each code works once, and new codes replace all the old ones."
                } else {
                    "Enter the code shown now. Each code works once. If it still isn’t right, check that your phone’s clock is correct."
                };
                advice.to_owned() + &more.unwrap_or_default()
            }
            Fault::Refused(Refusal::CodesLocked { retry_after_secs }) => {
                format!("Try again in {}. You can use a recovery code now.", english_time(*retry_after_secs))
            }
            Fault::Refused(Refusal::CodesStopped) => {
                "A hundred codes in a row were wrong. Use a recovery code, or ask an administrator in your organisation to reset your second factor.".to_owned()
            }
            Fault::Refused(Refusal::WrongPasskey) => {
                "Try again, or use another method. If you have removed the passkey from your profile, remove it from the device as well.".to_owned()
            }
            Fault::Refused(Refusal::LastWayIn) => {
                "Keep a passkey or a password. If one of your organisations requires a password, you can’t go without one.".to_owned()
            }
            Fault::Refused(Refusal::ToBeProven(Proof { typed, passkey })) => match (typed, passkey) {
                (Some(Typed::Code), false) => {
                    "This needs an extra check. Enter a code from your code app, or a recovery code, and press the \
                     button again."
                }
                (Some(Typed::Code), true) => {
                    "This needs an extra check. Use your passkey, or enter a code and press the button again."
                }
                (Some(Typed::Password), false) => "This needs an extra check. Enter your password and press the \
                                                   button again.",
                (Some(Typed::Password), true) => {
                    "This needs an extra check. Use your passkey, or enter your password and press the button again."
                }
                (None, _) => "This needs an extra check. Use your passkey. Passkeys require JavaScript.",
            }
            .to_owned(),
            Fault::Refused(Refusal::Locked { retry_after_secs }) => format!(
                "There were too many wrong attempts. Try again in {}. You can usually still sign in on a device you have used before.",
                english_time(*retry_after_secs)
            ),
            Fault::Refused(Refusal::TooMany { retry_after_secs }) => {
                format!("Try again in {}.", english_time(*retry_after_secs))
            }
            Fault::Refused(Refusal::TooManyMails { retry_after_secs }) => {
                format!("Try again in {}. Meanwhile, ask the person to look in their spam folder.", english_time(*retry_after_secs))
            }
            Fault::Refused(Refusal::SignedOut) => "Sign in again to continue.".to_owned(),
            Fault::Refused(Refusal::DeadLink(kind)) => dead_link::english(*kind).to_owned(),
            Fault::Refused(Refusal::NotFound) => "It was removed or changed in the meantime. Reload the page.".to_owned(),
            Fault::Refused(Refusal::Fields(_)) => "See the messages at the fields below.".to_owned(),
            Fault::Refused(Refusal::Conflict) => {
                "Nothing was overwritten. Compare what is saved now with what you entered, and save again.".to_owned()
            }
            Fault::Refused(Refusal::OtherOrganisation) => {
                "This page belongs to a different organisation from the one you are in now. Nothing was changed. Reload it."
                    .to_owned()
            }
            Fault::Refused(Refusal::OtherPerson) => {
                "Someone else has signed in in this browser since the page was opened. Nothing was changed. Reload it."
                    .to_owned()
            }
            Fault::Refused(Refusal::CookiesOff) => {
                "Signing in requires a cookie. Allow cookies for this site, reload the page and try again.".to_owned()
            }
            Fault::Refused(Refusal::Busy { retry_after_secs }) => format!("Try again in {retry_after_secs} seconds."),
            Fault::Unreadable => "Reload the page and try again.".to_owned(),
            Fault::Offline => "Check your connection and try again. What you typed is still here.".to_owned(),
            Fault::Failed(reference) => {
                format!("The fault is ours, not yours. Try again. Quote reference {reference} if you ask for help.")
            }
        }
        },
        rule: |rule| match rule {
            FieldRule::Empty => "Fill this in".to_owned(),
            FieldRule::TooShort(min) => format!("Use at least {min} characters"),
            FieldRule::TooLong(max) => format!("Use at most {max} characters"),
            FieldRule::TooFewDigits(1) => "Use at least 1 digit".to_owned(),
            FieldRule::TooFewDigits(min) => format!("Use at least {min} digits"),
            FieldRule::TooFewSpecials(1) => "Use at least 1 special character, such as ! ? # %".to_owned(),
            FieldRule::TooFewSpecials(min) => format!("Use at least {min} special characters, such as ! ? # %"),
            FieldRule::TooFewUpper(1) => "Use at least 1 capital letter".to_owned(),
            FieldRule::TooFewUpper(min) => format!("Use at least {min} capital letters"),
            FieldRule::TooFewLower(1) => "Use at least 1 lower-case letter".to_owned(),
            FieldRule::TooFewLower(min) => format!("Use at least {min} lower-case letters"),
            FieldRule::Common => {
                "This is one of the most common passwords. Use a sentence of your own instead".to_owned()
            }
            FieldRule::Expected => {
                "This is made of what others know about you. Use a sentence about something else instead".to_owned()
            }
            FieldRule::Unprintable => "Remove invisible characters, such as line breaks".to_owned(),
            FieldRule::NotAnEmail => "Enter an email address, such as name@company.com".to_owned(),
            FieldRule::WebAddress => "Enter a name, not a web address".to_owned(),
            FieldRule::NotSixDigits => "Enter the six digits shown in the app".to_owned(),
            FieldRule::NotACode => "Enter the six digits from your code app, or a recovery code".to_owned(),
            FieldRule::WrongCode => "That code isn’t right. Enter the one shown now".to_owned(),
            FieldRule::OtherTime => {
                "Your phone’s clock is wrong: the code is from another time. Turn on automatic time and try again"
                    .to_owned()
            }
            FieldRule::NotASlug => "Use 2–40 characters: a–z, digits and single hyphens between them".to_owned(),
            FieldRule::Taken => "Someone else is already using this".to_owned(),
            FieldRule::Belongs => "That address is already in the organisation".to_owned(),
            FieldRule::LastOwner => "The organisation needs an owner. Make someone else an owner first".to_owned(),
            FieldRule::Unchanged => "That is already your address".to_owned(),
            FieldRule::NotTheSame => "Enter the same as above".to_owned(),
            FieldRule::NoColour => "Enter a colour code, such as #125e45".to_owned(),
            FieldRule::NoDomain(line) => format!("Line {line} is not a domain. Enter one such as company.com"),
            FieldRule::PublicDomain(line) => {
                format!("Anyone can get an address in the domain on line {line}: it can’t be yours")
            }
            FieldRule::DomainTaken(line) => {
                format!("The domain on line {line} already belongs to someone else")
            }
            FieldRule::TooManyLines(max) => format!("Use at most {max} lines"),
            FieldRule::NoPng => "The file is not a PNG image, or it is damaged".to_owned(),
            FieldRule::TooLarge(kib) => format!("The file is too large. It can be at most {kib} kB"),
            FieldRule::TooManyPixels(max) => {
                format!("The image has too many pixels. It can be at most {max} by {max}")
            }
            FieldRule::NothingNew => "Nothing has been changed".to_owned(),
            FieldRule::Earlier => "You have had that password before. Choose a new one".to_owned(),
            FieldRule::OutOfBounds(least, most) => format!("Enter a number from {least} to {most}"),
            FieldRule::WeakerThan(base) => format!("Can’t be weaker than for everyone: {base}"),
            FieldRule::LocksOut(1) => "One person may be locked out. Confirm it, or allow more time".to_owned(),
            FieldRule::LocksOut(n) => {
                format!("{} people may be locked out. Confirm it, or allow more time", number(n.into()))
            }
            FieldRule::MoreThanHalf(most) => format!("Together at most {most}: half the shortest allowed password"),
            FieldRule::TooManyPasskeys(max) => format!("You can have at most {max} passkeys. Remove one first"),
            FieldRule::NotUtf8 => "The text can’t be read. Save the file as CSV UTF-8".to_owned(),
        },
        skip: "Skip to content",
        proof_code: "Code from your code app, or a recovery code",
        proof_password: "Your password",
        proof_passkey: "Confirm with a passkey",
        proof_go_on: "Confirm and continue",
        sign_in_again: "Sign in again",
        typed_is_back: ("What you typed is still here", "It has not been saved yet."),
        language: "Language",
    },
};
