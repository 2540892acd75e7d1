//! What saving would do, and to whom.
use super::words::TEXTS;
use super::{ChangePolicy, ShowPolicyEffect};
use crate::administration::ROLE;
use crate::ui::form::{FormOf, FormState, Submit};
use crate::ui::icon::Icon;
use crate::ui::number::number;
use leptos::prelude::*;
use portvakt_model::policy::impact::{Affected, Impact};
use portvakt_model::policy::{Change, Setting};
use portvakt_model::role::PrivilegeLevel;

/// The last answer to what would happen, else what is known of a proposal.
#[derive(Clone, Copy)]
pub(super) struct Preview {
    show: FormOf<ShowPolicyEffect>,
    proposed: StoredValue<Option<Impact>>,
}

impl Preview {
    pub(super) fn new(show: FormOf<ShowPolicyEffect>, proposed: Option<Impact>) -> Self {
        Self { show, proposed: StoredValue::new(proposed) }
    }

    /// Whether it was asked with something that is no rule.
    fn is_broken(self) -> bool {
        FormState::from(self.show).fault().is_some()
    }

    /// `None` if nothing is to be saved.
    fn now(self) -> Option<Impact> {
        let known = self.show.impact().or_else(|| self.proposed.get_value());
        known.filter(|effect| !effect.changes.is_empty() && !self.is_broken())
    }

    pub(super) fn view(self) -> AnyView {
        let texts = TEXTS.here();
        let about = move || match self.now() {
            _ if self.is_broken() => texts.unread,
            Some(_) => texts.if_saved_about,
            None => texts.nothing,
        };
        view! {
            <header><div><h2 id="impact">{texts.if_saved}</h2><p aria-live="polite">{about}</p></div></header>
            <div aria-live="polite">{move || self.now().map(shown)}</div>
        }
        .into_any()
    }

    /// The same in a line at the foot of a narrow window, where the rest is far below what is being changed.
    pub(super) fn bar(self, change: FormOf<ChangePolicy>) -> impl IntoView {
        let texts = TEXTS.here();
        move || {
            self.now().map(|Impact { changes, acting, .. }| {
                view! {
                    <div class="save-bar only-phone" role="region" aria-label=texts.unsaved>
                        <p><b>{(texts.changes)(changes.len())}</b>" "{(texts.acting)(acting, &number(acting))}</p>
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
    let Impact { changes, is_weaker, factors, passwords, sessions, guests, .. } = impact;
    let words = (texts.passwords_affected)(passwords.count);
    let ends = (texts.sessions_affected)(sessions.count);
    view! {
        <ul class="effects" role="list">
            {is_weaker.then(|| view! {
                <li data-kind="danger">
                    <span class="value"><Icon name="alert"/></span>
                    <b>{texts.weaker}</b>
                    <p>{texts.weaker_about}</p>
                </li>
            })}
            {affected(factors, texts.factors_affected, texts.factors_about)}
            {affected(passwords, words, texts.passwords_about)}
            {affected(sessions, ends, texts.sessions_about)}
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

fn affected(of: Affected, words: &'static str, about: &'static str) -> AnyView {
    let texts = TEXTS.here();
    let Affected { count, people, more } = of;
    let kind = if count == 0 { "ok" } else { "warn" };
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

/// One change in words.
pub(super) fn change(Change { level, setting, before, after }: Change) -> AnyView {
    let texts = TEXTS.here();
    let unit = (texts.setting)(setting).unit;
    let value = move |n: u32| match (setting, n) {
        (Setting::MaxAge, 0) => texts.never.to_owned(),
        (Setting::SecondFactor, 0) => texts.optional.to_lowercase(),
        (Setting::SecondFactor, 1) => texts.required.to_owned(),
        (Setting::SecondFactor, _) => texts.passkey_required.to_owned(),
        (Setting::Passwordless, 0) => texts.not_allowed.to_owned(),
        (Setting::Passwordless, _) => texts.allowed.to_owned(),
        _ => format!("{n} {unit}"),
    };
    let of_level = (level != PrivilegeLevel::Standard).then(|| format!("{}: ", (texts.level)(level)));
    view! {
        <li>
            <span>{of_level}{(texts.setting)(setting).label}</span>
            <del>{value(before)}</del>
            "→"
            <ins>{value(after)}</ins>
        </li>
    }
    .into_any()
}
