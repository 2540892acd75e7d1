//! The pages of a long list: the current one, and links to the others.
use crate::ui::icon::Icon;
use crate::ui::number::number;
use crate::words::language::Translated;
use leptos::prelude::*;

struct Texts {
    pages: &'static str,
    page: fn(&str) -> String,
    previous: &'static str,
    next: &'static str,
    of: fn(&str, &str, &str) -> String,
}

static TEXTS: Translated<Texts> = Translated {
    swedish: Texts {
        pages: "Sidor",
        page: |n| format!("Sida {n}"),
        previous: "Föregående sida",
        next: "Nästa sida",
        of: |first, last, all| format!("{first}–{last} av {all}"),
    },
    english: Texts {
        pages: "Pages",
        page: |n| format!("Page {n}"),
        previous: "Previous page",
        next: "Next page",
        of: |first, last, all| format!("{first}–{last} of {all}"),
    },
};

/// The links below a list that is longer than one page.
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
    let last = all.div_ceil(size.max(1)).max(1);
    let page = page.clamp(1, last);
    let first_row = ((page - 1) * size + 1).min(all);
    let step = |to: Option<u64>, name: &'static str, icon: &'static str| {
        to.map(|to| view! { <li><a href=address(to) aria-label=name><Icon name=icon/></a></li> })
    };
    let number_of = move |n: u64| {
        let current = (n == page).then_some("page");
        let text = number(n);
        let name = (texts.page)(&text);
        view! { <li><a href=address(n) aria-current=current aria-label=name>{text}</a></li> }.into_any()
    };
    view! {
        <div class="table-foot">
            <span>{(texts.of)(&number(first_row), &number((page * size).min(all)), &number(all))}</span>
            <nav aria-label=texts.pages>
                <ul class="pages" role="list">
                    {step(page.checked_sub(1).filter(|to| *to > 0), texts.previous, "left")}
                    {ways(page, last).into_iter().map(|way| match way {
                        Some(n) => number_of(n),
                        None => view! { <li><span>"…"</span></li> }.into_any(),
                    }).collect_view()}
                    {step(Some(page + 1).filter(|to| *to <= last), texts.next, "right")}
                </ul>
            </nav>
        </div>
    }
    .into_any()
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
