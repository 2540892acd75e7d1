//! The mark of a page's organisation: its logo and its name.
use leptos::prelude::*;
use portvakt_model::frame::Frame;

/// Portvakt's mark: the gate with a light in it.
#[component]
pub fn Mark() -> impl IntoView {
    view! {
        <svg viewBox="0 0 32 32" aria-hidden="true">
            <path class="mark-gate" d="M3 29V15C3 7.8 8.8 2 16 2s13 5.8 13 13v14h-4V15a9 9 0 0 0-18 0v14z"></path>
            <path class="mark-lamp" d="M16 9a6 6 0 0 0-6 6v14h6z"></path>
            <path class="mark-gate" d="M17.5 9.2A6 6 0 0 1 22 15v14h-4.5z"></path>
        </svg>
    }
}

/// The logo of the page's organisation, or Portvakt's mark if it has none. The organisation's name stands beside it.
#[component]
pub fn Logo() -> impl IntoView {
    match expect_context::<Frame>().logo {
        Some(logo) => view! { <img class="tenant-logo" src=logo alt=""/> }.into_any(),
        None => view! { <Mark/> }.into_any(),
    }
}

/// The name of the page's organisation. `Portvakt` before the portal is set up.
#[must_use]
pub fn organisation() -> String {
    expect_context::<Frame>().organisation.unwrap_or_else(|| "Portvakt".to_owned())
}
