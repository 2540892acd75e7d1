//! A modal `<dialog>` with a question. Its buttons name their command in HTML (`command`), so that it opens and closes
//! without JavaScript. A script does the same in a browser that does not know `command`.
use crate::ui::icon::Icon;
use leptos::prelude::*;
use leptos::wasm_bindgen::JsCast;
use web_sys::HtmlDialogElement;

/// The question. The safe answer stands first, and no dangerous button has the focus when the dialog opens.
#[component]
pub fn Dialog(
    /// The dialog's id, which its buttons name.
    id: &'static str,
    /// The question, with the name of the person or thing: `Suspend Karim Bensaid?`
    #[prop(into)]
    title: Oco<'static, str>,
    /// The effect, the person it affects and the time. Then a form whose `.form-actions` hold a [`CloseDialog`] and the
    /// button that acts.
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

/// The button that opens the dialog.
#[component]
pub fn OpenDialog(
    /// The dialog's id.
    of: &'static str,
    /// The button's `data-kind`.
    #[prop(default = "")]
    kind: &'static str,
    /// The icon.
    #[prop(optional)]
    icon: Option<&'static str>,
    /// The words.
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
                // Otherwise the browser runs the command as well, and logs an error in the console.
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

/// The button that closes the dialog and changes nothing. Its words say what stays: `Keep him active`.
#[component]
pub fn CloseDialog(
    /// The dialog's id.
    of: &'static str,
    /// The words.
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
