//! The accessibility statement, with the content that the Swedish act on accessibility of digital public services
//! (2018:1937) demands.
use crate::shell::paper::{Paper, Section, contact, list, p};
use crate::ui::mark::organisation;
use crate::words::language::Translated;
use leptos::prelude::*;

struct Texts {
    title: &'static str,
    intro: fn(&str) -> String,
    sections: fn() -> Vec<Section>,
}

/// The authority to which a person complains if the answer does not satisfy them.
const AUTHORITY: &str = "https://www.digg.se/tdosanmalan";

fn authority(before: &'static str, name: &'static str) -> AnyView {
    view! { <p>{before}<a href=AUTHORITY rel="external">{name}</a>"."</p> }.into_any()
}

static TEXTS: Translated<Texts> = Translated {
    swedish: Texts {
        title: "Tillgänglighet",
        intro: |organisation| {
            format!(
                "Alla ska kunna använda portalen. Här står hur väl den uppfyller lagen om tillgänglighet till digital \
                 offentlig service för {organisation}, vilka brister vi känner till och hur du rapporterar andra."
            )
        },
        sections: || {
            vec![
                (
                    "Hur tillgänglig portalen är",
                    vec![p(
                        "Portalen är delvis förenlig med nivå AA i WCAG 2.2. Bristerna står nedan. Utöver dem känner \
                         vi inte till några avvikelser.",
                    )],
                ),
                (
                    "Kända brister",
                    vec![list(&[
                        "Du loggas ut efter en timmes inaktivitet, och senast efter ett dygn, utan att sidan varnar \
                         innan. Det du har skrivit i ett formulär men inte skickat kan då gå förlorat. Tiden är satt \
                         av säkerhetsskäl (WCAG 2.2.1).",
                        "Namn på personer, organisationer och produkter är inte märkta med språk när de är på ett annat språk än \
                         sidan (WCAG 3.1.2).",
                    ])],
                ),
                (
                    "Hur vi har testat",
                    vec![
                        p(
                            "Varje utgåva testas automatiskt innan den släpps: sidorna med axe-core mot WCAG 2.2 AA, på \
                           svenska och engelska, i ljust och mörkt läge, med 320 pixlars bredd, med dubbelt så stor \
                           text, på telefon och dator, med och utan JavaScript. Inloggningen testas med tangentbord.",
                        ),
                        p("Det är en självskattning. Den har inte granskats av någon utomstående, och vi har inte \
                           testat tillsammans med personer som använder skärmläsare eller andra hjälpmedel. \
                           Automatiska tester hittar bara en del av alla brister."),
                        p("Redogörelsen gäller Portvakt 0.1 och sågs över den 25 november 2026."),
                    ],
                ),
                (
                    "Om du stöter på hinder",
                    vec![
                        p(
                            "Berätta vad du försökte göra och vad som hindrade dig. Behöver du något i ett annat format \
                           kan du be om det på samma ställe.",
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
                "Everyone should be able to use the portal. This page says how well it meets the Swedish act on \
                 accessibility of digital public services for {organisation}, which shortcomings we know of, and how \
                 to report others."
            )
        },
        sections: || {
            vec![
                (
                    "How accessible the portal is",
                    vec![p(
                        "The portal partially conforms to level AA of WCAG 2.2. The shortcomings are listed below. We \
                         know of no others.",
                    )],
                ),
                (
                    "Known shortcomings",
                    vec![list(&[
                        "You are signed out after an hour of inactivity, and after a day at the latest, without a \
                         warning beforehand. Anything you have entered in a form but not sent can then be lost. The \
                         limit is set for security (WCAG 2.2.1).",
                        "Names of people, organisations and products are not marked with their language when it \
                         differs from the page’s (WCAG 3.1.2).",
                    ])],
                ),
                (
                    "How we have tested it",
                    vec![
                        p("Each release is tested automatically before it is published: the pages with axe-core \
                           against WCAG 2.2 AA, in Swedish and English, in light and dark mode, 320 pixels wide, with \
                           text twice as large, on phones and computers, with and without JavaScript. Signing in is \
                           tested with the keyboard."),
                        p("This is a self-assessment. No one else has reviewed it, and we have not tested together \
                           with people who use screen readers or other assistive technology. Automated tests find \
                           only some of the shortcomings."),
                        p("This statement is about Portvakt 0.1 and was reviewed on 25 November 2026."),
                    ],
                ),
                (
                    "If something gets in your way",
                    vec![
                        p("Tell us what you tried to do and what got in your way. If you need something in another \
                           format, ask for it in the same place."),
                        contact(),
                    ],
                ),
                (
                    "Supervision",
                    vec![authority(
                        "If you are not satisfied with the answer, you can report it to the Swedish Agency for \
                         Digital Government (Digg), which supervises the act: ",
                        "report a lack of accessibility",
                    )],
                ),
            ]
        },
    },
};

/// The accessibility statement's page.
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
