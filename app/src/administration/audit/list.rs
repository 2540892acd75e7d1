//! The list of the found events, grouped by day.
use super::address::Address;
use super::chain::count;
use super::words::TEXTS;
use crate::ui::badge::{Standing, Status};
use crate::ui::empty_state::EmptyState;
use crate::ui::icon::Icon;
use crate::ui::table::{Cell, Column, Lead, Table};
use crate::ui::time::TIME;
use crate::words::event::{EVENT, by_themselves};
use leptos::prelude::*;
use portvakt_model::audit::reading::{AuditQuery, Entry, EventOrigin, Log};
use portvakt_model::audit::{EventOutcome, Field};
use portvakt_model::page::Page;

/// The id of the link that opens an event. The focus returns there when the event is closed.
pub(super) fn link_id(seq: i64) -> String {
    format!("event-{seq}")
}

/// The found events, or the reason why there are none.
pub(super) fn found(at: Memo<Address>, log: Log) -> AnyView {
    let texts = TEXTS.here();
    let person = log.person.as_ref().map(|who| {
        let name = who.name.clone().unwrap_or_else(|| texts.this_person.to_owned());
        let without = at.get_untracked().asking(|asked| asked.who.clear()).text();
        view! {
            <p class="cluster only">
                <a class="chip" data-set="" href=without data-noscroll="">{(texts.only)(&name)}<Icon name="x"/></a>
            </p>
        }
    });
    let list = if log.too_many {
        nothing(texts.too_many, texts.too_many_next, true)
    } else if log.entries.is_empty() {
        let at = at.get_untracked();
        if at.asked == AuditQuery::default() {
            nothing(texts.none, texts.none_next, false)
        } else {
            nothing(texts.no_match, texts.no_match_next, true)
        }
    } else {
        table(at, log.entries, log.older, &log.zone)
    };
    view! { <div><h2 class="vh">{texts.events}</h2>{person}{list}</div> }.into_any()
}

fn nothing(title: &'static str, next: &'static str, filtered: bool) -> AnyView {
    let texts = TEXTS.here();
    let way = if filtered { texts.clear } else { texts.newest };
    view! {
        <div class="panel">
            <EmptyState icon=if filtered { "search" } else { "log" } title filtered>
                <p>{next}</p>
                <div class="form-actions"><a class="button" href=Page::Audit.path()>{way}</a></div>
            </EmptyState>
        </div>
    }
    .into_any()
}

fn table(at: Memo<Address>, entries: Vec<Entry>, older: Option<i64>, zone: &str) -> AnyView {
    let texts = TEXTS.here();
    let head = view! {
        <Column name=texts.time/>
        <Column name=texts.event/>
        <Column name=texts.who/>
        <Column name=texts.what/>
        <Column name=texts.place may_hide=true/>
        <Column name=texts.outcome/>
    };
    let here = at.get_untracked();
    let newest = here.before.map(|_| {
        let to = here.asking(|_| ()).text();
        view! { <a class="button" data-size="small" href=to>{texts.newest}</a> }
    });
    let older = older.map(|older| {
        let to = Address { before: Some(older), event: None, ..here.clone() }.text();
        view! { <a class="button" data-size="small" href=to rel="next">{texts.older}</a> }
    });
    let foot = view! {
        <div class="table-foot">
            <span>{(texts.zone)(zone)}</span>
            <span class="cluster">{newest}{older}</span>
        </div>
    };
    let mut day = None;
    let rows = entries.into_iter().map(|entry| {
        let this_day = (entry.at.year, entry.at.month, entry.at.day);
        let head = (day.replace(this_day) != Some(this_day)).then(|| {
            let name = (TIME.here().day)(&entry.at);
            view! { <tr class="day" role="row"><th role="rowheader" colspan="6" scope="rowgroup">{name}</th></tr> }
        });
        view! { {head}{row(at, &entry)} }
    });
    let rows = rows.collect_view();
    view! {
        <Table label=texts.events head=head.into_any() fine=true foot=foot.into_any()>{rows}</Table>
    }
    .into_any()
}

fn row(at: Memo<Address>, entry: &Entry) -> AnyView {
    let (texts, words) = (TEXTS.here(), EVENT.here());
    let seq = entry.seq;
    let is_open = move || at.with(|at| at.event == Some(seq)).to_string();
    let to = move || format!("{}#event", at.get().with_event(Some(seq)).text());
    let title = entry.action.map_or(words.unknown, words.title);
    let outcome = entry.action.map(|action| {
        let outcome = action.outcome();
        let is = if outcome == EventOutcome::Done { Standing::Done } else { Standing::Failed };
        view! { <Status is word=(texts.outcomes)(outcome)/> }
    });
    let network = match &entry.seen {
        EventOrigin::From { network, .. } => view! { <code>{network.clone()}</code> }.into_any(),
        _ => words.seen(&entry.seen).map(|(_, words)| words).into_any(),
    };
    let (who, what) = (words.actor(entry), about(entry));
    view! {
        <tr role="row" aria-selected=is_open>
            <td role="cell" class="tight" data-label=texts.time>
                <time class="num" datetime=entry.at.iso.clone()>{(TIME.here().clock)(&entry.at)}</time>
            </td>
            <Lead><a id=link_id(seq) href=to data-noscroll="">{title}</a></Lead>
            <Cell of=texts.who><span class="wrap-any">{who}</span></Cell>
            <Cell of=texts.what><span class="wrap-any">{what}</span></Cell>
            <Cell of=texts.place may_hide=true>{network}</Cell>
            <Cell of=texts.outcome>{outcome}</Cell>
        </tr>
    }
    .into_any()
}

/// The person or thing that the event is about, in a word. For an event in which the actor is also the target, only the
/// thing.
fn about(entry: &Entry) -> Option<String> {
    const THINGS: [Field; 5] = [Field::Organisation, Field::Product, Field::Name, Field::Role, Field::Tries];
    let words = EVENT.here();
    let thing = || THINGS.iter().find_map(|field| Some(words.value(field.name(), entry.after(*field)?)));
    let people = || entry.after(Field::People).and_then(|people| people.parse().ok()).map(count);
    if by_themselves(entry) { thing() } else { words.target(entry).or_else(thing).or_else(people) }
}
