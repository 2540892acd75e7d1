//! The gate: a page inside the arch, for a person who is not signed in yet.
use crate::shell::language_menu::LanguageMenu;
use crate::shell::site_links::SiteLinks;
use crate::ui::mark::{Logo, organisation};
use crate::ui::skip::Skip;
use crate::words::language::Translated;
use leptos::prelude::*;
use leptos_meta::Title;
use portvakt_model::frame::Frame;

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
