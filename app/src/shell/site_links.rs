//! Links to the pages that everyone may read, at the foot of the other pages.
use crate::words::language::Translated;
use leptos::prelude::*;
use portvakt_model::page::Page;

struct Texts {
    help: &'static str,
    accessibility: &'static str,
    privacy: &'static str,
}

static TEXTS: Translated<Texts> = Translated {
    swedish: Texts { help: "Hjälp", accessibility: "Tillgänglighet", privacy: "Personuppgifter" },
    english: Texts { help: "Help", accessibility: "Accessibility", privacy: "Personal data" },
};

/// Links to the help, the accessibility statement and the privacy page. Each is a full load, because the gate has
/// another stylesheet.
#[component]
pub fn SiteLinks() -> impl IntoView {
    let texts = TEXTS.here();
    let ways = [
        (Page::Help.path(), texts.help),
        (Page::Accessibility.path(), texts.accessibility),
        (Page::Privacy.path(), texts.privacy),
    ];
    ways.map(|(path, name)| view! { <a href=path rel="external">{name}</a> }).into_any()
}
