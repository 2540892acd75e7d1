//! The rows of the list of people, and the links to its other pages.
use super::words::{StateOf, WORDS};
use crate::ui::badge::Tag;
use crate::ui::icon::Icon;
use crate::ui::menu::MoreMenu;
use crate::ui::number::number;
use crate::ui::pager;
use crate::ui::table::{Acts, Cell, Column, Lead, Sorted, Table};
use crate::ui::time::TIME;
use crate::web::address::with_query;
use crate::words::language::Translated;
use crate::words::role::ROLE;
use leptos::prelude::*;
use leptos::wasm_bindgen::JsCast;
use portvakt_model::page::Page;
use portvakt_model::profile::initials;
use portvakt_model::user::{Act, ListedUser, Sort, UserQuery, UserState, Users, Where};
use web_sys::HtmlInputElement;

struct Texts {
    person: &'static str,
    status: &'static str,
    role: &'static str,
    last_sign_in: &'static str,
    acts: &'static str,
    acts_for: fn(&str) -> String,
    pick: fn(&str) -> String,
    picked: &'static str,
    pick_all: &'static str,
    shown: fn(&str, &str) -> String,
}

static TEXTS: Translated<Texts> = Translated {
    swedish: Texts {
        person: "Person",
        status: "Status",
        role: "Roll",
        last_sign_in: "Senast inloggad",
        acts: "Åtgärder",
        acts_for: |name| format!("Åtgärder för {name}"),
        pick: |name| format!("Markera {name}"),
        picked: "Markerad",
        pick_all: "Markera alla på sidan",
        shown: |shown, all| format!("{shown} av {all}"),
    },
    english: Texts {
        person: "Person",
        status: "Status",
        role: "Role",
        last_sign_in: "Last sign-in",
        acts: "Actions",
        acts_for: |name| format!("Actions for {name}"),
        pick: |name| format!("Select {name}"),
        picked: "Selected",
        pick_all: "Select all on this page",
        shown: |shown, all| format!("{shown} of {all}"),
    },
};

/// The number of ticked rows. Called in the browser.
pub(super) fn ticked() -> usize {
    boxes(ROWS).iter().filter(|row| row.checked()).count()
}

/// Unticks every row and the box that ticks all.
pub(super) fn untick() {
    for each in boxes(".pick input, thead input") {
        each.set_checked(false);
    }
}

const ROWS: &str = ".pick input";

fn boxes(which: &str) -> Vec<HtmlInputElement> {
    let Ok(found) = document().query_selector_all(which) else { return Vec::new() };
    (0..found.length()).filter_map(|at| found.item(at)?.dyn_into().ok()).collect()
}

/// One page of the list.
pub(super) fn table(users: Users, query: &UserQuery, ticked: Vec<String>) -> AnyView {
    let texts = TEXTS.here();
    let by = |sort: Sort| {
        let (is, descending) = (query.sort == sort, query.descending);
        let sorted = match (is, descending) {
            (false, _) => Sorted::No,
            (true, false) => Sorted::Ascending,
            (true, true) => Sorted::Descending,
        };
        // A list by last sign-in begins with the latest.
        let descending = if is { !descending } else { sort == Sort::LastSignIn };
        (
            sorted,
            with_query(
                Page::Users.path(),
                UserQuery { sort, descending, page: Where::First, ..query.clone() }.fields(),
            ),
        )
    };
    let pick_all = move |press: leptos::ev::Event| {
        let is = event_target_checked(&press);
        for row in boxes(ROWS) {
            row.set_checked(is);
        }
    };
    let head = view! {
        <th role="columnheader" scope="col" class="tight">
            <span class="vh">{texts.picked}</span>
            <input type="checkbox" class="needs-script" autocomplete="off" aria-label=texts.pick_all on:change=pick_all/>
        </th>
        <Column name=texts.person sort=by(Sort::Name)/>
        <Column name=texts.status/>
        <Column name=texts.role sort=by(Sort::Role)/>
        <Column name=texts.last_sign_in sort=by(Sort::LastSignIn) may_hide=true/>
        <Column name=texts.acts tight=true/>
    };
    let foot = foot(&users, query).unwrap_or_else(|| ().into_any());
    // People of the same name are told apart by their addresses.
    let names: Vec<String> = users.people.iter().map(|person| person.name.clone()).collect();
    let row = move |person: ListedUser| {
        let is_ticked = ticked.contains(&person.id.to_string());
        let is_only = names.iter().filter(|name| **name == person.name).count() == 1;
        let label = if is_only { person.name.clone() } else { format!("{}, {}", person.name, person.email) };
        row(person, &label, is_ticked)
    };
    view! {
        <Table label=WORDS.here().users head=head.into_any() foot=foot>
            {users.people.into_iter().map(row).collect_view()}
        </Table>
    }
    .into_any()
}

