//! One event, beside the list if there is room, else over it. The open event is in the page's address, so the drawer
//! opens and closes without JavaScript. A script adds Escape, and moves the focus into the drawer and back.
use super::address::Address;
use super::chain::count;
use super::list::link_id;
use super::words::TEXTS;
use crate::ui::badge::Seal;
use crate::ui::icon::Icon;
use crate::ui::notice::Notice;
use crate::ui::time::TIME;
use crate::ui::tone::Tone;
use crate::web::api::ApiError;
use crate::web::load::Loaded;
use crate::words::event::EVENT;
use leptos::ev::KeyboardEvent;
use leptos::html;
use leptos::prelude::*;
use leptos::wasm_bindgen::JsCast;
use leptos_router::NavigateOptions;
use leptos_router::hooks::use_navigate;
use portvakt_model::audit::reading::{Actor, Changed, Detail, Who};
use portvakt_model::fault::{Fault, Refusal};
use web_sys::HtmlElement;

/// The list and the open event.
#[component]
pub(super) fn Drawer(
    at: Memo<Address>,
    detail: Loaded<Option<Result<Detail, ApiError>>>,
    /// The list.
    children: Children,
) -> impl IntoView {
    let navigate = use_navigate();
    let close = move |press: KeyboardEvent| {
        if let Some(seq) = at.get_untracked().event.filter(|_| press.key() == "Escape") {
            let to = at.get_untracked().with_event(None).text();
            navigate(&to, NavigateOptions { scroll: false, ..NavigateOptions::default() });
            focus(&link_id(seq));
        }
    };
    view! {
        <div class="with-drawer" on:keydown=close>
            {children()}
            <Transition>
                {move || Suspend::new(async move {
                    match detail.await {
                        None => None,
                        Some(Ok(detail)) => Some(shown(at, &detail)),
                        Some(Err(ApiError(fault))) => Some(missing(at, &fault)),
                    }
                })}
            </Transition>
        </div>
    }
    .into_any()
}

fn focus(id: &str) {
    let element = document().get_element_by_id(id).and_then(|e| e.dyn_into::<HtmlElement>().ok());
    if let Some(element) = element {
        let _ = element.focus();
    }
}

fn frame(at: Memo<Address>, seq: Option<i64>, title: String, about: AnyView, body: AnyView) -> AnyView {
    let heading = NodeRef::<html::H2>::new();
    Effect::new(move || {
        if let Some(heading) = heading.get() {
            let _ = heading.focus();
        }
    });
    let link = seq.map(link_id).unwrap_or_default();
    let closed = {
        let link = link.clone();
        move || format!("{}#{link}", at.get().with_event(None).text())
    };
    view! {
        <aside class="drawer" id="event" aria-labelledby="event-title">
            <header>
                <div>
                    <h2 id="event-title" tabindex="-1" node_ref=heading>{title}</h2>
                    <p>{about}</p>
                </div>
                <a
                    class="button"
                    data-kind="plain"
                    data-shape="icon"
                    href=closed
                    aria-label=TEXTS.here().close
                    data-noscroll=""
                    on:click=move |_| focus(&link)
                >
                    <Icon name="x"/>
                </a>
            </header>
            <div class="body" tabindex="0" role="group" aria-labelledby="event-title">{body}</div>
        </aside>
    }
    .into_any()
}

fn missing(at: Memo<Address>, fault: &Fault) -> AnyView {
    let texts = TEXTS.here();
    let (title, text) = match fault {
        Fault::Refused(Refusal::NotFound) => (texts.no_entry, texts.no_entry_next.to_owned()),
        fault => {
            let words = crate::ui::words::WORDS.here();
            ((words.title)(fault), (words.advice)(fault))
        }
    };
    frame(at, None, title.to_owned(), ().into_any(), view! { <p>{text}</p> }.into_any())
}

