//! Which part of a long list is shown, and the ways to the others. A list either counts its pages and has a [`Pager`],
//! or begins each page after the last row of the one before and has a [`foot`] with the ways that there are.
use crate::ui::icon::Icon;
use crate::ui::number::number;
use crate::words::language::Translated;
use leptos::prelude::*;

struct Texts {
    pages: &'static str,
    page: fn(&str) -> String,
    first: &'static str,
    previous: &'static str,
    next: &'static str,
    last: &'static str,
    of: fn(&str, &str, &str) -> String,
}

static TEXTS: Translated<Texts> = Translated {
    swedish: Texts {
        pages: "Sidor",
        page: |n| format!("Sida {n}"),
        first: "Första sidan",
        previous: "Föregående sida",
        next: "Nästa sida",
        last: "Sista sidan",
        of: |first, last, all| format!("{first}–{last} av {all}"),
    },
    english: Texts {
        pages: "Pages",
        page: |n| format!("Page {n}"),
        first: "First page",
        previous: "Previous page",
        next: "Next page",
        last: "Last page",
        of: |first, last, all| format!("{first}–{last} of {all}"),
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

/// Stands below a list that is longer than a page and whose pages are counted.
#[component]
pub fn Pager(
    /// The page that is shown, from 1.
    page: u64,
    /// The number of rows on a page.
    size: u64,
    /// The number of rows on all pages.
    all: u64,
    /// The address of a page.
    address: fn(u64) -> String,
) -> impl IntoView {
    let texts = TEXTS.here();
    let end = all.div_ceil(size.max(1)).max(1);
    let page = page.clamp(1, end);
    let first_row = ((page - 1) * size + 1).min(all);
    let number_of = move |n: u64| {
        let current = (n == page).then_some("page");
        let text = number(n);
        let name = (texts.page)(&text);
        view! { <li><a href=address(n) aria-current=current aria-label=name>{text}</a></li> }.into_any()
    };
    let numbers = ways(page, end).into_iter().map(|way| match way {
        Some(n) => number_of(n),
        None => view! { <li><span>"…"</span></li> }.into_any(),
    });
    let back = (page > 1).then(|| previous(address(page - 1)));
    let on = (page < end).then(|| next(address(page + 1)));
    let shown = (texts.of)(&number(first_row), &number((page * size).min(all)), &number(all));
    foot(Some(shown), back.into_iter().chain(numbers).chain(on).collect())
}

/// The pages to link: the first, the last and the neighbours of the current one. `None` stands for a gap.
fn ways(page: u64, last: u64) -> Vec<Option<u64>> {
    let near = page.saturating_sub(1).max(1)..=(page + 1).min(last);
    let mut ways = Vec::new();
    let mut before = 0;
    for n in [1].into_iter().chain(near).chain([last]) {
        if n <= before {
            continue;
        }
        match n - before {
            1 => {}
            2 => ways.push(Some(n - 1)),
            _ => ways.push(None),
        }
        ways.push(Some(n));
        before = n;
    }
    ways
}

#[test]
fn the_first_the_last_and_the_neighbours_are_one_step_away() {
    let told = |page, last| {
        let ways = ways(page, last).into_iter();
        ways.map(|way| way.map_or("…".to_owned(), |n| n.to_string())).collect::<Vec<_>>().join(" ")
    };
    for (page, last, ways) in [
        (1, 1, "1"),
        (1, 2, "1 2"),
        (1, 21, "1 2 … 21"),
        (3, 21, "1 2 3 4 … 21"),
        (4, 21, "1 2 3 4 5 … 21"),
        (10, 21, "1 … 9 10 11 … 21"),
        (18, 21, "1 … 17 18 19 20 21"),
        (21, 21, "1 … 20 21"),
    ] {
        assert_eq!(told(page, last), ways, "page {page} of {last}");
    }
}
