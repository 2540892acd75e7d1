//! Where every page begins.
use crate::ui::words::WORDS;
use leptos::prelude::*;

/// The way past what stands above a page's own part. Here the page also says that a script has taken it over: not the frame
/// around the pages, because each page's own script comes a moment after that one.
#[component]
pub fn Skip() -> impl IntoView {
    // Effects run in the browser only.
    Effect::new(|| {
        if let Some(root) = document().document_element() {
            let _ = root.set_attribute("data-hydrated", "");
        }
    });
    view! { <a class="skip" href="#main">{WORDS.here().skip}</a> }.into_any()
}
