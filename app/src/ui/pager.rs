//! Which part of a long list is shown, and the ways to the others. A page begins after the last row of the one before,
//! so pages have no numbers.
use crate::ui::icon::Icon;
use crate::words::language::Translated;
use leptos::prelude::*;

struct Texts {
    pages: &'static str,
    first: &'static str,
    previous: &'static str,
    next: &'static str,
    last: &'static str,
}

static TEXTS: Translated<Texts> = Translated {
    swedish: Texts {
        pages: "Sidor",
        first: "Första sidan",
        previous: "Föregående sida",
        next: "Nästa sida",
        last: "Sista sidan",
    },
    english: Texts {
        pages: "Pages",
        first: "First page",
        previous: "Previous page",
        next: "Next page",
        last: "Last page",
    },
};

/// Stands below a list: what is shown of it, and the ways to its other pages, if there are any.
#[must_use]
pub fn foot(shown: Option<String>, ways: Vec<AnyView>) -> AnyView {
    let ways = (!ways.is_empty()).then(|| {
        view! { <nav aria-label=TEXTS.here().pages><ul class="pages" role="list">{ways}</ul></nav> }
    });
    view! { <div class="table-foot"><span>{shown}</span>{ways}</div> }.into_any()
}

/// A way to a page, shown as an icon.
#[must_use]
pub fn step(address: String, name: &'static str, icon: &'static str) -> AnyView {
    view! { <li><a href=address aria-label=name><Icon name=icon/></a></li> }.into_any()
}

/// The way to the page before.
#[must_use]
pub fn previous(address: String) -> AnyView {
    step(address, TEXTS.here().previous, "left")
}

/// The way to the page after.
#[must_use]
pub fn next(address: String) -> AnyView {
    step(address, TEXTS.here().next, "right")
}

/// The way to the first page.
#[must_use]
pub fn first(address: String) -> AnyView {
    by_word(address, TEXTS.here().first)
}

/// The way to the last page.
#[must_use]
pub fn last(address: String) -> AnyView {
    by_word(address, TEXTS.here().last)
}

fn by_word(address: String, name: &'static str) -> AnyView {
    view! { <li><a href=address aria-label=name data-word="">{name}</a></li> }.into_any()
}
