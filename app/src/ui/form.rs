//! The one form. With JavaScript it is a fetch and the answer comes back as a typed [`Fault`]; without, the browser posts
//! it, the server's `forms` module answers 303 back to this page with a sealed cookie, and the page shows what is in it.
use crate::api::ApiError;
use crate::load::shared;
use crate::ui::code_field::CodeField;
use crate::ui::icon::Icon;
use crate::ui::notice::Notice;
use crate::ui::passkey::{PasskeyButton, Wanted};
use crate::ui::password_field::PasswordField;
use crate::ui::tone::Tone;
use crate::ui::words::WORDS;
use leptos::form::ActionForm;
use leptos::prelude::*;
use leptos_router::hooks::use_location;
use portvakt_model::fault::{Fault, FieldRule, Refusal};
use portvakt_model::flash::{Flash, KEEP_FIELD, Outcome, PAGE_FIELD, PROOF_FIELD, TENANT_FIELD};
use portvakt_model::frame::Frame;
use portvakt_model::passkey::{Ceremony, Purpose};
use portvakt_model::policy::impact::Impact;
use portvakt_model::second_factor::{NewRecoveryCodes, Proof, Typed};
use portvakt_model::user::Report;
use serde::de::DeserializeOwned;
use server_fn::client::Client;
use server_fn::codec::PostUrl;
use server_fn::request::ClientReq;
use server_fn::{Http, ServerFn};
use std::cell::RefCell;
use std::collections::BTreeMap;
use web_sys::{FormData, HtmlElement, HtmlFormElement, SubmitEvent};

/// A server function whose answer a form can show.
pub trait Told: ServerFn<Output: Into<Outcome> + Clone + Send + Sync + 'static, Error = ApiError> + 'static {}
impl<S> Told for S where S: ServerFn<Output: Into<Outcome> + Clone + Send + Sync + 'static, Error = ApiError> + 'static {}

/// A form: what it sends, and how it stands.
pub struct FormOf<S: Told> {
    action: ServerAction<S>,
    state: FormState,
}

impl<S: Told> Copy for FormOf<S> {}
impl<S: Told> Clone for FormOf<S> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<S: Told> From<FormOf<S>> for FormState {
    fn from(form: FormOf<S>) -> Self {
        form.state
    }
}

