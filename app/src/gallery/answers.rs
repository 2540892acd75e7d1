//! The gallery's answers of a page: refusals, questions, messages.
use super::calls::TryInvitation;
use super::words::TEXTS;
use crate::ui::dialog::{CloseDialog, Dialog, OpenDialog};
use crate::ui::error_summary::ErrorSummary;
use crate::ui::form::field::Field;
use crate::ui::form::state::FormOf;
use crate::ui::form::{Form, Submit};
use crate::ui::icon::Icon;
use crate::ui::notice::Notice;
use crate::ui::toast::{Message, Toast, Toaster};
use crate::ui::tone::Tone;
use leptos::prelude::*;
use portvakt_model::page::Page;

/// The gallery's form.
pub type Asked = FormOf<TryInvitation>;

/// The buttons beside the heading.
pub fn actions() -> AnyView {
    let texts = TEXTS.here();
    view! {
        <a class="button" href=Page::Home.path()><Icon name="download"/>{texts.export}</a>
        <a class="button" data-kind="primary" href="#name" rel="external"><Icon name="plus"/>{texts.invite}</a>
    }
    .into_any()
}

/// The refusals, questions and messages.
#[component]
pub fn Answers(asked: Asked) -> impl IntoView {
    let texts = TEXTS.here();
    view! {
        <section aria-labelledby="s-summary">
            <h2 id="s-summary">{texts.s_summary}</h2>
            <Form of=asked keep="name email">
                <ErrorSummary of=asked labels=texts.labels/>
                <Field of=asked name="name" label=texts.labels[0].1 autocomplete="off"/>
                <Field of=asked name="email" label=texts.labels[1].1 hint=texts.email_hint kind="email" autocomplete="off"/>
                <Submit of=asked>{texts.send}</Submit>
            </Form>
        </section>
        <section aria-labelledby="s-dialog">
            <h2 id="s-dialog">{texts.s_dialog}</h2>
            <div class="cluster">
                <OpenDialog of="suspend" kind="danger-quiet" icon="pause">{texts.suspend}</OpenDialog>
            </div>
            <Dialog id="suspend" title=texts.suspend_question>
                <p>{texts.suspend_effect}</p>
                <form class="stack" method="dialog">
                    <div class="field">
                        <label for="reason">{texts.reason}" "<span class="optional">{texts.reason_goes}</span></label>
                        <input class="input" id="reason" autocomplete="off"/>
                    </div>
                    <div class="form-actions">
                        <CloseDialog of="suspend">{texts.keep}</CloseDialog>
                        <button class="button" data-kind="danger">{texts.suspend}</button>
                    </div>
                </form>
            </Dialog>
        </section>
        <section aria-labelledby="s-toasts">
            <h2 id="s-toasts">{texts.s_toasts}</h2>
            <Toasting/>
        </section>
        <section aria-labelledby="s-notices">
            <h2 id="s-notices">{texts.s_notices}</h2>
            <div class="stack" data-gap="2">
                {[Tone::Ok, Tone::Info, Tone::Warn, Tone::Danger, Tone::Quiet].into_iter().zip(texts.notices).map(
                    |(tone, (title, text))| view! { <Notice tone title=*title><p>{*text}</p></Notice> },
                ).collect_view()}
                <Notice tone=Tone::Warn icon="clock" title=texts.leaving>
                    <div class="form-actions"><button class="button" type="button" data-size="small">{texts.stay}</button></div>
                </Notice>
            </div>
        </section>
        <section aria-labelledby="s-buttons" data-wide="">
            <h2 id="s-buttons">{texts.s_buttons}</h2>
            <div class="cluster" data-gap="3">
                {["primary", "", "quiet", "plain", "danger", "danger-quiet"].into_iter().zip(texts.buttons).map(
                    |(kind, words)| view! {
                        <button class="button" type="button" data-kind=(!kind.is_empty()).then_some(kind)>{*words}</button>
                    },
                ).collect_view()}
                <button class="button" type="button" disabled>{texts.not_now}</button>
                <button class="button" type="button" data-kind="primary" aria-busy="true">
                    <span class="spinner" aria-hidden="true"></span>{texts.saving}
                </button>
            </div>
        </section>
    }
    .into_any()
}

/// The toasts, shown all the time, and a button that shows one for its eight seconds.
#[component]
fn Toasting() -> impl IntoView {
    let texts = TEXTS.here();
    let toaster = expect_context::<Toaster>();
    let again =
        Callback::new(move |()| toaster.show(Message { text: texts.locked_again.into(), failed: false, remedy: None }));
    let done = Message { text: texts.unlocked.into(), failed: false, remedy: Some((texts.undo.into(), again)) };
    let failed = Message { text: texts.not_sent.into(), failed: true, remedy: Some((texts.retry.into(), again)) };
    let (raised, stays) = (done.clone(), Callback::new(|()| ()));
    view! {
        <div class="cluster">
            <button class="button needs-script" type="button" on:click=move |_| toaster.show(raised.clone())>{texts.unlock}</button>
        </div>
        <div class="toasts stack" data-static="" data-gap="2">
            <Toast message=done close=stays/>
            <Toast message=failed close=stays/>
        </div>
    }
    .into_any()
}
