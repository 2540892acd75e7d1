//! A choice from a short list.
use crate::ui::form::field::{FieldFault, described_by};
use crate::ui::form::state::FormState;
use leptos::prelude::*;

/// A labelled `<select>` with its fault below it.
#[component]
pub fn Select(
    /// The form that the field belongs to.
    #[prop(into)]
    of: FormState,
    /// The field's name and id.
    name: &'static str,
    /// The label.
    label: &'static str,
    /// The hint below the label.
    #[prop(optional)]
    hint: Option<&'static str>,
    /// The options: value and words.
    options: Vec<(String, String)>,
    /// The first value.
    #[prop(into)]
    chosen: String,
) -> impl IntoView {
    let chosen = of.kept(name).unwrap_or(chosen);
    let option = |(value, words): (String, String)| {
        let selected = value == chosen;
        view! { <option value=value selected=selected>{words}</option> }
    };
    view! {
        <div class="field">
            <label for=name>{label}</label>
            {hint.map(|hint| view! { <p class="hint" id=format!("{name}-hint")>{hint}</p> })}
            <select
                class="input"
                id=name
                name=name
                on:change=move |choice| of.note(name, event_target_value(&choice))
                aria-describedby=move || described_by(name, hint.is_some(), !of.of_field(name).is_empty())
                aria-invalid=move || (!of.of_field(name).is_empty()).then_some("true")
            >
                {options.into_iter().map(option).collect_view()}
            </select>
            <FieldFault name of/>
        </div>
    }
    .into_any()
}
