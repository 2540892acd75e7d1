//! The one form. With JavaScript it is a fetch and the answer comes back as a typed [`Fault`]; without, the browser posts
//! it, the server's `forms` module answers 303 back to this page with a sealed cookie, and the page shows what is in it.
pub mod field;
mod proof;
pub mod state;

use crate::ui::dom::focus;
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
use state::{FormOf, FormState, Told};
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
