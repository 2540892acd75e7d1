//! The result of the chain's last check, and the button that starts another.
use super::calls::VerifyAudit;
use super::words::TEXTS;
use crate::ui::badge::Seal;
use crate::ui::form::state::FormOf;
use crate::ui::form::{Form, Submit};
use crate::ui::icon::Icon;
use crate::ui::notice::Notice;
use crate::ui::number::number;
use crate::ui::time::TIME;
use crate::ui::tone::Tone;
use crate::web::api::ApiError;
use crate::web::load::Loaded;
use leptos::prelude::*;
use portvakt_model::audit::reading::Check;

/// An event's number, or a number of events. Neither is negative.
pub(super) fn count(n: i64) -> String {
    number(n.unsigned_abs())
}

/// The result of the chain's last check.
#[component]
pub(super) fn Chain(check: Loaded<Result<Check, ApiError>>) -> impl IntoView {
    let texts = TEXTS.here();
    let moment = TIME.here().moment;
    let shown = move |check: Check| match check {
        Check::Never => texts.never.into_any(),
        Check::Running => texts.running.into_any(),
        Check::Unfinished { at } => (texts.unfinished)(&moment(&at)).into_any(),
        Check::Whole { events, at } => {
            let proof = (texts.whole_proof)(&count(events), &moment(&at));
            view! { <Seal word=texts.whole proof/> }.into_any()
        }
        Check::Broken { .. } => texts.broken.into_any(),
    };
    // A fault is shown in the place of the list.
    view! { <Transition>{move || Suspend::new(async move { check.await.ok().map(shown) })}</Transition> }
}

/// The fault in the chain, if the last check found one.
#[component]
pub(super) fn Broken(check: Loaded<Result<Check, ApiError>>) -> impl IntoView {
    let texts = TEXTS.here();
    let shown = move |check: Check| {
        let Check::Broken { seq, fault, at } = check else { return None };
        let found = (texts.broken_next)(&(TIME.here().moment)(&at));
        Some(view! {
            <Notice tone=Tone::Danger icon="alert" title=texts.broken alert=true>
                <p>{(texts.broken_how)(fault, &count(seq))}" "{found}</p>
            </Notice>
        })
    };
    view! { <Transition>{move || Suspend::new(async move { check.await.ok().and_then(shown) })}</Transition> }
}

/// The button that checks the chain.
#[component]
pub(super) fn VerifyNow(of: FormOf<VerifyAudit>) -> impl IntoView {
    view! {
        <Form of>
            <Submit of fill=false kind=None><Icon name="refresh"/>{TEXTS.here().verify}</Submit>
        </Form>
    }
}
