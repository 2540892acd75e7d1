//! The page that lists an organisation's people, finds them, and acts on them.
mod table;
pub mod words;

use crate::administration::rooms::administration;
use crate::shell::work::WorkShell;
use crate::ui::empty_state::EmptyState;
use crate::ui::fault::PageFault;
use crate::ui::form::Form;
use crate::ui::form::field::Field;
use crate::ui::form::state::FormOf;
use crate::ui::icon::Icon;
use crate::ui::number::number;
use crate::ui::page_head::PageHead;
use crate::ui::timer::Timer;
use crate::web::address::{use_query, with_query};
use crate::web::api::ApiError;
use crate::web::load::{Loaded, load};
use crate::words::language::Translated;
use crate::words::role::ROLE;
use leptos::html;
use leptos::prelude::*;
use leptos::wasm_bindgen::JsCast;
use leptos_router::NavigateOptions;
use leptos_router::hooks::use_navigate;
use portvakt_model::flash::Outcome;
use portvakt_model::id::AccountId;
use portvakt_model::page::Page;
use portvakt_model::role::Role;
use portvakt_model::user::{Act, UserQuery, UserState, Users, Where};
use table::{table, ticked, untick};
use words::{Told, WORDS};

/// Milliseconds without typing after which the search begins.
const PAUSE_MILLIS: u32 = 200;

struct Texts {
    count: fn(u64) -> String,
    /// The number of people found, whether there are more on other pages, and the number of all.
    found: fn(u64, bool, u64) -> String,
    export: &'static str,
    invite: &'static str,
    search: &'static str,
    placeholder: &'static str,
    find: &'static str,
    status: &'static str,
    all: &'static str,
    invited: &'static str,
    role: &'static str,
    any_role: &'static str,
    acts: &'static str,
    ticked: fn(usize) -> String,
    clear: &'static str,
    nobody: &'static str,
    nobody_next: &'static str,
    show_all: &'static str,
}

static TEXTS: Translated<Texts> = Translated {
    swedish: Texts {
        count: |count| format!("{} {}", number(count), if count == 1 { "person" } else { "personer" }),
        found: |shown, more, all| {
            let (least, shown, all) = (if more { "Fler än " } else { "" }, number(shown), number(all));
            format!("{least}{shown} av {all} personer")
        },
        export: "Exportera",
        invite: "Bjud in",
        search: "Sök bland användare",
        placeholder: "Namn eller e-post",
        find: "Sök",
        status: "Status",
        all: "Alla",
        invited: "Inbjudna",
        role: "Roll",
        any_role: "Alla roller",
        acts: "Åtgärder för de markerade",
        ticked: |count| match count {
            0 => "Markerade".to_owned(),
            1 => "1 markerad".to_owned(),
            count => format!("{count} markerade"),
        },
        clear: "Avmarkera",
        nobody: "Inga träffar",
        nobody_next: "Prova början av ett annat namn eller en annan adress, eller ta bort något av filtren.",
        show_all: "Visa alla",
    },
    english: Texts {
        count: |count| format!("{} {}", number(count), if count == 1 { "person" } else { "people" }),
        found: |shown, more, all| {
            let (least, shown, all) = (if more { "More than " } else { "" }, number(shown), number(all));
            format!("{least}{shown} of {all} people")
        },
        export: "Export",
        invite: "Invite people",
        search: "Search users",
        placeholder: "Name or email",
        find: "Search",
        status: "Status",
        all: "All",
        invited: "Invited",
        role: "Role",
        any_role: "All roles",
        acts: "Actions for selected users",
        ticked: |count| match count {
            0 => "Selected".to_owned(),
            count => format!("{count} selected"),
        },
        clear: "Clear",
        nobody: "No matches",
        nobody_next: "Try the beginning of another name or address, or remove one of the filters.",
        show_all: "Show all",
    },
};

