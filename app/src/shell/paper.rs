//! A page of text that everyone may read, signed in or not.
use crate::shell::language_menu::LanguageMenu;
use crate::shell::site_links::SiteLinks;
use crate::ui::mark::{Logo, organisation};
use crate::ui::skip::Skip;
use crate::words::language::Translated;
use leptos::prelude::*;
use leptos_meta::Title;
use portvakt_model::frame::Frame;
use portvakt_model::page::Page;

/// A section of the text: its heading and its paragraphs.
pub type Section = (&'static str, Vec<AnyView>);

struct Texts {
    yours: &'static str,
    ask: fn(&str) -> String,
}

static TEXTS: Translated<Texts> = Translated {
    swedish: Texts {
        yours: "din organisation",
        ask: |organisation| format!("Fråga en administratör hos {organisation}."),
    },
    english: Texts {
        yours: "your organisation",
        ask: |organisation| format!("Ask an administrator at {organisation}."),
    },
};

/// The name of the reader's organisation if the reader is signed in, else `your organisation`.
#[must_use]
pub fn theirs() -> String {
    if expect_context::<Frame>().person.is_some() { organisation() } else { TEXTS.here().yours.to_owned() }
}

/// A page of text.
#[component]
pub fn Paper(
    /// The title and first heading.
    title: &'static str,
    /// The text below the heading.
    intro: String,
    /// The sections.
    sections: Vec<Section>,
) -> impl IntoView {
    let part = |(heading, paragraphs): Section| {
        view! { <section class="stack" data-gap="2"><h2>{heading}</h2>{paragraphs}</section> }
    };
    view! {
        <Title text=title/>
        <div class="shell-person">
            <div>
                <Skip/>
                <header class="bar">
                    <a class="brand" href=Page::Home.path() rel="external"><Logo/><span>{organisation()}</span></a>
                </header>
            </div>
            <main id="main">
                <article class="stack measure" data-gap="6">
                    <header class="stack" data-gap="2"><h1>{title}</h1><p class="soft">{intro}</p></header>
                    {sections.into_iter().map(part).collect_view()}
                </article>
            </main>
            <footer class="site-foot"><SiteLinks/><LanguageMenu/></footer>
        </div>
    }
    .into_any()
}

/// A paragraph.
pub fn p(text: impl Into<String>) -> AnyView {
    view! { <p>{text.into()}</p> }.into_any()
}

/// A list.
#[must_use]
pub fn list(items: &[&'static str]) -> AnyView {
    view! { <ul>{items.iter().map(|item| view! { <li>{*item}</li> }).collect_view()}</ul> }.into_any()
}

/// Where the reader gets help: the operator's contact if one is set, else the organisation's administrators.
#[must_use]
pub fn contact() -> AnyView {
    match expect_context::<Frame>().support {
        Some(contact) => {
            let address = if contact.contains('@') { format!("mailto:{contact}") } else { contact.clone() };
            view! { <p><a class="wrap-any" href=address rel="external">{contact}</a></p> }.into_any()
        }
        None => p((TEXTS.here().ask)(&theirs())),
    }
}
