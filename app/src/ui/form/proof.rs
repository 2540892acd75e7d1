//! Where a form asks once more who it is.
use super::state::FormState;
use crate::ui::code_field::CodeField;
use crate::ui::dom::focus;
use crate::ui::passkey::{PasskeyButton, Wanted};
use crate::ui::password_field::PasswordField;
use crate::ui::words::WORDS;
use leptos::prelude::*;
use portvakt_model::fault::{Fault, Refusal};
use portvakt_model::flash::PROOF_FIELD;
use portvakt_model::passkey::Purpose;
use portvakt_model::proof::{Proof, Typed};
use std::cell::RefCell;
use web_sys::{HtmlElement, HtmlFormElement, SubmitEvent};

/// Where the person proves once more that it is them, if that was asked for: the same press then does what they wanted.
#[component]
pub(super) fn ProofField(of: FormState, pressed: Option<&'static str>) -> impl IntoView {
    let asked = Memo::new(move |last: Option<&Option<Proof>>| {
        let broken = !of.of_field(PROOF_FIELD).is_empty();
        // What does beside what was typed is known from before, if anything was asked before.
        let by = |typed| {
            let passkey = last.copied().flatten().is_some_and(|proof: Proof| proof.passkey);
            Some(Proof { passkey, typed: Some(typed) })
        };
        match of.fault() {
            Some(Fault::Refused(Refusal::ToBeProven(proof))) => Some(proof),
            Some(Fault::Refused(Refusal::NotProven(_))) => by(Typed::Password),
            Some(Fault::Refused(Refusal::WrongCode { left: None })) => by(Typed::Code),
            Some(Fault::Refused(Refusal::WrongPasskey)) => last.copied().flatten(),
            _ if broken => by(Typed::Code),
            _ => None,
        }
    });
    // It comes with the answer and is what the person does next.
    Effect::new(move || {
        if of.refused_now().is_some() && asked.get_untracked().is_some() {
            focus(PROOF_FIELD);
        }
    });
    move || {
        asked.get().map(|Proof { passkey, typed }| {
            let by_hand = match typed {
                Some(Typed::Code) => {
                    view! { <CodeField of name=PROOF_FIELD label=WORDS.here().proof_code long=true/> }.into_any()
                }
                Some(Typed::Password) => view! {
                    <PasswordField of name=PROOF_FIELD label=WORDS.here().proof_password autocomplete="current-password"/>
                }
                .into_any(),
                None => ().into_any(),
            };
            let by_hand = match typed.and(pressed) {
                Some(name) => with_go_on(of, name, by_hand),
                None => by_hand,
            };
            view! { {passkey.then(|| proof_by_passkey(of))} {by_hand} }
        })
    }
}

/// A proof of a form whose own buttons stand elsewhere, with one that goes on with what was wanted: Enter would press the first
/// of those.
fn with_go_on(of: FormState, name: &'static str, proof: AnyView) -> AnyView {
    let here = NodeRef::<leptos::html::Div>::new();
    // Without a script the page is a new one, which only knows what was kept.
    let kept = of.kept(name);
    let is_kept = kept.is_some();
    let go_on = move || match here.get_untracked() {
        Some(here) if !is_kept => {
            send_again(&here);
            true
        }
        _ => false,
    };
    view! {
        <div
            class="stack"
            node_ref=here
            on:keydown=move |key| {
                use leptos::wasm_bindgen::JsCast;
                let in_field = key.target().is_some_and(|target| target.has_type::<web_sys::HtmlInputElement>());
                if key.key() == "Enter" && in_field && go_on() {
                    key.prevent_default();
                }
            }
        >
            {proof}
            <div class="form-actions">
                <button
                    class="button"
                    data-kind="primary"
                    name=is_kept.then_some(name)
                    value=kept
                    on:click=move |press| {
                        if go_on() {
                            press.prevent_default();
                        }
                    }
                >
                    {WORDS.here().proof_go_on}
                </button>
            </div>
        </div>
    }
    .into_any()
}

/// A passkey proves it: the answer is put where else a code stands, and the form goes on by itself.
fn proof_by_passkey(of: FormState) -> AnyView {
    let field = NodeRef::<leptos::html::Input>::new();
    let go_on = move |answer: Option<String>| {
        if let Some((field, answer)) = field.get_untracked().zip(answer) {
            field.set_value(&answer);
            send_again(&field);
        }
    };
    // It is good once: whoever is refused may type something instead.
    Effect::new(move || {
        if of.refused_now().is_some()
            && let Some(field) = field.get_untracked()
        {
            field.set_value("");
        }
    });
    view! {
        // Disabled, so that a post without a script brings what was typed.
        <input type="hidden" name=PROOF_FIELD disabled node_ref=field/>
        <PasskeyButton wants=Wanted::Shown(Purpose::StepUp) on_answer=go_on>{WORDS.here().proof_passkey}</PasskeyButton>
    }
    .into_any()
}

thread_local! {
    /// The button that was pressed last: a form may have several, and goes on with the same one once somebody has proven
    /// themselves.
    static PRESSED: RefCell<Option<HtmlElement>> = const { RefCell::new(None) };
}

/// Remembers the button that a form was sent by.
pub(super) fn note_pressed(submit: &SubmitEvent) {
    PRESSED.set(submit.submitter());
}

/// Sends the form that something stands in, as by the button that was pressed last.
fn send_again(inside: &HtmlElement) {
    use leptos::wasm_bindgen::JsCast;
    let form = inside.closest("form").ok().flatten().and_then(|form| form.dyn_into::<HtmlFormElement>().ok());
    let Some(form) = form else { return };
    let pressed = PRESSED.with_borrow(Clone::clone).filter(|button| button.is_connected());
    // A button of another form is refused.
    if form.request_submit_with_submitter(pressed.as_ref()).is_err() {
        let _ = form.request_submit();
    }
}
