//! A menu behind a button: a `<details>`, which opens without JavaScript. A script adds the arrow keys and Escape. It
//! closes the menu when the person presses anything else or moves the focus out of it.
use crate::ui::icon::Icon;
use leptos::ev::{FocusEvent, KeyboardEvent, MouseEvent};
use leptos::html;
use leptos::prelude::*;
use leptos::wasm_bindgen::JsCast;
use web_sys::{EventTarget, HtmlDetailsElement, HtmlElement, Node};

/// A menu.
#[component]
pub fn Menu(
    /// The menu's `<summary>`.
    summary: AnyView,
    /// Whether the menu opens upwards, because it stands at the foot of the window.
    #[prop(optional)]
    up: bool,
    /// The entries: `<li>` elements, each with a link, a button or a separating line.
    children: Children,
) -> impl IntoView {
    let node = NodeRef::<html::Details>::new();
    let close_unless = move |target: Option<EventTarget>| {
        if let Some(menu) = node.get_untracked()
            && !target.is_some_and(|target| menu.contains(target.dyn_ref::<Node>()))
        {
            menu.set_open(false);
        }
    };
    Effect::new(move || {
        let elsewhere = window_event_listener(leptos::ev::click, move |press: MouseEvent| close_unless(press.target()));
        on_cleanup(move || elsewhere.remove());
    });
    view! {
        <details
            class="menu"
            data-side=up.then_some("above")
            node_ref=node
            on:keydown=move |press| {
                if let Some(menu) = node.get_untracked() {
                    pressed(&menu, &press);
                }
            }
            on:focusout=move |left: FocusEvent| {
                // The new place of the focus is unknown when the whole window loses it.
                if let Some(to) = left.related_target() {
                    close_unless(Some(to));
                }
            }
        >
            {summary}
            <ul class="list" role="list">{children()}</ul>
        </details>
    }
    .into_any()
}

/// Handles a key in a menu.
fn pressed(menu: &HtmlDetailsElement, press: &KeyboardEvent) {
    let step = match press.key().as_str() {
        "ArrowDown" => 1,
        "ArrowUp" => -1,
        "Escape" if menu.open() => {
            menu.set_open(false);
            focus(menu.query_selector("summary").ok().flatten());
            return;
        }
        _ => return,
    };
    // While the menu is closed, the arrow keys scroll the page.
    let Ok(entries) = menu.query_selector_all(".list :is(a, button)") else { return };
    if !menu.open() || entries.length() == 0 {
        return;
    }
    press.prevent_default();
    let (count, active) = (i64::from(entries.length()), document().active_element().map(Node::from));
    let at = (0..entries.length()).find(|at| entries.item(*at) == active);
    let to = match at {
        Some(at) => (i64::from(at) + step).rem_euclid(count),
        None if step > 0 => 0,
        None => count - 1,
    };
    focus(u32::try_from(to).ok().and_then(|to| entries.item(to)));
}

fn focus(node: Option<impl JsCast>) {
    if let Some(element) = node.and_then(|node| node.dyn_into::<HtmlElement>().ok()) {
        let _ = element.focus();
    }
}

/// A menu of actions on one thing, behind three dots.
#[component]
pub fn MoreMenu(
    /// The menu's name: `Actions for Anna Lindqvist`.
    #[prop(into)]
    label: Oco<'static, str>,
    /// The entries, as in [`Menu`].
    children: Children,
) -> impl IntoView {
    let summary = view! {
        <summary class="button" data-kind="plain" data-shape="icon" data-size="small" aria-label=label>
            <Icon name="more"/>
        </summary>
    };
    view! { <Menu summary=summary.into_any()>{children()}</Menu> }
}
