//! The links to this page in the other languages.
use crate::ui::icon::Icon;
use crate::ui::words::WORDS;
use leptos::prelude::*;
use leptos_router::hooks::use_location;
use portvakt_model::frame::Frame;
use portvakt_model::language::Language;

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
