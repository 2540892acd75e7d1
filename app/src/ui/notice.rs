//! A message inside the page.
use crate::ui::icon::Icon;
use crate::ui::tone::Tone;
use leptos::prelude::*;

/// Says something about the page or the form around it, for as long as it is true.
#[component]
pub fn Notice(
    /// The colour.
    tone: Tone,
    /// The icon. Without one, the tone's own icon.
    #[prop(optional)]
    icon: Option<&'static str>,
    /// The heading.
    #[prop(into)]
    title: Oco<'static, str>,
    /// Whether the notice answers the person's last action. If so, a screen reader reads it at once.
    #[prop(optional)]
    alert: bool,
    /// The rest: a `<p>`, buttons.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    view! {
        <div class="notice" data-kind=tone.kind() role=alert.then_some("alert")>
            <Icon name=icon.unwrap_or(tone.icon())/>
            <h2>{title}</h2>
            {children.map(|children| children())}
        </div>
    }
    .into_any()
}
