//! How a form stands: what it sends, what was answered, and what was typed into it.
use crate::web::api::ApiError;
use crate::web::load::shared;
use leptos::prelude::*;
use leptos_router::hooks::use_location;
use portvakt_model::fault::{Fault, FieldRule, Refusal};
use portvakt_model::flash::{Flash, Outcome};
use portvakt_model::passkey::Ceremony;
use portvakt_model::policy::impact::Impact;
use portvakt_model::second_factor::NewRecoveryCodes;
use portvakt_model::user::Report;
use server_fn::ServerFn;
use std::collections::BTreeMap;

/// A server function whose answer a form can show.
pub trait Told: ServerFn<Output: Into<Outcome> + Clone + Send + Sync + 'static, Error = ApiError> + 'static {}
impl<S> Told for S where S: ServerFn<Output: Into<Outcome> + Clone + Send + Sync + 'static, Error = ApiError> + 'static {}

/// A form: what it sends, and how it stands.
pub struct FormOf<S: Told> {
    pub(super) action: ServerAction<S>,
    pub(super) state: FormState,
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
    pub(super) pending: Signal<bool>,
    /// What a plain post left behind.
    flash: StoredValue<Option<Flash>>,
    /// What somebody has typed or chosen that was not done yet: never a secret.
    typed: StoredValue<BTreeMap<&'static str, String>>,
    /// Whether what is wrong is summed up above the fields, and the focus goes there.
    pub(super) summed_up: StoredValue<bool>,
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
    pub(in crate::ui) fn has_summary(self) {
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
    pub(in crate::ui) fn note(self, name: &'static str, value: String) {
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