/// A page of the people of the organisation in which the caller acts.
///
/// # Errors
/// As [`portvakt_core::user::list`].
#[server(prefix = "/rpc", endpoint = "list_users")]
pub async fn list_users(query: UserQuery) -> Result<Users, ApiError> {
    let (core, person) = crate::web::request::signed_in()?;
    Ok(portvakt_core::user::list(&core, &person, &query).await?)
}

/// Does something to those who are ticked, or to one of them.
///
/// # Errors
/// As [`portvakt_core::user::act`].
#[server(prefix = "/rpc", endpoint = "act_on_users")]
pub async fn act_on_users(
    #[server(default)] act: String,
    #[server(default)] ids: Vec<String>,
    #[server(default)] one: String,
    #[server(default)] reason: String,
) -> Result<Outcome, ApiError> {
    use portvakt_model::fault::Refusal;
    use portvakt_model::user::chosen;
    let (core, person) = crate::web::request::signed_in()?;
    let (act, ids) = chosen(&act, &ids, &one).ok_or(Refusal::NotFound)?;
    Ok(Outcome::Reported(portvakt_core::user::act(&core, &person, act, &ids, &reason).await?))
}

/// Where the list is taken out as a file, by its own query.
#[cfg(feature = "ssr")]
pub const EXPORT: &str = "/admin/users/export";

/// Redirects to the list as a file, if the caller has proven their identity lately.
///
/// # Errors
/// As [`portvakt_core::user::prepare_export`].
#[server(prefix = "/rpc", endpoint = "prepare_export")]
pub async fn prepare_export(#[server(default)] query: String) -> Result<(), ApiError> {
    use portvakt_model::local_path::LocalPath;
    let (core, person) = crate::web::request::signed_in()?;
    portvakt_core::user::prepare_export(&core, &person).await?;
    crate::web::api::redirect(&LocalPath::parse(&format!("{EXPORT}{query}")).unwrap_or_default());
    Ok(())
}

/// Lists people, and does something to several of them.
#[derive(Clone, Copy)]
pub(crate) struct UsersPage {
    query: Memo<UserQuery>,
    users: Loaded<Result<Users, ApiError>>,
    act: FormOf<ActOnUsers>,
    export: FormOf<PrepareExport>,
}

impl UsersPage {
    pub(crate) fn new() -> Self {
        let (fields, act) = (use_query(), FormOf::<ActOnUsers>::new());
        let query = Memo::new(move |_| fields.with(|fields| UserQuery::read(|name| fields.get(name))));
        let changes = act.changes();
        let users = load(move || (query.get(), changes.get()), |(query, _)| list_users(query));
        Self { query, users, act, export: FormOf::new() }
    }

    pub(crate) fn view(self) -> AnyView {
        let UsersPage { query, users, act, export } = self;
        let count = RwSignal::new(0);
        // New rows take the places of the earlier ones, so a tick would move to another person. If the people change,
        // the ticks are removed.
        Effect::new(move |before: Option<Vec<AccountId>>| {
            let ids = |users: &Users| users.people.iter().map(|person| person.id).collect::<Vec<_>>();
            let now = users.with(|users| users.as_ref().and_then(|users| users.as_ref().ok()).map(ids));
            let Some(now) = now else { return before.unwrap_or_default() };
            if before.is_some_and(|before| !before.is_empty() && before != now) {
                untick();
            }
            count.set(ticked());
            now
        });
        // A search changes the list while the focus is in its field, so a screen reader is told what it found.
        let announced = RwSignal::new(String::new());
        Effect::new(move |before: Option<String>| {
            let found = users.with(|found| found.as_ref()?.as_ref().ok().map(|found| count_of(found, &query.get())));
            let now = found.unwrap_or_else(|| before.clone().unwrap_or_default());
            if before.is_some_and(|before| !before.is_empty() && before != now) {
                announced.set(now.clone());
            }
            now
        });
        view! {
            <WorkShell area=administration()>
                <p class="vh" role="status">{announced}</p>
                <Transition>
                    {move || Suspend::new(async move {
                        head(users.await.ok().map(|users| count_of(&users, &query.get())))
                    })}
                </Transition>
                <Form of=export id="export">
                    <input
                        type="hidden"
                        name="query"
                        value=move || with_query("", UserQuery { page: Where::First, ..query.get() }.fields())
                    />
                </Form>
                <Search query>
                    <Transition>
                        {move || Suspend::new(async move { users.await.ok().map(|users| chips(&users, &query.get())) })}
                    </Transition>
                </Search>
                <div class="outcome">
                    {move || act.report().map(|report| view! { <Told report/> })}
                    <Bulk act count/>
                </div>
                <div on:change=move |_| count.set(ticked())>
                    <Transition>
                        {move || Suspend::new(async move {
                            match users.await {
                                Ok(users) => shown(users, &query.get(), act),
                                Err(ApiError(fault)) => view! { <PageFault fault/> }.into_any(),
                            }
                        })}
                    </Transition>
                </div>
            </WorkShell>
        }
        .into_any()
    }
}

