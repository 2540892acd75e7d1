//! A message that stands in the page.
use crate::ui::icon::Icon;
use crate::ui::tone::Tone;
use leptos::prelude::*;

/// Says something about the page or the form that it stands in, for as long as it is true.
#[component]
pub fn Notice(
    /// Its colour.
    tone: Tone,
    /// Its icon; the tone's own without one.
    #[prop(optional)]
    icon: Option<&'static str>,
    /// What it says first.
    #[prop(into)]
    title: Oco<'static, str>,
    /// Whether it appears because of what was just done: it is read out at once then.
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
