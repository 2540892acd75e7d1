//! A field of a form: the label, the hint and the broken rules.
use crate::ui::form::state::FormState;
use crate::ui::icon::Icon;
use crate::ui::words::WORDS;
use leptos::prelude::*;

/// A labelled line of text with its fault below it.
#[component]
pub fn Field(
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
    /// The input's `type`, which also chooses a phone's keyboard.
    #[prop(default = "text")]
    kind: &'static str,
    /// The value that a browser may fill in: a token of HTML's `autocomplete`.
    autocomplete: &'static str,
    /// The first value.
    #[prop(optional, into)]
    value: Option<String>,
    /// Whether the field may stay empty.
    #[prop(optional)]
    optional: bool,
    /// The id of the form, if the field stands outside it.
    #[prop(optional)]
    belongs_to: Option<&'static str>,
) -> impl IntoView {
    let broken = move || !of.of_field(name).is_empty();
    view! {
        <div class="field">
            <label for=name>{label}</label>
            {hint.map(|hint| view! { <p class="hint" id=format!("{name}-hint")>{hint}</p> })}
            <input
                class="input"
                id=name
                name=name
                type=kind
                inputmode=(kind == "email").then_some("email")
                spellcheck=(kind == "email").then_some("false")
                autocomplete=autocomplete
                required=!optional
                form=belongs_to
                value=of.kept(name).or(value)
                on:input=move |typing| of.note(name, event_target_value(&typing))
                aria-describedby=move || described_by(name, hint.is_some(), broken())
                aria-invalid=move || broken().then_some("true")
            />
            <FieldFault name of/>
        </div>
    }
    .into_any()
}

/// The rules that a field breaks, below the field.
#[component]
pub fn FieldFault(
    /// The field's name.
    name: &'static str,
    /// The form that the field belongs to.
    #[prop(into)]
    of: FormState,
) -> impl IntoView {
    let words = WORDS.here();
    move || {
        let broken = of.of_field(name);
        (!broken.is_empty()).then(|| {
            let line = |rule| view! { <p class="error"><Icon name="alert"/>{(words.rule)(rule)}</p> };
            view! { <div class="errors" id=format!("{name}-error")>{broken.into_iter().map(line).collect_view()}</div> }
        })
    }
}

/// The ids of the hint and the fault that describe a field, for `aria-describedby`.
#[must_use]
pub fn described_by(name: &str, hint: bool, fault: bool) -> Option<String> {
    let ids: Vec<_> =
        [(hint, "hint"), (fault, "error")].iter().filter(|(is, _)| *is).map(|(_, id)| format!("{name}-{id}")).collect();
    (!ids.is_empty()).then(|| ids.join(" "))
}
