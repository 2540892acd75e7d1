//! A form's state: the request, the answer and the typed values.
use crate::web::api::ApiError;
use crate::web::load::{of_request, shared};
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

/// A server function whose answer a form can show: it returns nothing, or an [`Outcome`].
pub trait Told: ServerFn<Output: Into<Outcome> + Clone + Send + Sync + 'static, Error = ApiError> + 'static {}
impl<S> Told for S where S: ServerFn<Output: Into<Outcome> + Clone + Send + Sync + 'static, Error = ApiError> + 'static {}

/// A form: its server function and its state.
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
    /// A form of the page that is being rendered.
    #[must_use]
    #[expect(clippy::new_without_default, reason = "it takes a flash out of the request: nothing default about it")]
    pub fn new() -> Self {
        let action = ServerAction::<S>::new();
        // The server writes the flash into the page, and the browser reads it there while it hydrates, so both render
        // the same. If a link leads to the page, the closure runs in the browser and finds no flash.
        let flash = shared(|| flash_of(S::PATH));
        let answer = Signal::derive(move || {
            // On the server the action's value could come from `?__err=` in the address, which anyone can write.
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

fn flash_of(form: &str) -> Option<Flash> {
    of_request::<Flash>().filter(|flash| flash.form == form)
}

impl<S: Told> FormOf<S> {
    /// Whether the request was done.
    #[must_use]
    pub fn is_done(self) -> bool {
        self.state.is_done()
    }

    /// The number of answers so far.
    #[must_use]
    pub fn answers(self) -> usize {
        self.state.answers.get()
    }

    /// Grows with each answer after which the page has to load its data again: every answer that is not a refusal, and
    /// a refusal which says that the data has changed. Other refusals leave the page as it is.
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

    /// The report on each of several people, if the answer is one.
    #[must_use]
    pub fn report(self) -> Option<Report> {
        match self.state.outcome()? {
            Outcome::Reported(report) => Some(report),
            _ => None,
        }
    }

    /// The recovery codes that the request made.
    #[must_use]
    pub fn codes(self) -> Option<NewRecoveryCodes> {
        match self.state.outcome()? {
            Outcome::Codes(codes) => Some(codes),
            _ => None,
        }
    }

    /// The passkey ceremony that the answer asks the browser for.
    #[must_use]
    pub fn ceremony(self) -> Option<Ceremony> {
        match self.state.outcome()? {
            Outcome::Ceremony(ceremony) => Some(ceremony),
            _ => None,
        }
    }

    /// The effects that a save would have.
    #[must_use]
    pub fn impact(self) -> Option<Impact> {
        match self.state.outcome()? {
            Outcome::Impact(impact) => Some(*impact),
            _ => None,
        }
    }

    /// Sends a request that none of the form's buttons sends.
    pub fn send(self, what: S)
    where
        S: Clone + Send + Sync,
    {
        self.action.dispatch(what);
    }

    /// The ids of the rows that were ticked before a refused plain post.
    #[must_use]
    pub fn kept_ids(self) -> Vec<String> {
        self.state.kept_all("ids[]")
    }

    /// Empties the fields after the request was done, for the next request.
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

/// A form's state, of one type for all forms: the form's components are compiled once.
#[derive(Clone, Copy)]
pub struct FormState {
    /// The answer to a fetch.
    answer: Signal<Option<Outcome>>,
    answers: Signal<usize>,
    pub(super) pending: Signal<bool>,
    /// The result of a plain post.
    flash: StoredValue<Option<Flash>>,
    /// The typed or chosen values of a request that is not done yet. Never a secret.
    typed: StoredValue<BTreeMap<&'static str, String>>,
    /// Whether an error summary stands above the fields and takes the focus.
    pub(super) summed_up: StoredValue<bool>,
}

impl FormState {
    /// The state of a form that is always a plain post and that no server function handles: one that sends a file.
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

    /// Lets the error summary take the focus after a refusal.
    pub(in crate::ui) fn has_summary(self) {
        self.summed_up.set_value(true);
    }

    /// The result. An answer to a fetch replaces the result of an earlier post.
    fn outcome(self) -> Option<Outcome> {
        self.answer.get().or_else(|| self.flash.with_value(|f| f.as_ref().map(|f| f.outcome.clone())))
    }

    /// The reason of a refusal.
    #[must_use]
    pub fn fault(self) -> Option<Fault> {
        match self.outcome()? {
            Outcome::Refused(fault) => Some(fault),
            _ => None,
        }
    }

    /// Whether there is a result.
    #[must_use]
    pub fn is_answered(self) -> bool {
        self.outcome().is_some()
    }

    /// Whether the request was done.
    #[must_use]
    pub fn is_done(self) -> bool {
        matches!(self.outcome(), Some(Outcome::Done | Outcome::Reported(_) | Outcome::Codes(_)))
    }

    /// The reason of a fetch's refusal. For effects that must not happen when the page is rendered.
    #[must_use]
    pub fn refused_now(self) -> Option<Fault> {
        match self.answer.get()? {
            Outcome::Refused(fault) => Some(fault),
            _ => None,
        }
    }

    /// Whether the person signed in again and the typed fields are back.
    #[must_use]
    pub fn is_kept(self) -> bool {
        self.outcome() == Some(Outcome::Kept)
    }

    /// The rules that a field breaks.
    #[must_use]
    pub fn of_field(self, name: &str) -> Vec<FieldRule> {
        self.fault().map(|fault| fault.of_field(name)).unwrap_or_default()
    }

    /// Whether the form was refused because another person has saved since it was read.
    #[must_use]
    pub fn is_conflict(self) -> bool {
        self.fault() == Some(Fault::Refused(Refusal::Conflict))
    }

    /// The value that the person typed and that is not saved: on this page, whose data may have been loaded again
    /// since, or before a plain post that changed nothing.
    #[must_use]
    pub fn kept(self, name: &str) -> Option<String> {
        self.typed.with_value(|typed| typed.get(name).cloned()).or_else(|| self.kept_all(name).into_iter().next())
    }

    /// Remembers a field's value while the person types or chooses.
    pub(in crate::ui) fn note(self, name: &'static str, value: String) {
        self.typed.update_value(|typed| _ = typed.insert(name, value));
    }

    /// Forgets the typed values when the request is done, and when the person leaves the page.
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
            let undone =
                f.iter().filter(|f| matches!(f.outcome, Outcome::Refused(_) | Outcome::Impact(_) | Outcome::Kept));
            let kept = undone.flat_map(|f| &f.kept);
            kept.filter(|(n, _)| n == name).map(|(_, v)| v.clone()).collect()
        })
    }
}