/// A person's row. `label` names the person in the row's controls.
fn row(person: ListedUser, label: &str, is_ticked: bool) -> AnyView {
    let (texts, words) = (TEXTS.here(), WORDS.here());
    let page = Page::User.of(person.id);
    let last = match &person.last_sign_in {
        Some(at) => view! { <time datetime=at.iso.clone()>{(TIME.here().alone)(at)}</time> }.into_any(),
        None if person.is_guest => "–".into_any(),
        None => words.never.into_any(),
    };
    let acts = person.may_act.then(|| menu(&person, label, &page));
    let ListedUser { id, name, email, role, state, is_guest, may_act, .. } = person;
    let picked = (texts.pick)(label);
    view! {
        <tr role="row">
            <td role="cell" class="pick tight">
                <label>
                    <input
                        type="checkbox"
                        form="bulk"
                        name="ids[]"
                        value=id.to_string()
                        checked=is_ticked
                        autocomplete="off"
                        disabled=!may_act
                    />
                    <span class="vh">{picked}</span>
                </label>
            </td>
            <Lead>
                <div class="person">
                    <span class="avatar" aria-hidden="true">{initials(&name)}</span>
                    <a href=page>{name}</a>
                    <small>{email}</small>
                </div>
            </Lead>
            <Cell of=texts.status><StateOf state/></Cell>
            <Cell of=texts.role>
                {ROLE.here()(role)}
                {is_guest.then(|| view! { " "<Tag word=words.guest/> })}
            </Cell>
            <Cell of=texts.last_sign_in may_hide=true>{last}</Cell>
            <Acts>{acts}</Acts>
        </tr>
    }
    .into_any()
}

/// The menu of acts on one person. An act that needs a reason is a link to the person's page.
fn menu(person: &ListedUser, label: &str, page: &str) -> AnyView {
    let words = WORDS.here();
    let at_once = |act: Act, icon: &'static str| {
        let one = format!("{}:{}", act.as_str(), person.id);
        view! { <li><button form="bulk" name="one" value=one><Icon name=icon/>{(words.act)(act)}</button></li> }
    };
    let asked = |act: Act, icon: &'static str| {
        let form = format!("{page}#{}", act.as_str());
        let kind = (act != Act::Restore).then_some("danger");
        view! { <li><a href=form data-kind=kind><Icon name=icon/>{(words.act)(act)}</a></li> }
    };
    let unlock = (person.state == UserState::Locked).then(|| at_once(Act::Unlock, "unlock"));
    let link = (!person.is_guest && person.state != UserState::Suspended).then(|| at_once(Act::SendResetLink, "key"));
    let sessions = (!person.is_guest).then(|| at_once(Act::EndSessions, "logout"));
    let place = if person.state == UserState::Suspended {
        asked(Act::Restore, "check").into_any()
    } else {
        asked(Act::Suspend, "pause").into_any()
    };
    let rule = (!person.is_guest).then(|| view! { <li><hr/></li> });
    let remove = person.is_guest.then(|| asked(Act::Remove, "x"));
    view! {
        <MoreMenu label=(TEXTS.here().acts_for)(label)>
            {unlock}{link}{sessions}{rule}{place}{remove}
        </MoreMenu>
    }
    .into_any()
}

/// The number of shown people, and links to the other pages.
fn foot(users: &Users, query: &UserQuery) -> Option<AnyView> {
    let texts = TEXTS.here();
    let Users { people, counts, previous, next } = users;
    // The total is known only if the list is filtered by nothing but the state.
    let all = if query.is_filtered() { query.state.map(|state| counts.of(state)) } else { Some(counts.all) };
    let all = all.filter(|_| query.q.trim().is_empty() && query.role.is_none());
    let shown = number(u64::try_from(people.len()).unwrap_or(u64::MAX));
    let shown = all.map(|all| (texts.shown)(&shown, &number(all)));
    let to = |page| with_query(Page::Users.path(), UserQuery { page, ..query.clone() }.fields());
    let ways = [
        previous.as_ref().map(|_| pager::first(to(Where::First))),
        previous.clone().map(|page| pager::previous(to(page))),
        next.clone().map(|page| pager::next(to(page))),
        next.as_ref().map(|_| pager::last(to(Where::Last))),
    ];
    let ways: Vec<_> = ways.into_iter().flatten().collect();
    (!ways.is_empty()).then(|| pager::foot(shown, ways))
}
