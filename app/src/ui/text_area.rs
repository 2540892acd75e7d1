//! A labelled field of several lines.
use crate::ui::form::field::{FieldFault, described_by};
use crate::ui::form::state::FormState;
use leptos::prelude::*;

/// Several lines of text with their fault below them.
#[component]
pub fn TextArea(
    /// The form that the field belongs to.
    #[prop(into)]
    of: FormState,
    /// The field's name and id.
    name: &'static str,
    /// The label.
    label: &'static str,
    /// The hint below the label.
    #[prop(into)]
    hint: String,
    /// The number of visible lines.
    rows: u32,
    /// The first value.
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

/// Text as the HTML content of a `<textarea>`. Leptos does not escape this content, so a text could end the element. A
/// browser drops a first line break, so a text that begins with one gets another before it.
fn escaped(text: &str) -> String {
    let text = text.replace('&', "&amp;").replace('<', "&lt;");
    if text.starts_with(['\n', '\r']) { format!("\n{text}") } else { text }
}

#[test]
fn no_text_ends_its_text_area() {
    assert_eq!(escaped("</textarea><script>&lt;"), "&lt;/textarea>&lt;script>&amp;lt;");
    assert_eq!((escaped("\na").as_str(), escaped("a\n").as_str()), ("\n\na", "a\n"));
}