/// How many people there are, or how many of them a search has found.
fn count_of(users: &Users, query: &UserQuery) -> String {
    let (texts, all) = (TEXTS.here(), users.counts.all);
    if query.q.trim().is_empty() && query.role.is_none() {
        return match query.state {
            Some(state) => (texts.found)(users.counts.of(state), false, all),
            None => (texts.count)(all),
        };
    }
    let shown = u64::try_from(users.people.len()).unwrap_or(u64::MAX);
    (texts.found)(shown, users.next.is_some() || users.previous.is_some(), all)
}

fn head(count: Option<String>) -> AnyView {
    let texts = TEXTS.here();
    let actions = view! {
        <button class="button" form="export"><Icon name="download"/>{texts.export}</button>
        <a class="button" data-kind="primary" href=Page::Invitations.path()><Icon name="plus"/>{texts.invite}</a>
    };
    let count = count.unwrap_or_default();
    view! { <PageHead title=WORDS.here().users count=count actions=actions.into_any()/> }.into_any()
}

/// The field that is searched as one types, the role, and between them what the page puts there.
#[component]
fn Search(query: Memo<UserQuery>, children: Children) -> impl IntoView {
    let texts = TEXTS.here();
    let field = NodeRef::<html::Input>::new();
    let navigate = use_navigate();
    let go = move |query: &UserQuery| {
        let options = NavigateOptions { replace: true, scroll: false, ..NavigateOptions::default() };
        navigate(&with_query(Page::Users.path(), query.fields()), options);
    };
    let timer = Timer::new();
    let soon = {
        let go = go.clone();
        move || {
            let go = go.clone();
            let find = move || {
                let Some(field) = field.get_untracked() else { return };
                let asked = query.get_untracked();
                if field.value() != asked.q {
                    go(&UserQuery { q: field.value(), page: Where::First, ..asked });
                }
            };
            timer.set(PAUSE_MILLIS, find);
        }
    };
    // If the field has no focus, it follows the page's address. Text typed before the script came is searched for.
    Effect::new({
        let soon = soon.clone();
        move |before: Option<()>| {
            let q = query.with(|query| query.q.clone());
            let Some(field) = field.get_untracked() else { return };
            if document().active_element().as_ref() != Some(field.unchecked_ref()) {
                field.set_value(&q);
            } else if before.is_none() && field.value() != q {
                soon();
            }
        }
    });
    let choose = move |role: String| {
        go(&UserQuery { role: Role::parse(&role), page: Where::First, ..query.get_untracked() });
    };
    let role = move |role: Role| {
        let selected = move || query.with(|query| query.role == Some(role));
        view! { <option value=role.as_str() selected=selected>{ROLE.here()(role)}</option> }
    };
    let kept = move |name: &'static str| {
        move || query.with(|query| query.fields().into_iter().find(|(n, _)| *n == name).map(|(_, value)| value))
    };
    let hidden = move |name| kept(name)().map(|value| view! { <input type="hidden" name=name value=value/> });
    view! {
        <form class="filters" role="search" action=Page::Users.path() aria-label=texts.search>
            <div class="input-with">
                <Icon name="search"/>
                <input
                    class="input"
                    type="search"
                    name="q"
                    maxlength=UserQuery::MAX_CHARS
                    value=query.get_untracked().q
                    placeholder=texts.placeholder
                    aria-label=texts.search
                    autocomplete="off"
                    node_ref=field
                    on:input=move |_| soon()
                />
            </div>
            {children()}
            <select class="input" name="role" aria-label=texts.role on:change=move |e| choose(event_target_value(&e))>
                <option value="" selected=move || query.with(|query| query.role.is_none())>{texts.any_role}</option>
                {Role::ALL.map(role)}
            </select>
            {move || ["status", "sort", "order"].map(hidden)}
            <button class="button needs-no-script">{texts.find}</button>
        </form>
    }
    .into_any()
}

