//! A code that somebody shows: of their code app, or a recovery code.
use crate::ui::form::field::{FieldFault, described_by};
use crate::ui::form::state::FormState;
use leptos::prelude::*;
use portvakt_model::fault::{Fault, Refusal};

/// One input: it pastes, is filled in and reads out as one value. It is never given back.
#[component]
pub fn CodeField(
    /// The form that it belongs to.
    #[prop(into)]
    of: FormState,
    /// Its name and id.
    name: &'static str,
    /// What it is called.
    #[prop(into)]
    label: Oco<'static, str>,
    /// Said below it.
    #[prop(optional)]
    hint: Option<&'static str>,
    /// Whether it has room for a recovery code, and not the six places of a code app's.
    #[prop(optional)]
    long: bool,
    /// Whether the page is about nothing else.
    #[prop(optional)]
    autofocus: bool,
) -> impl IntoView {
    let wrong = move || matches!(of.fault(), Some(Fault::Refused(Refusal::WrongCode { .. })));
    let broken = move || !of.of_field(name).is_empty();
    let input = NodeRef::<leptos::html::Input>::new();
    // As after a post without a script: what was wrong is gone, and the next try begins here.
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
                // A code may be written in two groups.
                maxlength=(!long).then_some("7")
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
