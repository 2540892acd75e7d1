//! Access to the document for `ui`.
use leptos::prelude::document;

/// A field's current value.
pub(super) fn value_of(id: &str) -> Option<String> {
    use leptos::wasm_bindgen::JsCast;
    // No radio button has this id: the chosen one is found by its name.
    let chosen = || document().query_selector(&format!("input[name=\"{id}\"]:checked")).ok().flatten();
    let field = document().get_element_by_id(id).or_else(chosen)?;
    let input = field.dyn_ref::<web_sys::HtmlInputElement>().map(web_sys::HtmlInputElement::value);
    let select = || field.dyn_ref::<web_sys::HtmlSelectElement>().map(web_sys::HtmlSelectElement::value);
    let text = || field.dyn_ref::<web_sys::HtmlTextAreaElement>().map(web_sys::HtmlTextAreaElement::value);
    input.or_else(select).or_else(text)
}

/// Moves the focus to a field.
pub(super) fn focus(id: &str) {
    use leptos::wasm_bindgen::JsCast;
    let field = document().get_element_by_id(id).and_then(|e| e.dyn_into::<web_sys::HtmlElement>().ok());
    if let Some(field) = field {
        let _ = field.focus();
    }
}
