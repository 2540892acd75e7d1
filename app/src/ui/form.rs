//! The only form. With JavaScript it is a fetch, and the answer is a typed [`Fault`]. Without JavaScript the browser
//! posts it, the server's `forms` module answers 303 back to this page with a sealed cookie, and the page shows the
//! cookie's content.
pub mod field;
mod proof;
pub mod state;

use crate::ui::dom::focus;
use crate::ui::notice::Notice;
use crate::ui::tone::Tone;
use crate::ui::words::WORDS;
use crate::web::api::ApiError;
use leptos::form::ActionForm;
use leptos::html;
use leptos::prelude::*;
use leptos_router::hooks::use_location;
use portvakt_model::fault::{Fault, Refusal};
use portvakt_model::flash::{AGAIN_FIELD, FOR_FIELD, KEEP_FIELD, PAGE_FIELD};
use portvakt_model::frame::Frame;
use portvakt_model::page::Page;
use proof::{ProofField, note_pressed};
use serde::de::DeserializeOwned;
use server_fn::client::Client;
use server_fn::codec::PostUrl;
use server_fn::request::ClientReq;
use server_fn::{Http, ServerFn};
use state::{FormOf, FormState, Told};
use web_sys::FormData;

/// The `<form>`. It shows a fault of the whole form in a message of its own.
#[component]
pub fn Form<S, O>(
    /// The form.
    of: FormOf<S>,
    /// The names, separated by spaces, of the fields that a refusal fills in again. Never a secret.
    #[prop(default = "".into(), into)]
    keep: Oco<'static, str>,
    /// The form's id, for buttons outside the form.
    #[prop(optional)]
    id: Option<&'static str>,
    /// The name of those buttons, which `keep` lists. After the person has proven their identity, the form is sent with
    /// the button that they pressed, and not with the first one.
    #[prop(optional)]
    pressed: Option<&'static str>,
    /// The fields and buttons.
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

fn inside(
    form: FormState,
    keep: Oco<'static, str>,
    pressed: Option<&'static str>,
    children: Option<Children>,
) -> AnyView {
    let at = use_location();
    let page = move || match at.search.get() {
        query if query.is_empty() => at.pathname.get(),
        query => format!("{}?{query}", at.pathname.get()),
    };
    // After a refusal by fetch the first faulty field takes the focus, so that a screen reader reads its fault.
    Effect::new(move || {
        if let Some(Fault::Refused(Refusal::Fields(faults))) = form.refused_now()
            && let Some(first) = faults.first()
            && !form.summed_up.get_value()
        {
            focus(&first.field);
        }
    });
    view! {
        <input type="hidden" name=PAGE_FIELD value=page/>
        <input type="hidden" name=KEEP_FIELD value=keep/>
        <ForField/>
        <FormFault of=form/>
        <ProofField of=form pressed/>
        {children.map(|children| children())}
    }
    .into_any()
}

/// The hidden field of the person and the organisation that the page was made for. Every form of a signed-in person has
/// it.
#[component]
pub fn ForField() -> impl IntoView {
    let made_for = expect_context::<Frame>().made_for;
    made_for.map(|made_for| view! { <input type="hidden" name=FOR_FIELD value=made_for/> })
}

/// The form's fault, if it is not about fields. Or that what was typed before a sign-in is back.
#[component]
pub fn FormFault(
    /// The form.
    #[prop(into)]
    of: FormState,
) -> impl IntoView {
    let of_the_form = move || of.fault().filter(|f| !matches!(f, Fault::Refused(Refusal::Fields(_))));
    move || match of_the_form() {
        Some(fault) => view! { <FaultNotice fault/> }.into_any(),
        None if of.is_kept() => {
            let (title, about) = WORDS.here().typed_is_back;
            view! { <Notice tone=Tone::Info title alert=true><p>{about}</p></Notice> }.into_any()
        }
        None => ().into_any(),
    }
}

/// A form's fault, and what to do.
#[component]
fn FaultNotice(fault: Fault) -> impl IntoView {
    let words = WORDS.here();
    let icon = match fault {
        Fault::Refused(
            Refusal::WrongCredentials(_)
            | Refusal::WrongPassword(_)
            | Refusal::WrongCode { .. }
            | Refusal::WrongPasskey
            | Refusal::Suspended { .. }
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
            {(fault == Fault::Refused(Refusal::SignedOut)).then(|| view! { <SignInAgain/> })}
        </Notice>
    }
}

/// The way to the sign-in and back. On a page of a signed-in person it takes the typed fields along.
#[component]
fn SignInAgain() -> impl IntoView {
    let words = WORDS.here();
    if expect_context::<Frame>().made_for.is_none() {
        return view! { <p><a class="button" href=Page::SignIn.path() rel="external">{words.sign_in_again}</a></p> }
            .into_any();
    }
    let here = NodeRef::<html::Input>::new();
    // A plain post of the same form, past the handler of its submit event: the server keeps the fields.
    let go = move |_| {
        if let Some(form) = here.get().and_then(|field| field.form()) {
            let _ = form.submit();
        }
    };
    view! {
        <input type="hidden" name=AGAIN_FIELD value="on" node_ref=here/>
        <p><button class="button" type="button" on:click=go>{words.sign_in_again}</button></p>
    }
    .into_any()
}

/// The button that sends a form. While the form is being sent, another press does nothing.
#[component]
pub fn Submit(
    /// The form.
    #[prop(into)]
    of: FormState,
    /// Whether the button is as wide as the form.
    #[prop(default = true)]
    fill: bool,
    /// The button's `data-kind`: by default the page's primary button.
    #[prop(default = Some("primary"))]
    kind: Option<&'static str>,
    /// The words.
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
