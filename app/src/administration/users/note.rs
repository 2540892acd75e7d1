//! The administrators' note on a person, on the person's page.
use crate::ui::conflict::{Conflict, Stored};
use crate::ui::form::state::FormOf;
use crate::ui::form::{Form, Submit};
use crate::ui::notice::Notice;
use crate::ui::panel::Panel;
use crate::ui::text_area::TextArea;
use crate::ui::tone::Tone;
use crate::web::api::ApiError;
use crate::words::language::Translated;
use leptos::prelude::*;
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
        about: "Ägare och administratörer ser den här. Den finns med när listan exporteras och när personen hämtar \
                sina uppgifter.",
        hint: |most| format!("Högst {most} tecken. Skriv inget som personen inte får läsa."),
        save: "Spara anteckningen",
        saved: "Anteckningen är sparad",
    },
    english: Texts {
        note: "Note",
        about: "Owners and administrators see it here. It is part of the exported list and of the data that the \
                person can download.",
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

/// The form with the note.
#[must_use]
pub fn note(user: &User, form: FormOf<ChangeNote>) -> AnyView {
    let (texts, id, note) = (TEXTS.here(), user.listed.id.to_string(), user.note.clone());
    let stored = Stored::new("note", texts.note, note.clone(), str::to_owned);
    view! {
        <Panel id="note-on" title=texts.note about=texts.about.into_any()>
            <div class="body measure">
                <Form of=form keep="note">
                    {move || form.is_done().then(|| view! { <Notice tone=Tone::Ok title=texts.saved alert=true/> })}
                    <Conflict of=form stored=Signal::derive(move || vec![stored.clone()])/>
                    <input type="hidden" name="id" value=id/>
                    <input type="hidden" name="read" value=note.clone()/>
                    <TextArea of=form name="note" label=texts.note hint=(texts.hint)(NOTE_CHARS) rows=4 value=note/>
                    <div class="form-actions"><Submit of=form fill=false kind=None>{texts.save}</Submit></div>
                </Form>
            </div>
        </Panel>
    }
    .into_any()
}
