//! The ways to the pages that everybody may read, at the foot of the others.
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

/// Links to help, the accessibility statement and what is said of personal data. Full loads: the gate has other styles.
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
