//! Icons: symbols of one cached file.
use leptos::prelude::*;

/// An icon. It stands beside words that say the same.
#[component]
pub fn Icon(
    /// The symbol's name in `icons.svg`.
    name: &'static str,
) -> impl IntoView {
    view! { <svg class="icon" aria-hidden="true"><use href=format!("/icons.svg#i-{name}")></use></svg> }
}
