//! The filters: a form that is sent by GET, so that each search has an address, and links that change one filter each.
//! With JavaScript the form is sent as soon as the person chooses a filter.
use super::address::Address;
use super::words::TEXTS;
use crate::ui::icon::Icon;
use crate::words::event::EVENT;
use leptos::ev::{Event, SubmitEvent};
use leptos::html;
use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::use_navigate;
use portvakt_model::audit::reading::AuditQuery;
use portvakt_model::audit::{Action, EventOutcome, Subject};
use portvakt_model::id::AccountId;
use portvakt_model::page::Page;
use web_sys::FormData;

/// The filters above the list.
#[component]
pub(super) fn Filters(at: Memo<Address>) -> impl IntoView {
    let texts = TEXTS.here();
    let form = NodeRef::<html::Form>::new();
    let navigate = use_navigate();
    let apply = move || {
        if let Some(fields) = form.get_untracked().and_then(|form| FormData::new_with_form(&form).ok()) {
            let asked = AuditQuery::read(|name| fields.get(name).as_string());
            let to = Address { asked, ..Address::default() };
            navigate(&to.text(), NavigateOptions { scroll: false, ..NavigateOptions::default() });
        }
    };
    let send = apply.clone();
    view! {
        <form
            class="filters"
            role="search"
            aria-label=texts.search
            method="get"
            action=Page::Audit.path()
            node_ref=form
            on:submit=move |press: SubmitEvent| {
                press.prevent_default();
                send();
            }
            on:change=move |_: Event| apply()
        >
            <Person at/>
            <ul class="chips" role="list" aria-label=texts.filters>
                {Subject::ALL.map(|subject| subject_chip(at, subject))}
                {refused_chip(at)}
            </ul>
            <More at/>
            // Keeps the filters that the links set when the form is sent.
            <input type="hidden" name="subject" prop:value=move || at.get().asked.subject value=at.get_untracked().asked.subject/>
            <input type="hidden" name="outcome" prop:value=move || at.get().asked.outcome value=at.get_untracked().asked.outcome/>
            {move || (at.get().asked != AuditQuery::default()).then(|| view! {
                <a class="button" data-kind="plain" data-size="small" href=Page::Audit.path() data-noscroll="">{texts.clear}</a>
            })}
        </form>
    }
    .into_any()
}

/// The field for a person. If the search has an account's id instead, the field stays empty, and a chip above the list
/// shows the person's name.
#[component]
fn Person(at: Memo<Address>) -> impl IntoView {
    let texts = TEXTS.here();
    let typed = move |at: Address| if AccountId::parse(&at.asked.who).is_some() { String::new() } else { at.asked.who };
    view! {
        <div class="input-with">
            <Icon name="search"/>
            <input
                class="input"
                type="search"
                name="who"
                maxlength="254"
                autocomplete="off"
                spellcheck="false"
                placeholder=texts.person_hint
                aria-label=texts.person
                prop:value=move || typed(at.get())
                value=typed(at.get_untracked())
            />
        </div>
    }
    .into_any()
}

fn chip(is_set: Memo<bool>, to: Signal<String>, name: &'static str) -> AnyView {
    view! {
        <li>
            <a class="chip" href=move || to.get() aria-current=move || is_set.get().then_some("true") data-noscroll="">
                {name}
            </a>
        </li>
    }
    .into_any()
}

/// A link that sets the filter for a subject, or removes it.
fn subject_chip(at: Memo<Address>, subject: Subject) -> AnyView {
    let is_set = Memo::new(move |_| at.with(|at| at.asked.subject == subject.name()));
    let to = Signal::derive(move || {
        let name = if is_set.get() { "" } else { subject.name() };
        at.get().asking(|asked| name.clone_into(&mut asked.subject)).text()
    });
    chip(is_set, to, (TEXTS.here().subject)(subject))
}

fn refused_chip(at: Memo<Address>) -> AnyView {
    let refused = EventOutcome::Refused.name();
    let is_set = Memo::new(move |_| at.with(|at| at.asked.outcome == refused));
    let to = Signal::derive(move || {
        let name = if is_set.get() { "" } else { refused };
        at.get().asking(|asked| name.clone_into(&mut asked.outcome)).text()
    });
    chip(is_set, to, TEXTS.here().refused_only)
}

/// The less common filters. They are open if one of them is set.
#[component]
fn More(at: Memo<Address>) -> impl IntoView {
    let texts = TEXTS.here();
    let AuditQuery { action: chosen, from, until, .. } = at.get_untracked().asked;
    let is_open = [&chosen, &from, &until].iter().any(|field| !field.is_empty());
    let title = EVENT.here().title;
    let option = |action: Action| {
        view! { <option value=action.name() selected=action.name() == chosen>{title(action)}</option> }
    };
    let group = |subject: Subject| {
        let actions = Action::ALL.iter().copied().filter(move |action| action.subject() == subject);
        view! {
            <optgroup label=(texts.subject)(subject)>{actions.map(option).collect_view()}</optgroup>
        }
    };
    let day = |name: &'static str, label: &'static str, value: String, now: fn(AuditQuery) -> String| {
        view! {
            <div class="field">
                <label for=name>{label}</label>
                <input class="input" id=name name=name type="date" prop:value=move || now(at.get().asked) value=value/>
            </div>
        }
    };
    view! {
        <details class="more-filters" open=is_open>
            <summary class="chip" data-kind="add"><Icon name="plus"/>{texts.more}</summary>
            <div class="cluster" data-gap="3">
                <div class="field">
                    <label for="action">{texts.event}</label>
                    <select class="input" id="action" name="action" prop:value=move || at.get().asked.action>
                        <option value="">{texts.every_event}</option>
                        {Subject::ALL.map(group)}
                    </select>
                </div>
                {day("from", texts.from, from, |asked| asked.from)}
                {day("until", texts.until, until, |asked| asked.until)}
                <button class="button">{texts.show}</button>
            </div>
        </details>
    }
    .into_any()
}