fn shown(at: Memo<Address>, detail: &Detail) -> AnyView {
    let (texts, words) = (TEXTS.here(), EVENT.here());
    let entry = &detail.entry;
    let title = entry.action.map_or(words.unknown, words.title).to_owned();
    let time = format!("{}, {}", (TIME.here().day)(&entry.at), (TIME.here().clock)(&entry.at));
    let about = view! {
        {(texts.entry)(&count(entry.seq))}" · "<time datetime=entry.at.iso.clone()>{time}</time>
    };
    let fact = |name: &'static str, what: AnyView| view! { <div><dt>{name}</dt><dd>{what}</dd></div> };
    let actor = if let Actor::Person(who) = &entry.actor { Some(who) } else { None };
    let who = fact(texts.who, person(actor, words.actor(entry)));
    let whom = entry.target.as_ref().filter(|whom| actor.is_none_or(|actor| actor.account != whom.account));
    let whom = whom.map(|who| fact(texts.done_to, person(Some(who), words.target(entry).unwrap_or_default())));
    let seen = words.seen(&entry.seen).map(|(network, device)| {
        let between = if network.is_empty() { "" } else { ", " };
        fact(texts.place, view! { {network}{between}{device} }.into_any())
    });
    let request = detail.reference.map(|id| fact(texts.request, view! { <code>{id.to_string()}</code> }.into_any()));
    let changes: Vec<_> = entry.changes.iter().chain(&detail.personal).cloned().collect();
    let body = view! {
        <p>{words.told(entry, None)}"."</p>
        <dl class="facts">{who}{whom}{seen}{request}</dl>
        {(!changes.is_empty()).then(|| diff(changes))}
        {detail.is_erased.then(|| view! { <p class="soft">{texts.erased}</p> })}
        {place(at, detail)}
    };
    frame(at, Some(entry.seq), title, about.into_any(), body.into_any())
}

/// A person's name, as a link to all events that they did or that were done to them.
fn person(who: Option<&Who>, name: String) -> AnyView {
    let Some(who) = who else { return name.into_any() };
    let account = who.account.to_string();
    let to = Address::default().asking(|asked| asked.who = account).text();
    let way = TEXTS.here().only_theirs;
    view! { <a class="wrap-any" href=to>{name}<span class="vh">": "{way}</span></a> }.into_any()
}

/// The values of each changed field, before and after.
fn diff(changes: Vec<Changed>) -> AnyView {
    let (texts, words) = (TEXTS.here(), EVENT.here());
    let change = |change: Changed| {
        let (field, before, after) = words.change(&change);
        let wide = (before.is_none() || after.is_none()).then_some("2");
        view! {
            <tr><th scope="row" colspan="2">{field}</th></tr>
            <tr>
                {before.map(|before| view! { <td class="out" colspan=wide><span class="vh">{texts.before}</span>{before}</td> })}
                {after.map(|after| view! { <td class="in" colspan=wide><span class="vh">{texts.after}</span>{after}</td> })}
            </tr>
        }
    };
    view! {
        <table class="diff">
            <caption>{texts.changes}</caption>
            <tbody>{changes.into_iter().map(change).collect_view()}</tbody>
        </table>
    }
    .into_any()
}

/// The event's place in the chain, and whether the event is as it was written.
fn place(at: Memo<Address>, detail: &Detail) -> AnyView {
    let texts = TEXTS.here();
    let seq = detail.entry.seq;
    let known = if detail.is_intact {
        view! { <p><Seal word=texts.intact proof=texts.intact_proof/></p> }.into_any()
    } else {
        view! { <Notice tone=Tone::Danger icon="alert" title=texts.altered alert=true><p>{texts.altered_next}</p></Notice> }
            .into_any()
    };
    let this = if detail.before.is_some() { texts.this_entry } else { texts.first };
    let before = detail.before.as_deref().map(|hash| {
        let to = move || format!("{}#event", at.get().with_event(Some(seq - 1)).text());
        let name = (texts.entry)(&count(seq - 1));
        view! { <li><div><b><a href=to data-noscroll="">{name}</a></b><br/><code>{in_groups(hash)}</code></div></li> }
    });
    view! {
        <section class="stack" data-gap="2">
            <h3>{texts.in_chain}</h3>
            {known}
            <ol class="chain" role="list">
                <li aria-current="true"><div><b>{this}</b><br/><code>{in_groups(&detail.hash)}</code></div></li>
                {before}
            </ol>
        </section>
    }
    .into_any()
}

/// A hash in groups, so that people can compare it: `9c41 e07a …`.
fn in_groups(hash: &str) -> String {
    let digits: Vec<_> = hash.chars().collect();
    digits.chunks(4).map(|four| four.iter().collect::<String>()).collect::<Vec<_>>().join(" ")
}

#[test]
fn a_hash_is_told_four_digits_at_a_time() {
    assert_eq!(in_groups("9c41e07a52"), "9c41 e07a 52");
    assert_eq!(in_groups(""), "");
}
