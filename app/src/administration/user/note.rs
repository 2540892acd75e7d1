//! The administrators' note on a person, on the person's page.
use crate::ui::conflict::{Conflict, Stored};
use crate::ui::form::state::{FormOf, FormState};
use crate::ui::form::{Form, Submit};
use crate::ui::notice::Notice;
use crate::ui::panel::Panel;
use crate::ui::text_area::TextArea;
use crate::ui::tone::Tone;
use crate::web::api::ApiError;
use crate::words::language::Translated;
use leptos::prelude::*;
use portvakt_model::id::AccountId;
use portvakt_model::user::{NOTE_CHARS, User};

struct Texts {
    note: &'static str,
    about: &'static str,
    hint: fn(u32) -> String,
    save: &'static str,
    saved: &'static str,
}

static TEXTS: Translated<Texts> = Translated {
    swedish: Texts {
        note: "Anteckning",
        about: "Ägare och administratörer ser den här, och granskare ser ändringarna i granskningsloggen. Den finns \
                med när listan exporteras och när personen hämtar sina uppgifter.",
        hint: |most| format!("Högst {most} tecken. Skriv inget som personen inte får läsa."),
        save: "Spara anteckningen",
        saved: "Anteckningen är sparad",
    },
    english: Texts {
        note: "Note",
        about: "Owners and administrators see it here, and auditors see its changes in the audit log. It is part of \
                the exported list and of the data that the person can download.",
        hint: |most| format!("At most {most} characters. Write nothing that the person must not read."),
        save: "Save note",
        saved: "Note saved",
    },
};

/// Changes the note on a person of the caller's current organisation.
///
/// # Errors
/// As [`portvakt_core::user::change_note`].
#[server(prefix = "/rpc", endpoint = "change_note")]
pub async fn change_note(id: String, read: String, note: String) -> Result<(), ApiError> {
    use portvakt_model::fault::Refusal;
    use portvakt_model::id::AccountId;
    let (core, person) = crate::web::request::signed_in()?;
    let id = AccountId::parse(&id).ok_or(Refusal::NotFound)?;
    portvakt_core::user::change_note(&core, &person, id, &read, &note).await?;
    Ok(())
}

/// The note's form, with the note that its text began from.
#[derive(Clone, Copy)]
pub struct NoteForm {
    form: FormOf<ChangeNote>,
    read: StoredValue<Option<(AccountId, usize, String)>>,
}

impl NoteForm {
    /// A form that nobody has typed in.
    #[must_use]
    pub fn new() -> Self {
        Self { form: FormOf::new(), read: StoredValue::new(None) }
    }

    /// Grows as [`FormOf::changes`] does.
    #[must_use]
    pub fn changes(self) -> Memo<usize> {
        self.form.changes()
    }

    /// The note that the typed text began from. Another form of the page loads the page's data again: a text that is
    /// being typed then still began from the note before, so another administrator's new note is a conflict.
    fn read(self, user: &User) -> String {
        let answers = self.changes().get_untracked();
        let is_typed = FormState::from(self.form).kept("note").is_some();
        if let Some((id, seen, read)) = self.read.get_value()
            && is_typed
            && (id, seen) == (user.listed.id, answers)
        {
            return read;
        }
        self.read.set_value(Some((user.listed.id, answers, user.note.clone())));
        user.note.clone()
    }
}

/// The form with the note.
#[must_use]
pub fn note(user: &User, of: NoteForm) -> AnyView {
    let (texts, id, note) = (TEXTS.here(), user.listed.id.to_string(), user.note.clone());
    let (form, read) = (of.form, of.read(user));
    let stored = Stored::new("note", texts.note, note.clone(), str::to_owned);
    view! {
        <Panel id="note-on" title=texts.note about=texts.about.into_any()>
            <div class="body measure">
                <Form of=form keep="note">
                    {move || form.is_done().then(|| view! { <Notice tone=Tone::Ok title=texts.saved alert=true/> })}
                    <Conflict of=form stored=Signal::derive(move || vec![stored.clone()])/>
                    <input type="hidden" name="id" value=id/>
                    <input type="hidden" name="read" value=read/>
                    <TextArea of=form name="note" label=texts.note hint=(texts.hint)(NOTE_CHARS) rows=4 value=note/>
                    <div class="form-actions"><Submit of=form fill=false kind=None>{texts.save}</Submit></div>
                </Form>
            </div>
        </Panel>
    }
    .into_any()
}
