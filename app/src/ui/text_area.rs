//! A labelled field of several lines.
use crate::ui::form::field::{FieldFault, described_by};
use crate::ui::form::state::FormState;
use leptos::prelude::*;

/// Several lines of text with their fault below them.
#[component]
pub fn TextArea(
    /// The form that it belongs to.
    #[prop(into)]
    of: FormState,
    /// Its name and id.
    name: &'static str,
    /// What it is called.
    label: &'static str,
    /// Said below the label.
    hint: &'static str,
    /// How many lines are seen at once.
    rows: u32,
    /// What stands in it at first.
    #[prop(optional, into)]
    value: Option<String>,
) -> impl IntoView {
    let broken = move || !of.of_field(name).is_empty();
    view! {
        <div class="field">
            <label for=name>{label}</label>
            <p class="hint" id=format!("{name}-hint")>{hint}</p>
            <textarea
                class="input"
                id=name
                name=name
                rows=rows
                spellcheck="false"
                autocomplete="off"
                on:input=move |typing| of.note(name, event_target_value(&typing))
                aria-describedby=move || described_by(name, true, broken())
                aria-invalid=move || broken().then_some("true")
                inner_html=escaped(&of.kept(name).or(value).unwrap_or_default())
            ></textarea>
            <FieldFault name of/>
        </div>
    }
    .into_any()
}

/// Text as a `<textarea>` holds it in HTML. Leptos leaves what stands in one as it is, so a text could end the element; and a
/// browser takes the first line break for none of the text's.
fn escaped(text: &str) -> String {
    let text = text.replace('&', "&amp;").replace('<', "&lt;");
    if text.starts_with(['\n', '\r']) { format!("\n{text}") } else { text }
}

#[test]
fn no_text_ends_its_field() {
    assert_eq!(escaped("</textarea><script>&lt;"), "&lt;/textarea>&lt;script>&amp;lt;");
    assert_eq!((escaped("\na").as_str(), escaped("a\n").as_str()), ("\n\na", "a\n"));
}
