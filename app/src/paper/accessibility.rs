//! The accessibility statement, with what the Swedish act on accessibility of digital public services (2018:1937) asks of one.
use crate::shell::paper::{Paper, Section, contact, list, p};
use crate::ui::mark::organisation;
use crate::words::language::Translated;
use leptos::prelude::*;

struct Texts {
    title: &'static str,
    intro: fn(&str) -> String,
    sections: fn() -> Vec<Section>,
}

/// Where somebody who is not content with the answer turns to.
const AUTHORITY: &str = "https://www.digg.se/tdosanmalan";

fn authority(before: &'static str, name: &'static str) -> AnyView {
    view! { <p>{before}<a href=AUTHORITY rel="external">{name}</a>"."</p> }.into_any()
}

static TEXTS: Translated<Texts> = Translated {
    swedish: Texts {
        title: "Tillgänglighet",
        intro: |organisation| {
            format!(
                "Portalen ska gå att använda för alla. Här står hur väl den uppfyller lagen om tillgänglighet till digital \
                 offentlig service för {organisation}, vilka brister vi känner till och hur du berättar om andra."
            )
        },
        sections: || {
            vec![
                (
                    "Hur tillgänglig den är",
                    vec![p(
                        "Portalen är delvis förenlig med nivå AA i WCAG 2.2. Det som brister står nedan. Utöver det känner vi \
                            inte till några avvikelser.",
                    )],
                ),
                (
                    "Det som brister",
                    vec![list(&[
                        "Du loggas ut efter en timme utan aktivitet, och senast efter ett dygn, utan att sidan varnar innan. Det \
                         du har skrivit i ett formulär och inte skickat kan då gå förlorat. Tiden är satt för säkerhetens skull \
                         (WCAG 2.2.1).",
                        "Namn på personer, organisationer och produkter är inte märkta med språk när de är på ett annat språk än \
                         sidan (WCAG 3.1.2).",
                    ])],
                ),
                (
                    "Hur den är prövad",
                    vec![
                        p(
                            "Varje utgåva prövas med program innan den ges ut: sidorna med axe-core mot WCAG 2.2 AA, på svenska \
                           och engelska, i ljust och mörkt, i 320 bildpunkters bredd, med dubbelt så stor text, på telefon och \
                           dator, med och utan JavaScript. Inloggningen prövas med tangentbord.",
                        ),
                        p("Det är en självskattning. Den har inte granskats av någon utomstående, och inte prövats \
                           tillsammans med personer som använder skärmläsare eller andra hjälpmedel. Program hittar bara en \
                           del av alla brister."),
                        p("Redogörelsen gäller Portvakt 0.1 och sågs över den 25 november 2026."),
                    ],
                ),
                (
                    "Om du möter ett hinder",
                    vec![
                        p(
                            "Berätta vad du försökte göra och vad som hindrade dig. Behöver du något i en annan form kan du be om \
                           det på samma ställe.",
                        ),
                        contact(),
                    ],
                ),
                (
                    "Tillsyn",
                    vec![authority(
                        "Är du inte nöjd med svaret kan du anmäla det till Myndigheten för digital förvaltning, som har tillsyn \
                         över lagen: ",
                        "anmälan om bristande tillgänglighet",
                    )],
                ),
            ]
        },
    },
    english: Texts {
        title: "Accessibility",
        intro: |organisation| {
            format!(
                "Everybody should be able to use the portal. This says how well it meets the Swedish act on accessibility of \
                 digital public services for {organisation}, which shortfalls we know of, and how you tell us of others."
            )
        },
        sections: || {
            vec![
                (
                    "How accessible it is",
                    vec![p(
                        "The portal conforms in part to level AA of WCAG 2.2. What falls short is told below. Beside that we \
                            know of no deviations.",
                    )],
                ),
                (
                    "What falls short",
                    vec![list(&[
                        "You are signed out after an hour without activity, and after a day at the latest, without a warning \
                         beforehand. What you have written in a form and not sent can be lost then. The time is there for \
                         security (WCAG 2.2.1).",
                        "Names of people, organisations and products are not marked with their language where it is not the \
                         page’s (WCAG 3.1.2).",
                    ])],
                ),
                (
                    "How it was tested",
                    vec![
                        p(
                            "Each release is tested by programs before it is given out: the pages with axe-core against WCAG 2.2 \
                           AA, in Swedish and English, in light and dark, 320 pixels wide, with text twice as large, on phones \
                           and computers, with and without JavaScript. Signing in is tested with the keyboard.",
                        ),
                        p(
                            "That is a self-assessment. Nobody else has examined it, and it was not tested together with people \
                           who use screen readers or other aids. Programs find only some of all shortfalls.",
                        ),
                        p("The statement is about Portvakt 0.1 and was reviewed on 25 November 2026."),
                    ],
                ),
                (
                    "If something is in your way",
                    vec![
                        p(
                            "Tell what you tried to do and what was in your way. If you need something in another form, ask for it \
                           in the same place.",
                        ),
                        contact(),
                    ],
                ),
                (
                    "Supervision",
                    vec![authority(
                        "If you are not content with the answer, you can report it to the Swedish Agency for Digital Government \
                         (Digg), which supervises the act: ",
                        "report a lack of accessibility",
                    )],
                ),
            ]
        },
    },
};

/// The statement.
#[derive(Clone, Copy)]
pub(crate) struct AccessibilityPage;

impl AccessibilityPage {
    pub(crate) const fn new() -> Self {
        Self
    }

    pub(crate) fn view(self) -> AnyView {
        let Self = self;
        let Texts { title, intro, sections } = TEXTS.here();
        view! { <Paper title=title intro=intro(&organisation()) sections=sections()/> }.into_any()
    }
}
