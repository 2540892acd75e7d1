//! The one form. With JavaScript it is a fetch and the answer comes back as a typed [`Fault`]; without, the browser posts
//! it, the server's `forms` module answers 303 back to this page with a sealed cookie, and the page shows what is in it.
use crate::api::ApiError;
use crate::ui::icon::Icon;
use crate::ui::notice::Notice;
use crate::ui::tone::Tone;
use crate::ui::words::WORDS;
use leptos::form::ActionForm;
use leptos::prelude::*;
use leptos::server::codee::string::JsonSerdeCodec;
use leptos_router::hooks::use_location;
use portvakt_model::fault::{Fault, FieldRule, Refusal};
use portvakt_model::flash::{Flash, KEEP_FIELD, Outcome, PAGE_FIELD, TENANT_FIELD};
use portvakt_model::frame::Frame;
use serde::de::DeserializeOwned;
use server_fn::client::Client;
use server_fn::codec::PostUrl;
use server_fn::request::ClientReq;
use server_fn::{Http, ServerFn};
use web_sys::FormData;

/// A form: what it sends, and how it stands.
pub struct FormOf<S: ServerFn<Output = (), Error = ApiError> + 'static> {
    action: ServerAction<S>,
    state: FormState,
}

impl<S: ServerFn<Output = (), Error = ApiError> + 'static> Copy for FormOf<S> {}
impl<S: ServerFn<Output = (), Error = ApiError> + 'static> Clone for FormOf<S> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<S: ServerFn<Output = (), Error = ApiError> + 'static> From<FormOf<S>> for FormState {
    fn from(form: FormOf<S>) -> Self {
        form.state
    }
}

impl<S> FormOf<S>
where
    S: ServerFn<Output = (), Error = ApiError> + Clone + Send + Sync + 'static,
{
    /// The form of the page that is being rendered.
    #[must_use]
    #[expect(clippy::new_without_default, reason = "it takes a flash out of the request: nothing default about it")]
    pub fn new() -> Self {
        let action = ServerAction::<S>::new();
        // Written into the page by the server and read from there while the page hydrates, so both render the same.
        // On a page reached later by a link the closure runs in the browser and finds nothing.
        let flash = SharedValue::<_, JsonSerdeCodec>::new(|| flash_of(S::PATH)).into_inner();
        let answer = Signal::derive(move || {
            // On the server the action's value could come from `?__err=` in the address: anybody can write that.
            let answer = if cfg!(feature = "ssr") { None } else { action.value().get() };
            answer.map(|answer| answer.map_or_else(|ApiError(fault)| Outcome::Refused(fault), |()| Outcome::Done))
        });
        let answers = action.version();
        let state = FormState {
            answer,
            answers: answers.into(),
            pending: action.pending().into(),
            flash: StoredValue::new(flash),
            summed_up: StoredValue::new(false),
        };
        Self { action, state }
    }
}

#[cfg(feature = "ssr")]
fn flash_of(form: &str) -> Option<Flash> {
    use_context::<http::request::Parts>()?.extensions.get::<Flash>().filter(|f| f.form == form).cloned()
}
#[cfg(not(feature = "ssr"))]
fn flash_of(_form: &str) -> Option<Flash> {
    None
}

impl<S: ServerFn<Output = (), Error = ApiError> + 'static> FormOf<S> {
    /// Whether what it asks for was done.
    #[must_use]
    pub fn is_done(self) -> bool {
        self.state.is_done()
    }

    /// How many answers have come: what has to be read anew then follows this.
    #[must_use]
    pub fn answers(self) -> usize {
        self.state.answers.get()
    }

    /// Empties fields once what they ask for was done, for the next one.
    pub fn clear_when_done(self, fields: &'static [&'static str]) {
        Effect::new(move || {
            use leptos::wasm_bindgen::JsCast;
            if self.answers() > 0 && self.is_done() {
                let found = fields.iter().filter_map(|id| document().get_element_by_id(id));
                for field in found.filter_map(|e| e.dyn_into::<web_sys::HtmlInputElement>().ok()) {
                    field.set_value("");
                }
            }
        });
    }
}

/// How a form stands, whichever it is: its parts are compiled once, not once for each form.
#[derive(Clone, Copy)]
pub struct FormState {
    /// The answer to a fetch.
    answer: Signal<Option<Outcome>>,
    answers: Signal<usize>,
    pending: Signal<bool>,
    /// What a plain post left behind.
    flash: StoredValue<Option<Flash>>,
    /// Whether what is wrong is summed up above the fields, and the focus goes there.
    summed_up: StoredValue<bool>,
}

