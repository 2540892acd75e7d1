//! What is stored of whom, for how long, and who answers for it.
use crate::shell::paper::{Paper, Section, contact, list, p, theirs};
use crate::ui::mark::organisation;
use crate::words::language::Translated;
use leptos::prelude::*;
use portvakt_model::frame::Frame;

struct Texts {
    title: &'static str,
    intro: &'static str,
    who: fn(&str, Option<&str>) -> String,
    sections: fn(String, &str) -> Vec<Section>,
}

static TEXTS: Translated<Texts> = Translated {
    swedish: Texts {
        title: "Personuppgifter",
        intro: "Här står vad portalen sparar om dig, hur länge, och vem som ansvarar för det.",
        who: |organisation, operator| match operator.filter(|operator| *operator != organisation) {
            Some(operator) => format!(
                "{organisation} är personuppgiftsansvarig för kontona i sin organisation. {operator} driver portalen åt dem."
            ),
            None => format!(
                "Din organisation är personuppgiftsansvarig för ditt konto. {organisation} driver portalen, och ansvarar själv \
                 för sina egna medarbetares konton."
            ),
        },
        sections: |who, organisation| {
            vec![
                ("Vem som ansvarar", vec![p(who)]),
                (
                    "Vad som sparas, och hur länge",
                    vec![list(&[
                        "Ditt namn, dina adresser, ditt språk, din tidszon och din roll: så länge du har ett konto.",
                        "Ditt lösenord som ett krypterat kontrollvärde: ingen kan läsa ut lösenordet.",
                        "Varje inloggning som pågår, med enhet, nätverksadress och tid: tills den är slut, högst ett dygn.",
                        "När och på vilken enhet du senast loggade in: så länge du har ett konto.",
                        "Antalet fel lösenord, utan att adressen går att läsa ut: högst ett dygn efter det senaste.",
                        "Brev till dig, krypterade: tills de är skickade, eller en månad om de inte gick att leverera. Att en \
                         adress har fått brev, utan att den går att läsa ut: ett dygn.",
                        "En inbjudan med namn och adress: tills den är använd eller tillbakatagen, annars en månad efter att \
                         den slutat gälla.",
                        "En lista med personer att bjuda in, krypterad: högst en timme efter att den lästes in.",
                        "Händelser i granskningsloggen, till exempel inloggningar och ändringar. Enhet, nätverksadress och \
                         namn i den är krypterade med en nyckel som är din: när nyckeln raderas går de inte att läsa. Själva \
                         händelserna raderas inte, för då gick loggen inte att lita på.",
                    ])],
                ),
                (
                    "Kakor",
                    vec![
                        p("Portalen sätter bara kakor som den behöver, och inga för statistik eller reklam:"),
                        list(&[
                            "din inloggning: tills du loggar ut eller stänger webbläsaren",
                            "att du har loggat in i den här webbläsaren förut, så att ingen annan kan låsa dig ute: ett halvår",
                            "språket som du har valt: ett år",
                            "en länk som du har öppnat: så länge den gäller",
                            "vad som blev av ett formulär, och att webbläsaren tar emot kakor: en minut, och tills den stängs",
                        ]),
                    ],
                ),
                (
                    "Vem som ser uppgifterna",
                    vec![p(format!(
                        "De som administrerar {organisation} ser namn, adress och roll. Produkter som du öppnar från portalen \
                         har egna regler för sina uppgifter."
                    ))],
                ),
                (
                    "Hämta eller radera dina uppgifter",
                    vec![
                        p(
                            "När du är inloggad hämtar du allt som finns sparat om dig under Min profil, och begär där att ditt konto \
                           raderas. Det sker efter 30 dagar, och kan stoppas innan. Är du inte nöjd kan du klaga hos \
                           Integritetsskyddsmyndigheten.",
                        ),
                        contact(),
                    ],
                ),
            ]
        },
    },
    english: Texts {
        title: "Personal data",
        intro: "This says what the portal stores of you, for how long, and who answers for it.",
        who: |organisation, operator| match operator.filter(|operator| *operator != organisation) {
            Some(operator) => format!(
                "{organisation} is the controller of the accounts of its organisation. {operator} runs the portal on its behalf."
            ),
            None => format!(
                "Your organisation is the controller of your account. {organisation} runs the portal, and answers itself for the \
                 accounts of its own people."
            ),
        },
        sections: |who, organisation| {
            vec![
                ("Who answers for it", vec![p(who)]),
                (
                    "What is stored, and for how long",
                    vec![list(&[
                        "Your name, your addresses, your language, your time zone and your role: for as long as you have an account.",
                        "Your password as an encrypted check value: nobody can read the password out of it.",
                        "Each sign-in that goes on, with device, network address and time: until it ends, a day at most.",
                        "When and on which device you signed in last: for as long as you have an account.",
                        "The number of wrong passwords, without an address that can be read: a day at most after the last one.",
                        "Mail to you, encrypted: until it is sent, or for a month if it can’t be delivered. That an address got \
                         mail, without it being readable: a day.",
                        "An invitation with name and address: until it is used or taken back, else for a month after its end.",
                        "A list of people to invite, encrypted: for an hour at most after it was read in.",
                        "Events in the audit log, such as sign-ins and changes. Device, network address and names in it are \
                         encrypted with a key that is yours: when the key is deleted, nobody can read them. The events \
                         themselves are not deleted, or the log could not be trusted.",
                    ])],
                ),
                (
                    "Cookies",
                    vec![
                        p("The portal sets only cookies that it needs, and none for statistics or advertising:"),
                        list(&[
                            "your sign-in: until you sign out or close the browser",
                            "that you have signed in in this browser before, so that nobody else can lock you out: half a year",
                            "the language that you have chosen: a year",
                            "a link that you have opened: for as long as it is good",
                            "what became of a form, and that the browser takes cookies: a minute, and until it is closed",
                        ]),
                    ],
                ),
                (
                    "Who sees the data",
                    vec![p(format!(
                        "Those who administer {organisation} see name, address and role. Products that you open from the portal \
                         have rules of their own for their data."
                    ))],
                ),
                (
                    "Download or erase your data",
                    vec![
                        p(
                            "When you are signed in, you take out all that is stored of you at My profile, and ask there for your \
                           account to be erased. That is done after 30 days, and can be stopped before. If you are not content, you can \
                           complain to the supervisory authority, in Sweden Integritetsskyddsmyndigheten.",
                        ),
                        contact(),
                    ],
                ),
            ]
        },
    },
};

/// What is stored.
#[derive(Clone, Copy)]
pub(crate) struct PrivacyPage;

impl PrivacyPage {
    pub(crate) const fn new() -> Self {
        Self
    }

    pub(crate) fn view(self) -> AnyView {
        let Self = self;
        let Texts { title, intro, who, sections } = TEXTS.here();
        let (organisation, operator) = (organisation(), expect_context::<Frame>().operator);
        let sections = sections(who(&organisation, operator.as_deref()), &theirs());
        view! { <Paper title=title intro=(*intro).to_owned() sections/> }.into_any()
    }
}
