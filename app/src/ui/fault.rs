//! The view of a page that could not be shown: the cause, the data that is safe, the next step and a reference.
use crate::ui::icon::Icon;
#[cfg(feature = "ssr")]
use crate::ui::mark::Mark;
use crate::ui::words::WORDS;
use crate::words::language::Translated;
use leptos::prelude::*;
use portvakt_model::fault::{Fault, Reference, Refusal};
use portvakt_model::language::Language;
use portvakt_model::link::LinkKind;
use portvakt_model::page::Page;

struct Texts {
    not_found: (&'static str, &'static str),
    forbidden: (&'static str, &'static str),
    refused: (&'static str, &'static str),
    too_large: (&'static str, &'static str),
    failed: (&'static str, &'static str),
    again: &'static str,
    home: &'static str,
    sign_in: &'static str,
    new_link: &'static str,
    reference: &'static str,
    quote_it: &'static str,
}

static TEXTS: Translated<Texts> = Translated {
    swedish: Texts {
        not_found: ("Sidan finns inte", "Adressen kan vara felskriven, eller så har det som fanns här tagits bort."),
        forbidden: (
            "Formuläret kom från en annan webbplats",
            "För din säkerhet tar vi bara emot formulär från våra egna sidor. Inget har ändrats.",
        ),
        refused: ("Det gick inte att läsa", "Webbläsaren skickade något som vi inte förstår. Inget har ändrats."),
        too_large: ("Formuläret är för stort", "Det innehåller mer än vi kan ta emot. Inget har ändrats."),
        failed: ("Sidan gick inte att visa", "Felet är vårt, inte ditt. Det du har sparat tidigare finns kvar."),
        again: "Försök igen",
        home: "Till startsidan",
        sign_in: "Logga in",
        new_link: "Be om en ny länk",
        reference: "Referens ",
        quote_it: ". Uppge den om du ber om hjälp.",
    },
    english: Texts {
        not_found: ("Page not found", "The address may be mistyped, or what was here may have been removed."),
        forbidden: (
            "The form came from another site",
            "For your security we only accept forms from our own pages. Nothing was changed.",
        ),
        refused: ("That couldn’t be read", "Your browser sent something we don’t understand. Nothing was changed."),
        too_large: ("The form is too large", "It contains more than we can accept. Nothing was changed."),
        failed: (
            "The page couldn’t be shown",
            "The fault is ours, not yours. Anything you saved earlier is still there.",
        ),
        again: "Try again",
        home: "Go to the home page",
        sign_in: "Sign in",
        new_link: "Ask for a new link",
        reference: "Reference ",
        quote_it: ". Quote it if you ask for help.",
    },
};

/// The title and the text: by the answer's status, or the fault's own words if it has some.
fn said(language: Language, status: u16, fault: Option<Fault>) -> (&'static str, String) {
    let texts = TEXTS.of(language);
    if let Some(
        fault @ Fault::Refused(
            Refusal::CookiesOff
            | Refusal::OtherOrganisation
            | Refusal::OtherPerson
            | Refusal::SignedOut
            | Refusal::DeadLink(_)
            | Refusal::Busy { .. }
            | Refusal::Locked { .. }
            | Refusal::TooMany { .. },
        ),
    ) = fault
    {
        let words = WORDS.of(language);
        return ((words.title)(&fault), (words.advice)(&fault));
    }
    let (title, text) = match status {
        404 => texts.not_found,
        403 => texts.forbidden,
        413 => texts.too_large,
        400..500 => texts.refused,
        _ => texts.failed,
    };
    (title, text.to_owned())
}

/// The pages that lead on from a fault, the best one first. Without one it is the home page.
fn onward(fault: Option<&Fault>) -> &'static [Page] {
    match fault {
        Some(Fault::Refused(Refusal::DeadLink(LinkKind::Reset))) => &[Page::Forgot, Page::SignIn],
        Some(Fault::Refused(Refusal::DeadLink(_) | Refusal::SignedOut)) => &[Page::SignIn],
        _ => &[],
    }
}

