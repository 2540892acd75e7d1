//! The privacy page: the stored data, for how long it is kept, and who is responsible for it.
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
                "{organisation} är personuppgiftsansvarig för kontona i sin organisation. {operator} driver portalen åt organisationen."
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
                        "Dina nycklar och din kodapp, krypterade, och dina reservkoder som kontrollvärden: tills du \
                         tar bort dem.",
                        "En anteckning som de som administrerar organisationen kan ha om dig: tills de tar bort den, \
                         eller ditt konto raderas. Du kan läsa den i dina uppgifter.",
                        "Varje pågående inloggning, med enhet, nätverksadress och tid: tills den är slut, högst ett dygn.",
                        "När och på vilken enhet du senast loggade in: så länge du har ett konto.",
                        "Antalet felaktiga lösenord, utan att adressen går att läsa ut: högst ett dygn efter det \
                         senaste.",
                        "Mejl till dig, krypterade: tills de är skickade, eller en månad om de inte gick att \
                         leverera. Att en adress har fått mejl, utan att den går att läsa ut: ett dygn.",
                        "En inbjudan med namn och adress: tills den är använd eller tillbakadragen, annars en månad \
                         efter att den har slutat gälla.",
                        "En lista med personer att bjuda in, krypterad: högst en timme efter att den lästes in.",
                        "Händelser i granskningsloggen, till exempel inloggningar och ändringar. Enhet, \
                         nätverksadress och namn i den är krypterade med en krypteringsnyckel som är din: när den \
                         raderas går de inte att läsa. Själva händelserna raderas inte, för då skulle loggen inte gå \
                         att lita på.",
                    ])],
                ),
                (
                    "Kakor",
                    vec![
                        p("Portalen använder bara kakor som den behöver, och inga för statistik eller reklam:"),
                        list(&[
                            "din inloggning: tills du loggar ut eller stänger webbläsaren",
                            "att du har loggat in i den här webbläsaren förut, så att ingen annan kan låsa ute dig: ett halvår",
                            "språket som du har valt: ett år",
                            "en länk som du har öppnat: så länge den gäller",
                            "svaret på ett formulär: en minut; och att webbläsaren tar emot kakor: tills den stängs",
                        ]),
                    ],
                ),
                (
                    "Vem som ser uppgifterna",
                    vec![p(format!(
                        "De som administrerar {organisation} ser namn, adress och roll, och sin anteckning om dig. Produkter som du öppnar från portalen \
                         har egna regler för sina uppgifter."
                    ))],
                ),
                (
                    "Ladda ner eller radera dina uppgifter",
                    vec![
                        p("När du är inloggad laddar du ner allt som finns sparat om dig under Min profil, och begär \
                           där att ditt konto raderas. Det sker efter 30 dagar, och kan stoppas innan. Är du inte \
                           nöjd kan du klaga hos Integritetsskyddsmyndigheten."),
                        contact(),
                    ],
                ),
            ]
        },
    },
    english: Texts {
        title: "Personal data",
        intro: "This page says what the portal stores about you, for how long, and who is responsible for it.",
        who: |organisation, operator| match operator.filter(|operator| *operator != organisation) {
            Some(operator) => format!(
                "{organisation} is the controller for the accounts in its organisation. {operator} runs the portal on its behalf."
            ),
            None => format!(
                "Your organisation is the controller for your account. {organisation} runs the portal, and is itself \
                 responsible for the accounts of its own people."
            ),
        },
        sections: |who, organisation| {
            vec![
                ("Who is responsible", vec![p(who)]),
                (
                    "What is stored, and for how long",
                    vec![list(&[
                        "Your name, your addresses, your language, your time zone and your role: for as long as you have an account.",
                        "Your password as an encrypted check value: no one can read the password from it.",
                        "Your passkeys and your code app, encrypted, and your recovery codes as check values: until \
                         you remove them.",
                        "A note that an organisation’s administrators may keep on you: until they remove it or your \
                         account is deleted. You can read it in your data.",
                        "Each current sign-in, with device, network address and time: until it ends, a day at most.",
                        "When and on which device you last signed in: for as long as you have an account.",
                        "The number of wrong passwords, without a readable address: a day at most after the last one.",
                        "Email to you, encrypted: until it is sent, or for a month if it can’t be delivered. That an \
                         address was sent email, without the address being readable: a day.",
                        "An invitation with name and address: until it is used or withdrawn, otherwise for a month after it expires.",
                        "A list of people to invite, encrypted: an hour at most after it was uploaded.",
                        "Events in the audit log, such as sign-ins and changes. Device, network address and names in \
                         it are encrypted with an encryption key that is yours: when it is deleted, no one can read \
                         them. The events themselves are not deleted, or the log could not be trusted.",
                    ])],
                ),
                (
                    "Cookies",
                    vec![
                        p("The portal uses only the cookies it needs, and none for statistics or advertising:"),
                        list(&[
                            "your sign-in: until you sign out or close the browser",
                            "that you have signed in with this browser before, so that no one else can lock you out: half a year",
                            "the language you have chosen: a year",
                            "a link you have opened: for as long as it is valid",
                            "the answer to a form: a minute; and that the browser accepts cookies: until it is closed",
                        ]),
                    ],
                ),
                (
                    "Who sees the data",
                    vec![p(format!(
                        "The people who administer {organisation} see name, address and role, and their note on you. Products you open from \
                         the portal have their own rules for their data."
                    ))],
                ),
                (
                    "Download or delete your data",
                    vec![
                        p(
                            "When you are signed in, you can download everything stored about you under My profile, and \
                           ask there for your account to be deleted. That happens after 30 days, and can be stopped \
                           before then. If you are not satisfied, you can complain to the supervisory authority, in \
                           Sweden Integritetsskyddsmyndigheten.",
                        ),
                        contact(),
                    ],
                ),
            ]
        },
    },
};

/// The privacy page.
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