/// The states, with how many there are of each.
fn chips(users: &Users, query: &UserQuery) -> AnyView {
    let texts = TEXTS.here();
    let counts = users.counts;
    let chip = |state: Option<UserState>, name: &'static str, count: u64| {
        let address = with_query(Page::Users.path(), UserQuery { state, page: Where::First, ..query.clone() }.fields());
        let current = (state == query.state).then_some("true");
        view! {
            <li><a class="chip" href=address aria-current=current>{name}" "<span class="num">{number(count)}</span></a></li>
        }
    };
    view! {
        <ul class="chips" role="list" aria-label=texts.status>
            {chip(None, texts.all, counts.all)}
            {UserState::ALL.map(|state| chip(Some(state), (WORDS.here().state)(state), counts.of(state)))}
            <li>
                <a class="chip" href=Page::Invitations.path()>
                    {texts.invited}" "<span class="num">{number(counts.invited)}</span>
                </a>
            </li>
        </ul>
    }
    .into_any()
}

/// What can be done to those who are ticked. Its form is also that of the rows' menus, so what goes wrong is said once.
#[component]
fn Bulk(act: FormOf<ActOnUsers>, count: RwSignal<usize>) -> impl IntoView {
    let (texts, words) = (TEXTS.here(), WORDS.here());
    act.clear_when_done(&["reason"]);
    let button = |what: Act, icon: &'static str| {
        let kind = (what == Act::Suspend).then_some("danger-quiet");
        view! {
            <button class="button" data-size="small" data-kind=kind name="act" value=what.as_str()>
                <Icon name=icon/>{(words.act)(what)}
            </button>
        }
    };
    view! {
        <Form of=act id="bulk" keep="ids[] reason act" pressed="act">
            // The Enter key would press the first button: this one does nothing.
            <button disabled hidden></button>
            <div class="bulk" role="region" aria-label=texts.acts>
                <p aria-live="polite">{move || (texts.ticked)(count.get())}</p>
                {button(Act::SendResetLink, "key")}
                {button(Act::EndSessions, "logout")}
                <Field of=act name="reason" label=words.reason autocomplete="off" optional=true/>
                {button(Act::Suspend, "pause")}
                {button(Act::Restore, "check")}
                <button class="button push" type="reset" data-size="small" data-kind="quiet" on:click=move |_| count.set(0)>
                    {texts.clear}
                </button>
            </div>
        </Form>
    }
    .into_any()
}

fn shown(users: Users, query: &UserQuery, act: FormOf<ActOnUsers>) -> AnyView {
    let texts = TEXTS.here();
    if !users.people.is_empty() {
        return table(users, query, act.kept_ids());
    }
    view! {
        <h2 class="vh">{WORDS.here().users}</h2>
        <div class="panel">
            <EmptyState icon="search" title=texts.nobody filtered=true>
                <p>{texts.nobody_next}</p>
                <div class="form-actions"><a class="button" href=Page::Users.path()>{texts.show_all}</a></div>
            </EmptyState>
        </div>
    }
    .into_any()
}
