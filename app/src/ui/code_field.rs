//! The field for a code from a code app, or for a recovery code.
use crate::ui::form::field::{FieldFault, described_by};
use crate::ui::form::state::FormState;
use leptos::prelude::*;
use portvakt_model::fault::{Fault, Refusal};

/// One input, so that a code is pasted, filled in and read out as one value. After a refusal the field is empty.
#[component]
pub fn CodeField(
    /// The form that the field belongs to.
    #[prop(into)]
    of: FormState,
    /// The field's name and id.
    name: &'static str,
    /// The label.
    #[prop(into)]
    label: Oco<'static, str>,
    /// The hint below the input.
    #[prop(optional)]
    hint: Option<&'static str>,
    /// Whether the field has room for a recovery code. Otherwise it has room for a code app's six digits.
    #[prop(optional)]
    long: bool,
    /// Whether the page has no other purpose, so that the field gets the focus.
    #[prop(optional)]
    autofocus: bool,
) -> impl IntoView {
    let wrong = move || matches!(of.fault(), Some(Fault::Refused(Refusal::WrongCode { .. })));
    let broken = move || !of.of_field(name).is_empty();
    let input = NodeRef::<leptos::html::Input>::new();
    // The same as after a post without JavaScript: the wrong value is gone, and the field has the focus.
    Effect::new(move || {
        let again = match of.refused_now() {
            Some(Fault::Refused(Refusal::Fields(faults))) => faults.iter().any(|fault| fault.field == name),
            Some(Fault::Refused(Refusal::WrongCode { .. })) => true,
            _ => false,
        };
        if let Some(input) = input.get_untracked().filter(|_| again) {
            input.set_value("");
            let _ = input.focus();
        }
    });
    view! {
        <div class="field">
            <label for=name>{label}</label>
            <input
                node_ref=input
                class=if long { "input" } else { "code-input" }
                id=name
                name=name
                inputmode=(!long).then_some("numeric")
                autocomplete=if long { "off" } else { "one-time-code" }
                autocapitalize=if long { "characters" } else { "off" }
                spellcheck="false"
                // Room for the six digits as they are copied: with spaces around them and between two groups.
                maxlength=(!long).then_some("12")
                required
                autofocus=autofocus
                aria-describedby=move || described_by(name, hint.is_some(), broken())
                aria-invalid=move || (broken() || wrong()).then_some("true")
            />
            {hint.map(|hint| view! { <p class="hint" id=format!("{name}-hint")>{hint}</p> })}
            <FieldFault name of/>
        </div>
    }
    .into_any()
}
