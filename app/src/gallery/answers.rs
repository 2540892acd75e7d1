//! The gallery's answers of a page: refusals and notices.
use super::calls::TryInvitation;
use super::words::TEXTS;
use crate::ui::error_summary::ErrorSummary;
use crate::ui::form::field::Field;
use crate::ui::form::state::FormOf;
use crate::ui::form::{Form, Submit};
use crate::ui::icon::Icon;
use crate::ui::notice::Notice;
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

/// The refusals and notices.
#[component]
pub fn Answers(asked: Asked) -> impl IntoView {
    let texts = TEXTS.here();
    view! {
        <section aria-labelledby="s-summary">
            <h2 id="s-summary">{texts.s_summary}</h2>
            <Form of=asked keep="name email">
                <ErrorSummary of=asked labels=texts.labels.to_vec()/>
                <Field of=asked name="name" label=texts.labels[0].1 autocomplete="off"/>
                <Field of=asked name="email" label=texts.labels[1].1 hint=texts.email_hint kind="email" autocomplete="off"/>
                <Submit of=asked>{texts.send}</Submit>
            </Form>
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