impl FormState {
    /// Leaves the focus after a refusal to a summary of it.
    pub(super) fn has_summary(self) {
        self.summed_up.set_value(true);
    }

    /// Why it was refused, if it was. An answer to a fetch takes the place of what an earlier post left.
    #[must_use]
    pub fn fault(self) -> Option<Fault> {
        let outcome = self.answer.get().or_else(|| self.flash.with_value(|f| f.as_ref().map(|f| f.outcome.clone())));
        match outcome? {
            Outcome::Refused(fault) => Some(fault),
            Outcome::Done => None,
        }
    }

    /// Whether what it asks for was done.
    #[must_use]
    pub fn is_done(self) -> bool {
        let of_post = || self.flash.with_value(|f| f.as_ref().is_some_and(|f| f.outcome == Outcome::Done));
        self.answer.get().map_or_else(of_post, |answer| answer == Outcome::Done)
    }

    /// Why a fetch was refused: for what has to happen then and not when the page is rendered.
    #[must_use]
    pub fn refused_now(self) -> Option<Fault> {
        match self.answer.get()? {
            Outcome::Refused(fault) => Some(fault),
            Outcome::Done => None,
        }
    }

    /// The rules that a field breaks.
    #[must_use]
    pub fn of_field(self, name: &str) -> Vec<FieldRule> {
        self.fault().map(|fault| fault.of_field(name)).unwrap_or_default()
    }

    /// What was typed into a field before a refused plain post.
    pub(super) fn kept(self, name: &str) -> Option<String> {
        self.flash.with_value(|f| {
            let f = f.as_ref().filter(|f| f.outcome != Outcome::Done)?;
            f.kept.iter().find(|(n, _)| n == name).map(|(_, v)| v.clone())
        })
    }
}

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
    /// Its fields and buttons.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView
where
    S: DeserializeOwned
        + ServerFn<Protocol = Http<PostUrl, O>, Output = (), Error = ApiError>
        + Clone
        + Send
        + Sync
        + 'static,
    S::Client: Client<ApiError>,
    <<S::Client as Client<ApiError>>::Request as ClientReq<ApiError>>::FormData: From<FormData>,
    O: 'static,
{
    let inside = inside(of.state, keep, children);
    view! { <ActionForm action=of.action attr:id=id attr:class="stack" attr:novalidate="">{inside}</ActionForm> }
}

fn inside(form: FormState, keep: &'static str, children: Option<Children>) -> AnyView {
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
    let of_the_form = move || form.fault().filter(|f| !matches!(f, Fault::Refused(Refusal::Fields(_))));
    view! {
        <input type="hidden" name=PAGE_FIELD value=page/>
        <input type="hidden" name=KEEP_FIELD value=keep/>
        {tenant.map(|tenant| view! { <input type="hidden" name=TENANT_FIELD value=tenant.to_string()/> })}
        {move || of_the_form().map(|fault| view! { <FaultNotice fault/> })}
        {children.map(|children| children())}
    }
    .into_any()
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
    let icon = if matches!(fault, Fault::Refused(Refusal::WrongCredentials(_) | Refusal::Locked { .. })) {
        "lock"
    } else {
        "alert"
    };
    view! {
        <Notice tone=Tone::Danger icon title=(words.title)(&fault) alert=true>
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
                value=of.kept(name).or(value)
                aria-describedby=move || described_by(name, hint.is_some(), broken())
                aria-invalid=move || broken().then_some("true")
            />
            <FieldFault name of/>
        </div>
    }
    .into_any()
}

/// The ids of what describes a field now.
pub(super) fn described_by(name: &str, hint: bool, fault: bool) -> Option<String> {
    let ids: Vec<_> =
        [(hint, "hint"), (fault, "error")].iter().filter(|(is, _)| *is).map(|(_, id)| format!("{name}-{id}")).collect();
    (!ids.is_empty()).then(|| ids.join(" "))
}

/// Every rule that a field breaks, below it.
#[component]
pub(super) fn FieldFault(name: &'static str, of: FormState) -> impl IntoView {
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
    /// Its words.
    children: Children,
) -> impl IntoView {
    view! {
        <button
            class="button"
            data-kind="primary"
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
