//! The view of an empty list, with the next step.
use crate::ui::icon::Icon;
use leptos::prelude::*;

/// Says that the list is empty, and names the next step. Stands in a panel.
#[component]
pub fn EmptyState(
    /// The icon in its arch.
    icon: &'static str,
    /// The sentence that names the missing entries.
    #[prop(into)]
    title: Oco<'static, str>,
    /// Whether there are entries that the search or the filter hides.
    #[prop(optional)]
    filtered: bool,
    /// The next step: a `<p>`, then buttons in `.form-actions`.
    children: Children,
) -> impl IntoView {
    view! {
        <div class="empty">
            <span class="arch" data-size="large" data-tone=filtered.then_some("quiet")><Icon name=icon/></span>
            <h3>{title}</h3>
            {children()}
        </div>
    }
    .into_any()
}
