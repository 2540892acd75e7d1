//! The saved and the typed values, side by side, if another person has saved since the form was read. The first save
//! overwrites nothing. The second save is a decision, because the person has seen both values.
use crate::ui::dom::value_of;
use crate::ui::form::state::FormState;
use crate::ui::table::{Cell, Column, Lead, Table};
use crate::web::api::ApiError;
use crate::words::language::Translated;
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_router::hooks::use_location;
use portvakt_model::fault::{Fault, Refusal};

struct Texts {
    label: &'static str,
    field: &'static str,
    stored: &'static str,
    typed: &'static str,
    keep: &'static str,
    take: &'static str,
    empty: &'static str,
}

static TEXTS: Translated<Texts> = Translated {
    swedish: Texts {
        label: "Det som skiljer sig",
        field: "Uppgift",
        stored: "Sparat nu",
        typed: "Du skrev",
        keep: "Spara igen om det du skrev ska gälla. ",
        take: "Behåll det som är sparat",
        empty: "(tomt)",
    },
    english: Texts {
        label: "What differs",
        field: "Field",
        stored: "Saved now",
        typed: "You entered",
        keep: "Save again to use what you entered. ",
        take: "Keep what is saved",
        empty: "(empty)",
    },
};

/// A field's saved value.
#[derive(Clone)]
pub struct Stored {
    /// The field's name in the form.
    pub name: String,
    /// The field's label.
    pub label: String,
    /// The saved value.
    pub value: String,
    /// Turns a value into words, if the field is a list of choices.
    pub say: fn(&str) -> String,
}

impl Stored {
    /// A field with this name, label and value.
    pub fn new(name: impl Into<String>, label: impl Into<String>, value: String, say: fn(&str) -> String) -> Self {
        Self { name: name.into(), label: label.into(), value, say }
    }
}

/// The saved data: first as the page was rendered with it, then loaded again each time that a save is refused with a
/// conflict. The form's version comes with it.
pub fn current<T, L>(of: impl Into<FormState>, rendered: T, load: fn() -> L) -> RwSignal<T>
where
    T: Send + Sync + 'static,
    L: Future<Output = Result<T, ApiError>> + 'static,
{
    let of = of.into();
    let now = RwSignal::new(rendered);
    Effect::new(move || {
        if of.refused_now() == Some(Fault::Refused(Refusal::Conflict)) {
            spawn_local(async move {
                if let Ok(fresh) = load().await {
                    now.set(fresh);
                }
            });
        }
    });
    now
}

/// The table of the fields that differ, below the form's message. Shown after a conflict only.
#[component]
pub fn Conflict(
    /// The form.
    #[prop(into)]
    of: FormState,
    /// The form's fields with their saved values.
    #[prop(into)]
    stored: Signal<Vec<Stored>>,
) -> impl IntoView {
    let path = use_location().pathname;
    move || of.is_conflict().then(|| shown(of, stored.get(), path.get()))
}

fn shown(of: FormState, stored: Vec<Stored>, path: String) -> AnyView {
    let texts = TEXTS.here();
    // After a fetch the typed value is still in the field. After a plain post the flash holds it.
    let by_fetch = of.refused_now().is_some();
    let typed = |name: &str| if by_fetch { value_of(name) } else { of.kept(name) };
    let said = |text: String| if text.is_empty() { texts.empty.to_owned() } else { text };
    let rows = stored.into_iter().filter_map(|Stored { name, label, value, say }| {
        let typed = typed(&name).filter(|typed| *typed != value)?;
        Some(view! {
            <tr role="row">
                <Lead>{label}</Lead>
                <Cell of=texts.stored><span class="wrap-any">{said(say(&value))}</span></Cell>
                <Cell of=texts.typed><span class="wrap-any">{said(say(&typed))}</span></Cell>
            </tr>
        })
    });
    let rows = rows.collect_view();
    let head = view! {
        <Column name=texts.field/>
        <Column name=texts.stored/>
        <Column name=texts.typed/>
    };
    view! {
        <Table label=texts.label head=head.into_any()>{rows}</Table>
        <p class="small">{texts.keep}<a href=path rel="external">{texts.take}</a>"."</p>
    }
    .into_any()
}
