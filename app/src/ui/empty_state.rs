//! A place where there is nothing, and what to do about it.
use crate::ui::icon::Icon;
use leptos::prelude::*;

/// Says that there is nothing here, and the next step. It stands in a panel.
#[component]
pub fn EmptyState(
    /// The icon in its arch.
    icon: &'static str,
    /// What there is none of.
    #[prop(into)]
    title: Oco<'static, str>,
    /// Whether something is there that only this search or filter does not show.
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
