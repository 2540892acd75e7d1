//! A question that has to be answered before anything else: a modal `<dialog>`. Its buttons say what they do to it in HTML
//! (`command`), so that it opens and closes without a script; a script does the same where a browser does not know that yet.
use crate::ui::icon::Icon;
use leptos::prelude::*;
use leptos::wasm_bindgen::JsCast;
use web_sys::HtmlDialogElement;

/// The question. The safe answer stands first, and nothing dangerous has the focus when it opens.
#[component]
pub fn Dialog(
    /// Its id, which its buttons name.
    id: &'static str,
    /// The question, with what it is about: `Suspend Karim Bensaid?`
    #[prop(into)]
    title: Oco<'static, str>,
    /// What happens, to whom and when; then a form whose `.form-actions` hold a [`CloseDialog`] and the button that does it.
    children: Children,
) -> impl IntoView {
    let heading = format!("{id}-title");
    view! {
        <dialog class="dialog" id=id aria-labelledby=heading>
            <div>
                <h2 id=heading.clone()>{title}</h2>
                {children()}
            </div>
        </dialog>
    }
    .into_any()
}

/// The button that asks.
#[component]
pub fn OpenDialog(
    /// The dialog's id.
    of: &'static str,
    /// The button's `data-kind`.
    #[prop(default = "")]
    kind: &'static str,
    /// Its icon.
    #[prop(optional)]
    icon: Option<&'static str>,
    /// Its words.
    children: Children,
) -> impl IntoView {
    view! {
        <button
            class="button"
            type="button"
            data-kind=(!kind.is_empty()).then_some(kind)
            command="show-modal"
            commandfor=of
            aria-haspopup="dialog"
            on:click=move |press| {
                // Else the browser does it once more, and says so in the console.
                press.prevent_default();
                if let Some(dialog) = find(of) {
                    let _ = dialog.show_modal();
                }
            }
        >
            {icon.map(|name| view! { <Icon name/> })}
            {children()}
        </button>
    }
    .into_any()
}

/// The button that changes nothing. Its words say what stays: `Keep him active`.
#[component]
pub fn CloseDialog(
    /// The dialog's id.
    of: &'static str,
    /// Its words.
    children: Children,
) -> impl IntoView {
    view! {
        <button
            class="button"
            type="button"
            command="close"
            commandfor=of
            on:click=move |press| {
                press.prevent_default();
                if let Some(dialog) = find(of) {
                    dialog.close();
                }
            }
        >
            {children()}
        </button>
    }
    .into_any()
}

fn find(id: &str) -> Option<HtmlDialogElement> {
    document().get_element_by_id(id)?.dyn_into().ok()
}
