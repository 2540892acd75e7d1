//! The skip link at the beginning of every page.
use crate::ui::words::WORDS;
use leptos::prelude::*;

/// The link past the page's head. It also marks the document as hydrated. This is done here and not in the frame around
/// the pages, because each page's own script loads a moment after the frame's.
#[component]
pub fn Skip() -> impl IntoView {
    // Effects run in the browser only.
    Effect::new(|| {
        if let Some(root) = document().document_element() {
            let _ = root.set_attribute("data-hydrated", "");
            let _ = root.remove_attribute("data-plain");
        }
    });
    view! { <a class="skip" href="#main">{WORDS.here().skip}</a> }.into_any()
}
