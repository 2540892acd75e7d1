//! The one form. With JavaScript it is a fetch and the answer comes back as a typed [`Fault`]; without, the browser posts
//! it, the server's `forms` module answers 303 back to this page with a sealed cookie, and the page shows what is in it.
mod proof;
mod state;

pub use state::{FormOf, FormState, Told};

use crate::ui::icon::Icon;
use crate::ui::notice::Notice;
use crate::ui::tone::Tone;
use crate::ui::words::WORDS;
use crate::web::api::ApiError;
use leptos::form::ActionForm;
use leptos::prelude::*;
use leptos_router::hooks::use_location;
use portvakt_model::fault::{Fault, Refusal};
use portvakt_model::flash::{KEEP_FIELD, PAGE_FIELD, TENANT_FIELD};
use portvakt_model::frame::Frame;
use proof::{ProofField, note_pressed};
use serde::de::DeserializeOwned;
use server_fn::client::Client;
use server_fn::codec::PostUrl;
use server_fn::request::ClientReq;
use server_fn::{Http, ServerFn};
use web_sys::FormData;

/// The `<form>`, with a message of its own for a fault that is no field's.
#[component]
pub fn Form<S, O>(
    /// The form.
    of: FormOf<S>,
    /// The fields that a refusal gives back, separated by spaces: never a secret.
    #[prop(default = "")]
    keep: &'static str,
    /// Its id, for buttons that stand elsewhere.
    #[prop(optional)]
    id: Option<&'static str>,
    /// The name of those buttons, which is in `keep`: the one that was pressed goes on once somebody has proven themselves, and
    /// not the first of them.
    #[prop(optional)]
    pressed: Option<&'static str>,
    /// Its fields and buttons.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView
where
    S: DeserializeOwned + Told + ServerFn<Protocol = Http<PostUrl, O>> + Clone + Send + Sync,
    S::Client: Client<ApiError>,
    <<S::Client as Client<ApiError>>::Request as ClientReq<ApiError>>::FormData: From<FormData>,
    O: 'static,
{
    let inside = inside(of.state, keep, pressed, children);
    view! {
        <ActionForm action=of.action attr:id=id attr:class="stack" attr:novalidate="" on:submit=|submit| note_pressed(&submit)>
            {inside}
        </ActionForm>
    }
}

fn inside(form: FormState, keep: &'static str, pressed: Option<&'static str>, children: Option<Children>) -> AnyView {
    let at = use_location();
    let page = move || match at.search.get() {
        query if query.is_empty() => at.pathname.get(),
        query => format!("{}?{query}", at.pathname.get()),
    };
    // A refusal by fetch: the first field that it is about takes the focus, and with it its text is read out.
    Effect::new(move || {
        if let Some(Fault::Refused(Refusal::Fields(faults))) = form.refused_now()
            && let Some(first) = faults.first()
            && !form.summed_up.get_value()
        {
            focus(&first.field);
        }
    });
    let tenant = expect_context::<Frame>().tenant;
    view! {
        <input type="hidden" name=PAGE_FIELD value=page/>
        <input type="hidden" name=KEEP_FIELD value=keep/>
        {tenant.map(|tenant| view! { <input type="hidden" name=TENANT_FIELD value=tenant.to_string()/> })}
        <FormFault of=form/>
        <ProofField of=form pressed/>
        {children.map(|children| children())}
    }
    .into_any()
}

/// What went wrong that is no field's.
#[component]
pub fn FormFault(
    /// The form.
    #[prop(into)]
    of: FormState,
) -> impl IntoView {
    let of_the_form = move || of.fault().filter(|f| !matches!(f, Fault::Refused(Refusal::Fields(_))));
    move || of_the_form().map(|fault| view! { <FaultNotice fault/> })
}

/// What a field holds now.
pub(super) fn value_of(id: &str) -> Option<String> {
    use leptos::wasm_bindgen::JsCast;
    // Of a few to choose one of, none has the id: the chosen one has the name.
    let chosen = || document().query_selector(&format!("input[name=\"{id}\"]:checked")).ok().flatten();
    let field = document().get_element_by_id(id).or_else(chosen)?;
    let input = field.dyn_ref::<web_sys::HtmlInputElement>().map(web_sys::HtmlInputElement::value);
    let select = || field.dyn_ref::<web_sys::HtmlSelectElement>().map(web_sys::HtmlSelectElement::value);
    let text = || field.dyn_ref::<web_sys::HtmlTextAreaElement>().map(web_sys::HtmlTextAreaElement::value);
    input.or_else(select).or_else(text)
}

/// Moves the focus to a field.
fn focus(id: &str) {
    use leptos::wasm_bindgen::JsCast;
    let field = document().get_element_by_id(id).and_then(|e| e.dyn_into::<web_sys::HtmlElement>().ok());
    if let Some(field) = field {
        let _ = field.focus();
    }
}

/// What went wrong with a form, and what to do.
#[component]
fn FaultNotice(fault: Fault) -> impl IntoView {
    let words = WORDS.here();
    let icon = match fault {
        Fault::Refused(
            Refusal::WrongCredentials(_)
            | Refusal::WrongPassword(_)
            | Refusal::WrongCode { .. }
            | Refusal::WrongPasskey
            | Refusal::NotProven(_)
            | Refusal::ToBeProven(_)
            | Refusal::CodesLocked { .. }
            | Refusal::CodesStopped
            | Refusal::Locked { .. },
        ) => "lock",
        _ => "alert",
    };
    let tone = match fault {
        Fault::Refused(Refusal::ToBeProven(_)) => Tone::Info,
        _ => Tone::Danger,
    };
    view! {
        <Notice tone icon title=(words.title)(&fault) alert=true>
            <p>{(words.advice)(&fault)}</p>
        </Notice>
    }
}

/// A labelled line of text with its fault below it.
#[component]
pub fn Field(
    /// The form that it belongs to.
    #[prop(into)]
    of: FormState,
    /// Its name and id.
    name: &'static str,
    /// What it is called.
    label: &'static str,
    /// Said below the label.
    #[prop(optional)]
    hint: Option<&'static str>,
    /// `type`, and with it the keyboard of a phone.
    #[prop(default = "text")]
    kind: &'static str,
    /// What a browser may fill in: a token of HTML's `autocomplete`.
    autocomplete: &'static str,
    /// What stands in it at first.
    #[prop(optional, into)]
    value: Option<String>,
    /// Whether it may be left empty.
    #[prop(optional)]
    optional: bool,
    /// The id of its form, if it stands outside of it.
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

/// The ids of what describes a field now.
#[must_use]
pub fn described_by(name: &str, hint: bool, fault: bool) -> Option<String> {
    let ids: Vec<_> =
        [(hint, "hint"), (fault, "error")].iter().filter(|(is, _)| *is).map(|(_, id)| format!("{name}-{id}")).collect();
    (!ids.is_empty()).then(|| ids.join(" "))
}

/// Every rule that a field breaks, below it.
#[component]
pub fn FieldFault(
    /// The field's name.
    name: &'static str,
    /// The form that it belongs to.
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

/// The button that sends a form. While one is on its way a second press does nothing.
#[component]
pub fn Submit(
    /// The form that it sends.
    #[prop(into)]
    of: FormState,
    /// Whether it is as wide as the form.
    #[prop(default = true)]
    fill: bool,
    /// The one button of the page that matters most, or another.
    #[prop(default = Some("primary"))]
    kind: Option<&'static str>,
    /// Its words.
    children: Children,
) -> impl IntoView {
    view! {
        <button
            class="button"
            data-kind=kind
            data-fill=fill.then_some("")
            aria-busy=move || of.pending.get().then_some("true")
            on:click=move |press| {
                if of.pending.get_untracked() {
                    press.prevent_default();
                }
            }
        >
            {move || of.pending.get().then(|| view! { <span class="spinner" aria-hidden="true"></span> })}
            {children()}
        </button>
    }
}
