//! Placeholders for data that is loading.
use crate::words::language::Translated;
use leptos::prelude::*;

static LOADING: Translated<&str> = Translated { swedish: "Läses in", english: "Loading" };

/// The widths of a row's two lines. They vary, so that no two neighbouring rows look alike.
const WIDTHS: [(&str, &str); 4] = [("2", "3"), ("1", "2"), ("2", "4"), ("2", "3")];

/// A panel of rows that are loading: the fallback of a `Suspense`. It appears after 300 ms, so that faster data does
/// not make it flicker.
#[component]
pub fn SkeletonRows(
    /// The expected number of rows.
    #[prop(default = 4)]
    rows: usize,
) -> impl IntoView {
    let row = |(first, second): &(&'static str, &'static str)| {
        view! {
            <li>
                <span class="skeleton" data-shape="round"></span>
                <div class="text stack" data-gap="2">
                    <span class="skeleton" data-w=*first></span>
                    <span class="skeleton" data-w=*second></span>
                </div>
                <div class="side"></div>
            </li>
        }
    };
    view! {
        <div class="panel" aria-busy="true" data-late="">
            <p class="vh" role="status">{*LOADING.here()}</p>
            <header aria-hidden="true">
                <div class="stack" data-gap="2"><span class="skeleton" data-w="1"></span></div>
            </header>
            <ul class="rows" role="list" aria-hidden="true">
                {WIDTHS.iter().cycle().take(rows).map(row).collect_view()}
            </ul>
        </div>
    }
    .into_any()
}