/// The panel of a page that could not be shown.
#[component]
pub fn FaultPanel(
    /// The language of the texts.
    language: Language,
    /// The answer's status.
    status: u16,
    /// The fault, if it may have words of its own.
    #[prop(optional_no_strip)]
    fault: Option<Fault>,
    /// The request's id.
    reference: Reference,
    /// The address to try again, if another try may help.
    #[prop(optional_no_strip)]
    again: Option<String>,
) -> impl IntoView {
    let texts = TEXTS.of(language);
    let onward = onward(fault.as_ref());
    let (title, text) = said(language, status, fault);
    view! {
        <div class="panel">
            <div class="fault">
                <span class="arch" data-size="large" data-tone="quiet"><Icon name="alert"/></span>
                <h1>{title}</h1>
                <p class="soft">{text}</p>
                <div class="form-actions">
                    {again.map(|path| view! { <a class="button" data-kind="primary" href=path rel="external">{texts.again}</a> })}
                    {onward.iter().enumerate().map(|(n, page)| view! {
                        <a class="button" data-kind=(n == 0).then_some("primary") href=page.path() rel="external">
                            {if *page == Page::Forgot { texts.new_link } else { texts.sign_in }}
                        </a>
                    }).collect_view()}
                    {onward.is_empty().then(|| view! {
                        <a class="button" href=Page::Home.path() rel="external">{texts.home}</a>
                    })}
                </div>
                <p class="ref">{texts.reference}<code>{reference.to_string()}</code>{texts.quote_it}</p>
            </div>
        </div>
    }
}

/// Whose page could not be shown: the organisation in whose look it is, and the signed-in person.
#[cfg(feature = "ssr")]
#[derive(Debug, Clone, Default)]
pub struct FaultBar {
    /// The organisation's name.
    pub organisation: Option<String>,
    /// The person's name.
    pub person: Option<String>,
}

/// A whole page around the panel, without JavaScript: it has to work when the rest fails.
#[cfg(feature = "ssr")]
#[must_use]
pub fn fault_page(
    stylesheet: &str,
    FaultBar { organisation, person }: FaultBar,
    language: Language,
    status: u16,
    fault: Option<Fault>,
    reference: Reference,
    again: Option<String>,
) -> String {
    let (title, _) = said(language, status, fault.clone());
    let page = Owner::new().with(|| {
        view! {
            <html lang=language.tag()>
                <head>
                    <meta charset="utf-8"/>
                    <meta name="viewport" content="width=device-width, initial-scale=1"/>
                    <meta name="color-scheme" content="light dark"/>
                    // As text inside `view!` it would get Leptos' marker behind it, and this element shows markup as it is.
                    <title inner_html=format!("{title} – Portvakt")></title>
                    <link rel="icon" href="/favicon.svg" type="image/svg+xml"/>
                    <link rel="stylesheet" href=stylesheet.to_owned()/>
                </head>
                <body>
                    <div class="shell-person">
                        <header class="bar">
                            <a class="brand" href=Page::Home.path()>
                                <Mark/><span>{organisation.unwrap_or_else(|| "Portvakt".to_owned())}</span>
                            </a>
                            {person.map(|name| view! {
                                <span class="push"></span>
                                <a class="button" data-kind="quiet" href=Page::Profile.path()><Icon name="user"/>{name}</a>
                            })}
                        </header>
                        <main id="main"><FaultPanel language status fault reference again/></main>
                    </div>
                </body>
            </html>
        }
        .to_html()
    });
    format!("<!DOCTYPE html>{page}")
}

/// The view of a page whose data could not be loaded. On the server it only sets the status, and the server's `faults`
/// module shows the whole page. In the browser it takes the page's place.
#[component]
pub fn PageFault(
    /// The reason.
    fault: Fault,
) -> impl IntoView {
    let language = expect_context::<portvakt_model::frame::Frame>().language;
    let status = fault.status();
    #[cfg(feature = "ssr")]
    if let (Some(answer), Ok(status)) =
        (use_context::<leptos_axum::ResponseOptions>(), http::StatusCode::from_u16(status))
    {
        answer.set_status(status);
    }
    let reference = match fault {
        Fault::Failed(reference) => reference,
        _ => Reference::default(),
    };
    // No link to try again: the start page sends a signed-out person to the sign-in.
    view! { <FaultPanel language status fault=Some(fault) reference again=None/> }
}
