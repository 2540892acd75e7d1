//! Messages about the last action, in a corner of the window for a moment: a success, or a failure that can be tried
//! again. A message that stops the work is a [`Notice`](crate::ui::notice::Notice).
use crate::ui::icon::Icon;
use crate::ui::timer::Timer;
use crate::words::language::Translated;
use leptos::prelude::*;

/// Milliseconds for which a success is shown, unless it is being read: enough to read two short lines and press the
/// button.
const SHOWN_MILLIS: u32 = 8_000;

static CLOSE: Translated<&str> = Translated { swedish: "Stäng", english: "Close" };

/// A button in a toast: its label and its action. Pressing it removes the toast.
pub type Remedy = (Oco<'static, str>, Callback<()>);

/// A message in a toast.
#[derive(Clone)]
pub struct Message {
    /// In a few words: `Karim Bensaid is unlocked`.
    pub text: Oco<'static, str>,
    /// Whether the action failed. The message then stays until it is closed.
    pub failed: bool,
    /// A button that undoes the action or tries it again.
    pub remedy: Option<Remedy>,
}

/// The messages of a page's parts. A context of every page in a [`WorkShell`](crate::shell::work::WorkShell).
#[derive(Clone, Copy)]
pub struct Toaster {
    shown: RwSignal<Vec<(u32, Message)>>,
    last: StoredValue<u32>,
}

impl Toaster {
    /// Makes one for the page that is being rendered.
    #[must_use]
    pub fn provide() -> Self {
        let toaster = Self { shown: RwSignal::new(Vec::new()), last: StoredValue::new(0) };
        provide_context(toaster);
        toaster
    }

    /// Tells something. Called in the browser, after an answer.
    pub fn show(self, message: Message) {
        self.last.update_value(|last| *last += 1);
        let id = self.last.get_value();
        self.shown.update(|shown| shown.push((id, message)));
    }

    fn close(self, id: u32) {
        self.shown.update(|shown| shown.retain(|(other, _)| *other != id));
    }
}

/// The corner. It is always there, because only what changes in a live region is read out.
#[component]
pub fn Toasts(
    /// What it shows.
    of: Toaster,
) -> impl IntoView {
    view! {
        <div class="toasts" role="status">
            <For each=move || of.shown.get() key=|(id, _)| *id let((id, message))>
                <Toast message close=move || of.close(id)/>
            </For>
        </div>
    }
    .into_any()
}

/// One message. While the pointer or the focus is in it, its time stands still.
#[component]
pub fn Toast(
    /// What it says.
    message: Message,
    /// Takes it away.
    #[prop(into)]
    close: Callback<()>,
) -> impl IntoView {
    let Message { text, failed, remedy } = message;
    let timer = Timer::new();
    // The pointer and the focus can each be in it.
    let readers = StoredValue::new(0_u32);
    let start = move || {
        if !failed && readers.get_value() == 0 {
            timer.set(SHOWN_MILLIS, move || close.run(()));
        }
    };
    let arrive = move || {
        readers.update_value(|readers| *readers += 1);
        timer.clear();
    };
    let leave = move || {
        readers.update_value(|readers| *readers = readers.saturating_sub(1));
        start();
    };
    Effect::new(start);
    let remedy = remedy.map(|(words, act)| {
        let press = move |_| {
            act.run(());
            close.run(());
        };
        view! { <button class="button" type="button" data-size="small" on:click=press>{words}</button> }
    });
    let close = move |_| close.run(());
    view! {
        <div
            class="toast"
            data-kind=failed.then_some("danger")
            on:pointerenter=move |_| arrive()
            on:pointerleave=move |_| leave()
            on:focusin=move |_| arrive()
            on:focusout=move |_| leave()
        >
            <Icon name=if failed { "x-circle" } else { "check-circle" }/>
            <p>{text}</p>
            <div class="cluster" data-wrap="no">
                {remedy}
                <button
                    class="button"
                    type="button"
                    data-kind="plain"
                    data-size="small"
                    data-shape="icon"
                    aria-label=*CLOSE.here()
                    on:click=close
                >
                    <Icon name="x"/>
                </button>
            </div>
        </div>
    }
    .into_any()
}
