//! The gate: a page inside the arch, for a person who is not signed in yet.
use crate::shell::site_links::SiteLinks;
use crate::ui::icon::Icon;
use crate::ui::mark::{Logo, organisation};
use crate::ui::skip::Skip;
use crate::ui::words::WORDS;
use crate::words::language::Translated;
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_location;
use portvakt_model::frame::Frame;
use portvakt_model::language::Language;

struct Texts {
    kept_by: fn(Option<&str>) -> String,
}

static TEXTS: Translated<Texts> = Translated {
    swedish: Texts {
        kept_by: |operator| {
            operator.map_or("Inloggningen sköts av Portvakt.".to_owned(), |o| {
                format!("Inloggningen sköts av Portvakt åt {o}.")
            })
        },
    },
    english: Texts {
        kept_by: |operator| {
            operator.map_or("Portvakt handles sign-in.".to_owned(), |o| format!("Portvakt handles sign-in for {o}."))
        },
    },
};

/// A page of the gate.
#[component]
pub fn Gate(
    /// The page's title and its first heading.
    title: &'static str,
    /// The text below the heading.
    #[prop(optional)]
    intro: Option<&'static str>,
    /// Whether the page is wide, because it asks for much.
    #[prop(optional)]
    wide: bool,
    /// The content of the arch.
    children: Children,
) -> impl IntoView {
    let frame = expect_context::<Frame>();
    view! {
        <Title text=title/>
        <Skip/>
        <div class="gate-yard">
            <main id="main" class="gate" data-size=wide.then_some("wide")>
                <header class="gate-head">
                    <div class="brand" data-size="large"><Logo/><span>{organisation()}</span></div>
                    <h1>{title}</h1>
                    {intro.map(|intro| view! { <p>{intro}</p> })}
                </header>
                {children()}
                <div class="cluster" data-gap="2">
                    <span class="push"></span><LanguageMenu/><span class="push"></span>
                </div>
            </main>
        </div>
        <footer class="gate-foot">
            <div class="spread">
                <p>{(TEXTS.here().kept_by)(frame.operator.as_deref())}</p>
                <div class="cluster" data-gap="5"><SiteLinks/></div>
            </div>
        </footer>
    }
    .into_any()
}

/// The language links. Each loads this page again in its language.
#[component]
pub fn LanguageMenu() -> impl IntoView {
    let here = expect_context::<Frame>().language;
    view! {
        <nav class="language" aria-label=WORDS.here().language>
            <Icon name="globe"/>
            {Language::ALL.map(|language| view! {
                <a
                    href=language_address(language)
                    rel="external"
                    lang=language.tag()
                    hreflang=language.tag()
                    aria-current=(language == here).then_some("true")
                >
                    {language.own_name()}
                </a>
            })}
        </nav>
    }
}

/// The address of this page in a language. The server stores the choice in a cookie and redirects to the address
/// without it.
#[must_use]
pub fn language_address(language: Language) -> String {
    let query = use_location().search.get_untracked();
    let and = if query.is_empty() { "" } else { "&" };
    format!("?{query}{and}lang={}", language.tag())
}
