//! A password field with a button that shows the password.
use crate::ui::form::field::{FieldFault, described_by as ids};
use crate::ui::form::state::FormState;
use crate::words::language::Translated;
use leptos::prelude::*;
use portvakt_model::fault::{Fault, Refusal};
use portvakt_model::flash::PROOF_FIELD;

struct Texts {
    show: &'static str,
    hide: &'static str,
    again: &'static str,
}

static TEXTS: Translated<Texts> = Translated {
    swedish: Texts { show: "Visa", hide: "Dölj", again: "Skriv lösenordet igen" },
    english: Texts { show: "Show", hide: "Hide", again: "Enter the password again" },
};

/// A password. The field is never filled in again, so after a refusal the person types the password again, and the
/// field says so.
#[component]
pub fn PasswordField(
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
    /// The content at the end of the label's line.
    #[prop(optional, into)]
    aside: Option<AnyView>,
    /// `current-password` or `new-password`.
    autocomplete: &'static str,
    /// Follows the typed password.
    #[prop(optional)]
    typed: Option<RwSignal<String>>,
    /// The id of another element that describes the field.
    #[prop(optional)]
    described_by: Option<&'static str>,
) -> impl IntoView {
    let texts = TEXTS.here();
    let shown = RwSignal::new(false);
    // A form may also ask for a new password. A fault about wrong credentials is not about that one.
    let is_asked = autocomplete == "current-password";
    let wrong = move || {
        let is_wrong = |fault| {
            let of_the_form = matches!(fault, Fault::Refused(Refusal::WrongCredentials(_) | Refusal::WrongPassword(_)));
            let of_the_proof = matches!(fault, Fault::Refused(Refusal::NotProven(_)));
            if name == PROOF_FIELD { of_the_proof } else { of_the_form }
        };
        is_asked && of.fault().is_some_and(is_wrong)
    };
    let broken = move || wrong() || !of.of_field(name).is_empty();
    let input = NodeRef::<leptos::html::Input>::new();
    // The browser may have filled in the field before the page was hydrated.
    Effect::new(move || {
        if let (Some(typed), Some(input)) = (typed, input.get()) {
            typed.set(input.value());
        }
    });
    // The same as after a post without JavaScript: the wrong value is gone, and the field has the focus.
    Effect::new(move || {
        if is_asked
            && let Some(Fault::Refused(
                Refusal::WrongCredentials(_)
                | Refusal::WrongPassword(_)
                | Refusal::NotProven(_)
                | Refusal::Locked { .. },
            )) = of.refused_now()
            && let Some(input) = input.get_untracked()
        {
            input.set_value("");
            let _ = input.focus();
        }
    });
    view! {
        <div class="field">
            <div class="label-row"><label for=name>{label}</label>{aside}</div>
            {hint.map(|hint| view! { <p class="hint" id=format!("{name}-hint")>{hint}</p> })}
            <div class="input-with">
                <input
                    node_ref=input
                    class="input"
                    id=name
                    name=name
                    type=move || if shown.get() { "text" } else { "password" }
                    autocomplete=autocomplete
                    autocapitalize="off"
                    spellcheck="false"
                    required
                    on:input=move |event| {
                        if let Some(typed) = typed {
                            typed.set(event_target_value(&event));
                        }
                    }
                    aria-describedby=move || {
                        let ids = ids(name, hint.is_some(), broken());
                        ids.into_iter().chain(described_by.map(str::to_owned)).reduce(|all, id| format!("{all} {id}"))
                    }
                    aria-invalid=move || broken().then_some("true")
                />
                <button
                    class="button needs-script"
                    data-kind="plain"
                    type="button"
                    aria-controls=name
                    on:click=move |_| shown.update(|shown| *shown = !*shown)
                >
                    {move || if shown.get() { texts.hide } else { texts.show }}
                </button>
            </div>
            {move || wrong().then(|| view! {
                <p class="error" id=format!("{name}-error")><crate::ui::icon::Icon name="alert"/>{texts.again}</p>
            })}
            <FieldFault name of/>
        </div>
    }
    .into_any()
}
