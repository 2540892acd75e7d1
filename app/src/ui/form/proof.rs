//! The part of a form where the person proves their identity again.
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

/// Asks the person to prove their identity, if the server demanded it. The next press of the same button then does what
/// they wanted.
#[component]
pub(super) fn ProofField(of: FormState, pressed: Option<&'static str>) -> impl IntoView {
    let asked = Memo::new(move |last: Option<&Option<Proof>>| {
        let broken = !of.of_field(PROOF_FIELD).is_empty();
        // These faults name only the typed proof. Whether a passkey works too is known from the earlier demand, if
        // there was one.
        let by = |typed| {
            let passkey = last.copied().flatten().is_some_and(|proof: Proof| proof.passkey);
            Some(Proof { passkey, typed: Some(typed) })
        };
        match of.fault() {
            Some(Fault::Refused(Refusal::ToBeProven(proof))) => Some(proof),
            Some(Fault::Refused(Refusal::NotProven(_))) => by(Typed::Password),
            Some(Fault::Refused(Refusal::WrongCode { left: None, .. })) => by(Typed::Code),
            Some(Fault::Refused(Refusal::WrongPasskey)) => last.copied().flatten(),
            _ if broken => by(Typed::Code),
            _ => None,
        }
    });
    // The person's next step is to type the proof, so the field takes the focus.
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

/// Adds a button to a proof whose form has its own buttons elsewhere. The button sends the form as the person wanted:
/// Enter alone would press the first of those buttons.
fn with_go_on(of: FormState, name: &'static str, proof: AnyView) -> AnyView {
    let here = NodeRef::<leptos::html::Div>::new();
    // Without JavaScript the page is new, and knows only the kept fields.
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

/// The proof by passkey: the browser's answer goes into the proof field, and the form is sent again.
fn proof_by_passkey(of: FormState) -> AnyView {
    let field = NodeRef::<leptos::html::Input>::new();
    let go_on = move |answer: Option<String>| {
        if let Some((field, answer)) = field.get_untracked().zip(answer) {
            field.set_value(&answer);
            send_again(&field);
        }
    };
    // An answer works once. After a refusal it is removed, so that the person may type a proof instead.
    Effect::new(move || {
        if of.refused_now().is_some()
            && let Some(field) = field.get_untracked()
        {
            field.set_value("");
        }
    });
    view! {
        // Disabled, so that a post without JavaScript sends the typed proof.
        <input type="hidden" name=PROOF_FIELD disabled node_ref=field/>
        <PasskeyButton wants=Wanted::Shown(Purpose::StepUp) on_answer=go_on>{WORDS.here().proof_passkey}</PasskeyButton>
    }
    .into_any()
}

thread_local! {
    /// The last pressed button. A form may have several buttons, and the same one sends the form again after the proof.
    static PRESSED: RefCell<Option<HtmlElement>> = const { RefCell::new(None) };
}

/// Remembers the button that sent a form.
pub(super) fn note_pressed(submit: &SubmitEvent) {
    PRESSED.set(submit.submitter());
}

/// Sends the form around an element again, with the last pressed button.
fn send_again(inside: &HtmlElement) {
    use leptos::wasm_bindgen::JsCast;
    let form = inside.closest("form").ok().flatten().and_then(|form| form.dyn_into::<HtmlFormElement>().ok());
    let Some(form) = form else { return };
    let pressed = PRESSED.with_borrow(Clone::clone).filter(|button| button.is_connected());
    // The browser refuses a button of another form.
    if form.request_submit_with_submitter(pressed.as_ref()).is_err() {
        let _ = form.request_submit();
    }
}