impl<S> FormOf<S>
where
    S: Told + Clone + Send + Sync,
{
    /// The form of the page that is being rendered.
    #[must_use]
    #[expect(clippy::new_without_default, reason = "it takes a flash out of the request: nothing default about it")]
    pub fn new() -> Self {
        let action = ServerAction::<S>::new();
        // Written into the page by the server and read from there while the page hydrates, so both render the same.
        // On a page reached later by a link the closure runs in the browser and finds nothing.
        let flash = shared(|| flash_of(S::PATH));
        let answer = Signal::derive(move || {
            // On the server the action's value could come from `?__err=` in the address: anybody can write that.
            let answer = if cfg!(feature = "ssr") { None } else { action.value().get() };
            answer.map(|answer| answer.map_or_else(|ApiError(fault)| Outcome::Refused(fault), Into::into))
        });
        let answers = action.version();
        let state = FormState {
            answer,
            answers: answers.into(),
            pending: action.pending().into(),
            flash: StoredValue::new(flash),
            typed: StoredValue::new(BTreeMap::new()),
            summed_up: StoredValue::new(false),
        };
        state.forget_when_over();
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

impl<S: Told> FormOf<S> {
    /// Whether what it asks for was done.
    #[must_use]
    pub fn is_done(self) -> bool {
        self.state.is_done()
    }

    /// How many answers have come.
    #[must_use]
    pub fn answers(self) -> usize {
        self.state.answers.get()
    }

    /// Grows with each answer after which a page has to be read anew: that it was done, or that what the page shows is not so
    /// any more. Every other refusal leaves the page as it is.
    #[must_use]
    pub fn changes(self) -> Memo<usize> {
        Memo::new(move |last: Option<&usize>| {
            let answers = self.answers();
            match self.state.refused_now() {
                None | Some(Fault::Refused(Refusal::NotFound | Refusal::Conflict)) => answers,
                Some(_) => last.copied().unwrap_or_default(),
            }
        })
    }

    /// What became of what it asks for, if that is told one by one.
    #[must_use]
    pub fn report(self) -> Option<Report> {
        match self.state.outcome()? {
            Outcome::Reported(report) => Some(report),
            _ => None,
        }
    }

    /// The recovery codes that it has made.
    #[must_use]
    pub fn codes(self) -> Option<NewRecoveryCodes> {
        match self.state.outcome()? {
            Outcome::Codes(codes) => Some(codes),
            _ => None,
        }
    }

    /// What it asks the browser to do.
    #[must_use]
    pub fn ceremony(self) -> Option<Ceremony> {
        match self.state.outcome()? {
            Outcome::Ceremony(ceremony) => Some(ceremony),
            _ => None,
        }
    }

    /// What it would do.
    #[must_use]
    pub fn impact(self) -> Option<Impact> {
        match self.state.outcome()? {
            Outcome::Impact(impact) => Some(*impact),
            _ => None,
        }
    }

    /// Sends something that no button of the form does.
    pub fn send(self, what: S)
    where
        S: Clone + Send + Sync,
    {
        self.action.dispatch(what);
    }

    /// Which rows were ticked before a refused plain post.
    #[must_use]
    pub fn kept_ids(self) -> Vec<String> {
        self.state.kept_all("ids[]")
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
    /// What somebody has typed or chosen that was not done yet: never a secret.
    typed: StoredValue<BTreeMap<&'static str, String>>,
    /// Whether what is wrong is summed up above the fields, and the focus goes there.
    summed_up: StoredValue<bool>,
}

impl FormState {
    /// How a form stands that is always a plain post, to an address that is no server function's: one that sends a file.
    #[must_use]
    pub fn of_plain(address: &'static str) -> Self {
        let flash = shared(move || flash_of(address));
        Self {
            answer: Signal::stored(None),
            answers: Signal::stored(0),
            pending: Signal::stored(false),
            flash: StoredValue::new(flash),
            typed: StoredValue::new(BTreeMap::new()),
            summed_up: StoredValue::new(false),
        }
    }

    /// Leaves the focus after a refusal to a summary of it.
    pub(super) fn has_summary(self) {
        self.summed_up.set_value(true);
    }

    /// What became of it. An answer to a fetch takes the place of what an earlier post left.
    fn outcome(self) -> Option<Outcome> {
        self.answer.get().or_else(|| self.flash.with_value(|f| f.as_ref().map(|f| f.outcome.clone())))
    }

    /// Why it was refused, if it was.
    #[must_use]
    pub fn fault(self) -> Option<Fault> {
        match self.outcome()? {
            Outcome::Refused(fault) => Some(fault),
            _ => None,
        }
    }

    /// Whether there is an answer, of whichever kind.
    #[must_use]
    pub fn is_answered(self) -> bool {
        self.outcome().is_some()
    }

    /// Whether what it asks for was done.
    #[must_use]
    pub fn is_done(self) -> bool {
        matches!(self.outcome(), Some(Outcome::Done | Outcome::Reported(_) | Outcome::Codes(_)))
    }

    /// Why a fetch was refused: for what has to happen then and not when the page is rendered.
    #[must_use]
    pub fn refused_now(self) -> Option<Fault> {
        match self.answer.get()? {
            Outcome::Refused(fault) => Some(fault),
            _ => None,
        }
    }

    /// The rules that a field breaks.
    #[must_use]
    pub fn of_field(self, name: &str) -> Vec<FieldRule> {
        self.fault().map(|fault| fault.of_field(name)).unwrap_or_default()
    }

    /// Whether it was refused because somebody has saved meanwhile.
    #[must_use]
    pub fn is_conflict(self) -> bool {
        self.fault() == Some(Fault::Refused(Refusal::Conflict))
    }

    /// What was typed into a field and not done yet: on this page, which was read anew meanwhile because something else was
    /// done, or before a plain post that did nothing.
    #[must_use]
    pub fn kept(self, name: &str) -> Option<String> {
        self.typed.with_value(|typed| typed.get(name).cloned()).or_else(|| self.kept_all(name).into_iter().next())
    }

    /// Remembers what a field holds while somebody types or chooses.
    pub(super) fn note(self, name: &'static str, value: String) {
        self.typed.update_value(|typed| _ = typed.insert(name, value));
    }

    /// What was typed is for once, and for the page that it was typed on.
    fn forget_when_over(self) {
        let at = use_location().pathname;
        Effect::new(move |before: Option<String>| {
            let here = at.get();
            if self.is_done() || before.is_some_and(|before| before != here) {
                self.typed.update_value(BTreeMap::clear);
            }
            here
        });
    }

    fn kept_all(self, name: &str) -> Vec<String> {
        self.flash.with_value(|f| {
            let undone = f.iter().filter(|f| matches!(f.outcome, Outcome::Refused(_) | Outcome::Impact(_)));
            let kept = undone.flat_map(|f| &f.kept);
            kept.filter(|(n, _)| n == name).map(|(_, v)| v.clone()).collect()
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

thread_local! {
    /// The button that was pressed last: a form may have several, and goes on with the same one once somebody has proven
    /// themselves.
    static PRESSED: RefCell<Option<HtmlElement>> = const { RefCell::new(None) };
}

fn note_pressed(submit: &SubmitEvent) {
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

/// Where the person proves once more that it is them, if that was asked for: the same press then does what they wanted.
#[component]
fn ProofField(of: FormState, pressed: Option<&'static str>) -> impl IntoView {
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
