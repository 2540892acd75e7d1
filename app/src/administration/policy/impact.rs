//! The effect of a save on the members.
use super::calls::{ChangePolicy, ShowPolicyEffect};
use super::confirmation::Confirmation;
use super::words::TEXTS;
use crate::ui::form::Submit;
use crate::ui::form::state::{FormOf, FormState};
use crate::ui::icon::Icon;
use crate::ui::number::number;
use crate::words::role::ROLE;
use crate::words::setting::SETTING;
use leptos::prelude::*;
use portvakt_model::fault::{Fault, Refusal};
use portvakt_model::policy::Change;
use portvakt_model::policy::impact::{Affected, Impact};

/// The panel with the effect: the last answer, or else the known effect of a proposal.
#[derive(Clone, Copy)]
pub(super) struct Preview {
    show: FormOf<ShowPolicyEffect>,
    change: FormState,
    proposed: StoredValue<Option<Impact>>,
    pub(super) confirmation: Confirmation,
}

impl Preview {
    pub(super) fn new(show: FormOf<ShowPolicyEffect>, change: FormOf<ChangePolicy>, proposed: Option<Impact>) -> Self {
        // After a refused post without JavaScript the fields hold the typed rules, not the proposal.
        let proposed = proposed.filter(|_| FormState::from(change).fault().is_none());
        let proposed = StoredValue::new(proposed);
        Self { show, change: change.into(), proposed, confirmation: Confirmation::new(change, show, proposed) }
    }

    /// The effect to show. `None` if a save would change nothing, or if its effect is unknown.
    fn now(self) -> Option<Impact> {
        let known = self.show.impact().or_else(|| self.proposed.get_value());
        known.filter(|effect| !effect.changes.is_empty() && FormState::from(self.show).fault().is_none())
    }

    pub(super) fn view(self) -> AnyView {
        let texts = TEXTS.here();
        let about = move || match (FormState::from(self.show).fault(), self.now()) {
            (Some(Fault::Refused(Refusal::Fields(_))), _) => texts.unread,
            (Some(_), _) => texts.uncounted,
            (None, Some(_)) => texts.if_saved_about,
            // Without JavaScript the typed rules are still in the fields, but their effect was not asked for.
            (None, None) if self.change.fault().is_some() && !FormState::from(self.show).is_answered() => {
                texts.uncounted
            }
            (None, None) => texts.nothing,
        };
        view! {
            <header><div><h2 id="impact">{texts.if_saved}</h2><p aria-live="polite">{about}</p></div></header>
            <div aria-live="polite">{move || self.now().map(shown)}</div>
        }
        .into_any()
    }

    /// The effect in one line at the foot of a narrow window, because there the panel is far below the fields.
    pub(super) fn bar(self, change: FormOf<ChangePolicy>) -> impl IntoView {
        let texts = TEXTS.here();
        let effect = Memo::new(move |_| self.now());
        // The bar stays in the page when its numbers change, because its buttons may have the focus.
        let is_there = Memo::new(move |_| effect.with(Option::is_some));
        let changes = move || effect.with(|effect| effect.as_ref().map(|effect| (texts.changes)(effect.changes.len())));
        let acting = move || {
            let of = |Impact { acting, guests, .. }: &Impact| (texts.acting)(*acting, &number(*acting), *guests);
            effect.with(|effect| effect.as_ref().map(of))
        };
        let locked_out = move || {
            let at_risk = effect.with(|effect| effect.as_ref().map(Impact::may_be_locked_out));
            at_risk.map(|at_risk| (texts.locked_out_short)(at_risk, &number(at_risk)))
        };
        move || {
            is_there.get().then(|| {
                view! {
                    <div class="save-bar" role="region" aria-label=texts.unsaved>
                        <p><b>{changes}</b>" "{acting}" "{locked_out}</p>
                        <span class="cluster fill" data-wrap="no">
                            <a class="button fill" href="#impact">{texts.see_who}</a>
                            <Submit of=change>{texts.save_short}</Submit>
                        </span>
                    </div>
                }
            })
        }
    }
}

fn shown(impact: Impact) -> AnyView {
    let texts = TEXTS.here();
    let Impact { changes, is_weaker, factors, passwords, sessions, locked_out, guests, guests_at_risk, .. } = impact;
    let words = (texts.passwords_affected)(passwords.count);
    let ends = (texts.sessions_affected)(sessions.count);
    let locked = (texts.locked_out)(locked_out.count);
    view! {
        <ul class="effects" role="list">
            {is_weaker.then(|| view! {
                <li data-kind="danger">
                    <span class="value"><Icon name="alert"/></span>
                    <b>{texts.weaker}</b>
                    <p>{texts.weaker_about}</p>
                </li>
            })}
            {affected(factors, "warn", texts.factors_affected, texts.factors_about)}
            {affected(passwords, "warn", words, texts.passwords_about)}
            {affected(sessions, "warn", ends, texts.sessions_about)}
            {affected(locked_out, "danger", locked, texts.locked_out_about)}
            {(guests_at_risk > 0).then(|| view! {
                <li data-kind="danger">
                    <span class="value">{number(guests_at_risk)}</span>
                    <b>{(texts.guests_locked_out)(guests_at_risk)}</b>
                    <p>{texts.guests_locked_out_about}</p>
                </li>
            })}
            {(guests > 0).then(|| view! {
                <li>
                    <span class="value">{number(guests)}</span>
                    <b>{(texts.guests_affected)(guests)}</b>
                    <p>{texts.guests_about}</p>
                </li>
            })}
        </ul>
        <ul class="changes" role="list">{changes.into_iter().map(change).collect_view()}</ul>
    }
    .into_any()
}

fn affected(of: Affected, kind: &'static str, words: &'static str, about: &'static str) -> AnyView {
    let texts = TEXTS.here();
    let Affected { count, people, more } = of;
    let kind = if count == 0 { "ok" } else { kind };
    let person = |(name, role)| {
        view! { <li><span class="clip">{name}" "<small>{ROLE.here()(role)}</small></span></li> }
    };
    view! {
        <li data-kind=kind>
            <span class="value">{number(count)}</span>
            <b>{words}</b>
            {(count > 0).then(|| view! {
                <p>{about}</p>
                <details class="names">
                    <summary><Icon name="right"/>{texts.who}</summary>
                    <ul role="list">
                        {people.into_iter().map(person).collect_view()}
                        {(more > 0).then(|| view! { <li>{(texts.more)(&number(more))}</li> })}
                    </ul>
                </details>
            })}
        </li>
    }
    .into_any()
}

/// A change in words.
pub(super) fn change(Change { level, setting, before, after }: Change) -> AnyView {
    let words = SETTING.here();
    let value = |n| words.value(setting, n);
    view! {
        <li>
            <span>{words.label_of(level, setting)}</span>
            <del>{value(before)}</del>
            "→"
            <ins>{value(after)}</ins>
        </li>
    }
    .into_any()
}
