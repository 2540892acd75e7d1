//! What every form may have to say.
use crate::ui::number::number;
use crate::words::language::Translated;
use portvakt_model::duration::in_words;
use portvakt_model::fault::{Fault, FieldRule, Refusal, Tries};
use portvakt_model::language::Language;
use portvakt_model::proof::{Proof, Typed};

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
    /// Where a code is asked for once more.
    pub proof_code: &'static str,
    /// Where the password is.
    pub proof_password: &'static str,
    /// Where a passkey does.
    pub proof_passkey: &'static str,
    /// Goes on with what was wanted.
    pub proof_go_on: &'static str,
    /// The name of the language menu.
    pub language: &'static str,
}

/// Tries that are few enough to be told of when none of them has to wait.
const FEW: u32 = 3;

fn swedish_time(secs: u32) -> String {
    in_words(secs, Language::Swedish)
}

fn english_time(secs: u32) -> String {
    in_words(secs, Language::English)
}

/// Texts of forms and faults.
pub static WORDS: Translated<Words> = Translated {
    swedish: Words {
        title: |fault| match fault {
            Fault::Refused(Refusal::WrongCredentials(_)) => "Fel e-post eller lösenord",
            Fault::Refused(Refusal::WrongPassword(_) | Refusal::NotProven(_)) => "Fel lösenord",
            Fault::Refused(Refusal::WrongCode { .. }) => "Koden stämmer inte",
            Fault::Refused(Refusal::WrongPasskey) => "Nyckeln gick inte att använda",
            Fault::Refused(Refusal::LastWayIn) => "Då kommer du inte in igen",
            Fault::Refused(Refusal::CodesLocked { .. }) => "För många fel koder",
            Fault::Refused(Refusal::CodesStopped) => "Koder från appen tas inte emot längre",
            Fault::Refused(Refusal::ToBeProven(_)) => "Bekräfta att det är du",
            Fault::Refused(Refusal::Locked { .. }) => "Inloggningen är låst en stund",
            Fault::Refused(Refusal::TooMany { .. }) => "För många försök härifrån",
            Fault::Refused(Refusal::SignedOut) => "Du är inte inloggad längre",
            Fault::Refused(Refusal::NotFound) => "Länken går inte att använda längre",
            Fault::Refused(Refusal::Fields(_)) => "Något behöver rättas",
            Fault::Refused(Refusal::Conflict) => "Någon annan hann före",
            Fault::Refused(Refusal::OtherOrganisation) => "Du har bytt organisation",
            Fault::Refused(Refusal::CookiesOff) => "Webbläsaren sparar inga kakor",
            Fault::Refused(Refusal::Busy { .. }) => "Många vill in just nu",
            Fault::Unreadable => "Formuläret gick inte att läsa",
            Fault::Offline => "Ingen kontakt med servern",
            Fault::Failed(_) => "Det gick inte",
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
            Fault::Refused(Refusal::WrongCode { left: Some(0) }) => {
                "Det var sista försöket den här gången. Börja om från inloggningen.".to_owned()
            }
            Fault::Refused(Refusal::WrongCode { left }) => {
                let more = left.filter(|left| *left <= FEW).map(|left| format!(" Du har {left} försök kvar."));
                format!(
                    "Skriv koden som visas nu. Varje kod fungerar en gång. Stämmer det ändå inte, kontrollera att telefonens klocka går rätt.{}",
                    more.unwrap_or_default()
                )
            }
            Fault::Refused(Refusal::CodesLocked { retry_after_secs }) => {
                format!("Försök igen om {}. En reservkod går bra redan nu.", swedish_time(*retry_after_secs))
            }
            Fault::Refused(Refusal::CodesStopped) => {
                "Hundra i rad har varit fel. Använd en reservkod, eller be den som administrerar din organisation att återställa din tvåfaktor.".to_owned()
            }
            Fault::Refused(Refusal::WrongPasskey) => {
                "Försök igen, eller använd ett annat sätt. Har du tagit bort nyckeln i din profil, ta bort den på enheten också.".to_owned()
            }
            Fault::Refused(Refusal::LastWayIn) => {
                "Behåll en nyckel eller ett lösenord. Kräver någon av dina organisationer ett lösenord går det inte att vara utan.".to_owned()
            }
            Fault::Refused(Refusal::ToBeProven(Proof { typed, passkey })) => match (typed, passkey) {
                (Some(Typed::Code), false) => {
                    "Det här är viktigt. Skriv en kod från din kodapp, eller en reservkod, och tryck på knappen igen."
                }
                (Some(Typed::Code), true) => {
                    "Det här är viktigt. Använd din nyckel, eller skriv en kod och tryck på knappen igen."
                }
                (Some(Typed::Password), false) => "Det här är viktigt. Skriv ditt lösenord och tryck på knappen igen.",
                (Some(Typed::Password), true) => {
                    "Det här är viktigt. Använd din nyckel, eller skriv ditt lösenord och tryck på knappen igen."
                }
                (None, _) => "Det här är viktigt. Använd din nyckel. Det behöver JavaScript i webbläsaren.",
            }
            .to_owned(),
            Fault::Refused(Refusal::Locked { retry_after_secs }) => format!(
                "Det har blivit fel för många gånger. Försök igen om {}. Där du har loggat in förut går det ofta ändå.",
                swedish_time(*retry_after_secs)
            ),
            Fault::Refused(Refusal::TooMany { retry_after_secs }) => {
                format!("Försök igen om {}.", swedish_time(*retry_after_secs))
            }
            Fault::Refused(Refusal::SignedOut) => "Logga in igen för att fortsätta.".to_owned(),
            Fault::Refused(Refusal::NotFound) => "Den är redan använd, ersatt av en nyare eller för gammal.".to_owned(),
            Fault::Refused(Refusal::Fields(_)) => "Se texten vid fälten nedan.".to_owned(),
            Fault::Refused(Refusal::Conflict) => {
                "Inget är överskrivet. Jämför det som finns nu med det du har skrivit, och spara igen.".to_owned()
            }
            Fault::Refused(Refusal::OtherOrganisation) => {
                "Sidan gjordes för en annan organisation än den du är i nu. Inget är ändrat. Läs in den på nytt."
                    .to_owned()
            }
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
        }
        },
        rule: |rule| match rule {
            FieldRule::Empty => "Fyll i det här".to_owned(),
            FieldRule::TooShort(min) => format!("Minst {min} tecken behövs"),
            FieldRule::TooLong(max) => format!("Högst {max} tecken får plats"),
            FieldRule::TooFewDigits(1) => "Minst 1 siffra behövs".to_owned(),
            FieldRule::TooFewDigits(min) => format!("Minst {min} siffror behövs"),
            FieldRule::TooFewSpecials(min) => format!("Minst {min} specialtecken behövs, till exempel ! ? # %"),
            FieldRule::TooFewUpper(1) => "Minst 1 stor bokstav behövs".to_owned(),
            FieldRule::TooFewUpper(min) => format!("Minst {min} stora bokstäver behövs"),
            FieldRule::TooFewLower(1) => "Minst 1 liten bokstav behövs".to_owned(),
            FieldRule::TooFewLower(min) => format!("Minst {min} små bokstäver behövs"),
            FieldRule::Common => "Det är ett av de vanligaste lösenorden. Skriv hellre en egen mening".to_owned(),
            FieldRule::Expected => {
                "Det består av sådant som alla vet om dig. Skriv hellre en mening om något annat".to_owned()
            }
            FieldRule::Unprintable => "Ta bort tecken som inte syns, till exempel radbrytningar".to_owned(),
            FieldRule::NotAnEmail => "Skriv en e-postadress, till exempel namn@firma.se".to_owned(),
            FieldRule::NotACode => "Skriv de sex siffrorna från kodappen, eller en reservkod".to_owned(),
            FieldRule::WrongCode => "Koden stämmer inte. Skriv den som visas nu".to_owned(),
            FieldRule::OtherTime => {
                "Telefonens klocka går fel: koden hör till en annan tid. Ställ in automatisk tid och försök igen"
                    .to_owned()
            }
            FieldRule::NotASlug => "Skriv 2–40 tecken: a–z, siffror och enkla bindestreck mellan dem".to_owned(),
            FieldRule::Taken => "Det används redan av någon annan".to_owned(),
            FieldRule::Belongs => "Den adressen hör redan till er".to_owned(),
            FieldRule::LastOwner => "Organisationen behöver en ägare. Gör någon annan till ägare först".to_owned(),
            FieldRule::Unchanged => "Det är redan din adress".to_owned(),
            FieldRule::NotTheSame => "Skriv samma som ovan".to_owned(),
            FieldRule::NoColour => "Skriv en färg som #125e45".to_owned(),
            FieldRule::NoDomain(line) => format!("Rad {line} är ingen domän. Skriv till exempel firma.se"),
            FieldRule::PublicDomain(line) => {
                format!("På rad {line} står en domän där vem som helst kan få en adress: den kan inte vara er")
            }
            FieldRule::DomainTaken(line) => format!("Domänen på rad {line} har någon annan redan angett som sin"),
            FieldRule::TooManyLines(max) => format!("Högst {max} rader får plats"),
            FieldRule::NoPng => "Filen är ingen bild i formatet PNG, eller är skadad".to_owned(),
            FieldRule::TooLarge(kib) => format!("Filen är för stor. Den får vara högst {kib} kB"),
            FieldRule::TooManyPixels(max) => {
                format!("Bilden har för många bildpunkter. Den får vara högst {max} gånger {max}")
            }
            FieldRule::NothingNew => "Inget är ändrat".to_owned(),
            FieldRule::Earlier => "Det lösenordet har du haft. Välj ett nytt".to_owned(),
            FieldRule::OutOfBounds(least, most) => format!("Skriv ett tal från {least} till {most}"),
            FieldRule::WeakerThan(base) => format!("Får inte vara svagare än för alla: {base}"),
            FieldRule::LocksOut(1) => "En person kan bli utestängd. Bekräfta det, eller ge tid nog".to_owned(),
            FieldRule::LocksOut(n) => {
                format!("{} personer kan bli utestängda. Bekräfta det, eller ge tid nog", number(n.into()))
            }
            FieldRule::MoreThanHalf(most) => {
                format!("Tillsammans högst {most}: hälften av det kortaste lösenordet")
            }
            FieldRule::TooManyPasskeys(max) => format!("Fler än {max} nycklar får inte plats. Ta bort en först"),
            FieldRule::NotUtf8 => "Texten går inte att läsa. Spara filen i formatet CSV UTF-8".to_owned(),
        },
        skip: "Hoppa till innehållet",
        proof_code: "Kod från din kodapp, eller en reservkod",
        proof_password: "Ditt lösenord",
        proof_passkey: "Bekräfta med nyckel",
        proof_go_on: "Bekräfta och fortsätt",
        language: "Språk",
    },
    english: Words {
        title: |fault| match fault {
            Fault::Refused(Refusal::WrongCredentials(_)) => "Wrong email or password",
            Fault::Refused(Refusal::WrongPassword(_) | Refusal::NotProven(_)) => "Wrong password",
            Fault::Refused(Refusal::WrongCode { .. }) => "That code is not right",
            Fault::Refused(Refusal::WrongPasskey) => "The passkey couldn’t be used",
            Fault::Refused(Refusal::LastWayIn) => "You couldn’t get in again",
            Fault::Refused(Refusal::CodesLocked { .. }) => "Too many wrong codes",
            Fault::Refused(Refusal::CodesStopped) => "Codes of the app are taken no longer",
            Fault::Refused(Refusal::ToBeProven(_)) => "Confirm that it’s you",
            Fault::Refused(Refusal::Locked { .. }) => "Sign-in is locked for a while",
            Fault::Refused(Refusal::TooMany { .. }) => "Too many tries from here",
            Fault::Refused(Refusal::SignedOut) => "You are no longer signed in",
            Fault::Refused(Refusal::NotFound) => "The link can’t be used any more",
            Fault::Refused(Refusal::Fields(_)) => "Something needs another look",
            Fault::Refused(Refusal::Conflict) => "Somebody else was faster",
            Fault::Refused(Refusal::OtherOrganisation) => "You have switched organisation",
            Fault::Refused(Refusal::CookiesOff) => "Your browser keeps no cookies",
            Fault::Refused(Refusal::Busy { .. }) => "Many people want in right now",
            Fault::Unreadable => "The form couldn’t be read",
            Fault::Offline => "The server can’t be reached",
            Fault::Failed(_) => "That didn’t work",
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
                    "Enter the password that you sign in with.".to_owned()
                } else {
                    "Check both and try again.".to_owned()
                };
                if *wait_secs == 0 && *left > FEW {
                    return first;
                }
                let tries = if *left == 1 { "1 try".to_owned() } else { format!("{left} tries") };
                format!(
                    "{first} You have {tries} left. After that, sign-in is locked for {}.",
                    english_time(*lock_secs)
                )
            }
            Fault::Refused(Refusal::WrongCode { left: Some(0) }) => {
                "That was the last try this time. Begin again at the sign-in.".to_owned()
            }
            Fault::Refused(Refusal::WrongCode { left }) => {
                let tries = |left| if left == 1 { "1 try".to_owned() } else { format!("{left} tries") };
                let more = left.filter(|left| *left <= FEW).map(|left| format!(" You have {} left.", tries(left)));
                format!(
                    "Enter the code that is shown now. Each code works once. If it still isn’t right, see that the phone’s clock is.{}",
                    more.unwrap_or_default()
                )
            }
            Fault::Refused(Refusal::CodesLocked { retry_after_secs }) => {
                format!("Try again in {}. A recovery code works at once.", english_time(*retry_after_secs))
            }
            Fault::Refused(Refusal::CodesStopped) => {
                "A hundred in a row were wrong. Use a recovery code, or ask whoever administers your organisation to reset your two-factor.".to_owned()
            }
            Fault::Refused(Refusal::WrongPasskey) => {
                "Try again, or use another way. If you have removed the passkey in your profile, remove it on the device as well.".to_owned()
            }
            Fault::Refused(Refusal::LastWayIn) => {
                "Keep a passkey or a password. If one of your organisations wants a password, you can’t go without.".to_owned()
            }
            Fault::Refused(Refusal::ToBeProven(Proof { typed, passkey })) => match (typed, passkey) {
                (Some(Typed::Code), false) => {
                    "This matters. Enter a code of your code app, or a recovery code, and press the button again."
                }
                (Some(Typed::Code), true) => {
                    "This matters. Use your passkey, or enter a code and press the button again."
                }
                (Some(Typed::Password), false) => "This matters. Enter your password and press the button again.",
                (Some(Typed::Password), true) => {
                    "This matters. Use your passkey, or enter your password and press the button again."
                }
                (None, _) => "This matters. Use your passkey. That needs JavaScript in the browser.",
            }
            .to_owned(),
            Fault::Refused(Refusal::Locked { retry_after_secs }) => format!(
                "It went wrong too many times. Try again in {}. Where you have signed in before, it often works all the same.",
                english_time(*retry_after_secs)
            ),
            Fault::Refused(Refusal::TooMany { retry_after_secs }) => {
                format!("Try again in {}.", english_time(*retry_after_secs))
            }
            Fault::Refused(Refusal::SignedOut) => "Sign in again to go on.".to_owned(),
            Fault::Refused(Refusal::NotFound) => {
                "It was used already, replaced by a newer one, or is too old.".to_owned()
            }
            Fault::Refused(Refusal::Fields(_)) => "See the text beside the fields below.".to_owned(),
            Fault::Refused(Refusal::Conflict) => {
                "Nothing was overwritten. Compare what is there now with what you wrote, and save again.".to_owned()
            }
            Fault::Refused(Refusal::OtherOrganisation) => {
                "The page was made for another organisation than the one you are in now. Nothing was changed. Reload it."
                    .to_owned()
            }
            Fault::Refused(Refusal::CookiesOff) => {
                "Signing in needs a cookie. Allow cookies for this site, reload the page and try again.".to_owned()
            }
            Fault::Refused(Refusal::Busy { retry_after_secs }) => format!("Try again in {retry_after_secs} seconds."),
            Fault::Unreadable => "Reload the page and try again.".to_owned(),
            Fault::Offline => "Check your connection and try again. What you typed is still here.".to_owned(),
            Fault::Failed(reference) => {
                format!("The fault is ours, not yours. Try again. Reference {reference}, if you ask for help.")
            }
        }
        },
        rule: |rule| match rule {
            FieldRule::Empty => "Fill this in".to_owned(),
            FieldRule::TooShort(min) => format!("At least {min} characters are needed"),
            FieldRule::TooLong(max) => format!("At most {max} characters fit"),
            FieldRule::TooFewDigits(1) => "At least 1 digit is needed".to_owned(),
            FieldRule::TooFewDigits(min) => format!("At least {min} digits are needed"),
            FieldRule::TooFewSpecials(1) => "At least 1 special character is needed, such as ! ? # %".to_owned(),
            FieldRule::TooFewSpecials(min) => format!("At least {min} special characters are needed, such as ! ? # %"),
            FieldRule::TooFewUpper(1) => "At least 1 capital letter is needed".to_owned(),
            FieldRule::TooFewUpper(min) => format!("At least {min} capital letters are needed"),
            FieldRule::TooFewLower(1) => "At least 1 small letter is needed".to_owned(),
            FieldRule::TooFewLower(min) => format!("At least {min} small letters are needed"),
            FieldRule::Common => {
                "That is one of the most common passwords. Better write a sentence of your own".to_owned()
            }
            FieldRule::Expected => {
                "It is made of what anybody knows of you. Better write a sentence about something else".to_owned()
            }
            FieldRule::Unprintable => "Remove characters that can’t be seen, such as line breaks".to_owned(),
            FieldRule::NotAnEmail => "Enter an email address, such as name@company.com".to_owned(),
            FieldRule::NotACode => "Enter the six digits of the code app, or a recovery code".to_owned(),
            FieldRule::WrongCode => "That code is not right. Enter the one that is shown now".to_owned(),
            FieldRule::OtherTime => {
                "The phone’s clock is wrong: the code is of another time. Set the time to automatic and try again"
                    .to_owned()
            }
            FieldRule::NotASlug => "Use 2–40 characters: a–z, digits and single hyphens between them".to_owned(),
            FieldRule::Taken => "Somebody else has it already".to_owned(),
            FieldRule::Belongs => "That address belongs to you already".to_owned(),
            FieldRule::LastOwner => "The organisation needs an owner. Make somebody else one first".to_owned(),
            FieldRule::Unchanged => "That is your address already".to_owned(),
            FieldRule::NotTheSame => "Enter the same as above".to_owned(),
            FieldRule::NoColour => "Enter a colour such as #125e45".to_owned(),
            FieldRule::NoDomain(line) => format!("Line {line} is no domain. Enter one such as company.com"),
            FieldRule::PublicDomain(line) => {
                format!("Line {line} has a domain in which anybody can get an address: it can’t be yours")
            }
            FieldRule::DomainTaken(line) => {
                format!("Somebody else has already named the domain on line {line} as theirs")
            }
            FieldRule::TooManyLines(max) => format!("At most {max} lines fit"),
            FieldRule::NoPng => "The file is no image in PNG, or it is damaged".to_owned(),
            FieldRule::TooLarge(kib) => format!("The file is too large. It may have at most {kib} kB"),
            FieldRule::TooManyPixels(max) => {
                format!("The image has too many pixels. It may have at most {max} by {max}")
            }
            FieldRule::NothingNew => "Nothing is changed".to_owned(),
            FieldRule::Earlier => "You have had that password. Choose a new one".to_owned(),
            FieldRule::OutOfBounds(least, most) => format!("Enter a number from {least} to {most}"),
            FieldRule::WeakerThan(base) => format!("Can’t be weaker than for everybody: {base}"),
            FieldRule::LocksOut(1) => "One person may be locked out. Confirm it, or give enough time".to_owned(),
            FieldRule::LocksOut(n) => {
                format!("{} people may be locked out. Confirm it, or give enough time", number(n.into()))
            }
            FieldRule::MoreThanHalf(most) => format!("Together at most {most}: half of the shortest password"),
            FieldRule::TooManyPasskeys(max) => format!("No more than {max} passkeys fit. Remove one first"),
            FieldRule::NotUtf8 => "The text can’t be read. Save the file as CSV UTF-8".to_owned(),
        },
        skip: "Skip to content",
        proof_code: "Code of your code app, or a recovery code",
        proof_password: "Your password",
        proof_passkey: "Confirm with a passkey",
        proof_go_on: "Confirm and continue",
        language: "Language",
    },
};
