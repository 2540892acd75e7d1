//! The page of a person's activity: what they did, and what happened to their account.
use crate::shell::profile::ProfileShell;
use crate::ui::empty_state::EmptyState;
use crate::ui::fault::PageFault;
use crate::ui::icon::Icon;
use crate::ui::panel::Panel;
use crate::ui::time::TIME;
use crate::web::address::use_query;
use crate::web::api::ApiError;
use crate::web::load::{Loaded, load};
use crate::words::event::EVENT;
use crate::words::language::Translated;
use leptos::prelude::*;
use portvakt_model::audit::reading::{Entry, Own};
use portvakt_model::audit::{Action, EventOutcome, Subject};
use portvakt_model::id::AccountId;
use portvakt_model::page::Page;

struct Texts {
    panel: &'static str,
    about: &'static str,
    none: &'static str,
    none_next: &'static str,
    newest: &'static str,
    older: &'static str,
    pages: &'static str,
}

static TEXTS: Translated<Texts> = Translated {
    swedish: Texts {
        panel: "Händelser",
        about: "Det du har gjort och det som har hänt med ditt konto, det nyaste först.",
        none: "Inga händelser här",
        none_next: "Här slutar listan.",
        newest: "Till de nyaste",
        older: "Visa äldre",
        pages: "Fler händelser",
    },
    english: Texts {
        panel: "Events",
        about: "What you have done and what has happened to your account, newest first.",
        none: "No events here",
        none_next: "The list ends here.",
        newest: "Go to newest",
        older: "Show older",
        pages: "More events",
    },
};

/// One page of the caller's activity.
///
/// # Errors
/// As [`portvakt_core::audit_log::reading::own`].
#[server(prefix = "/rpc", endpoint = "own_activity")]
pub async fn own_activity(before: Option<i64>) -> Result<Own, ApiError> {
    let (core, person) = crate::web::request::signed_in()?;
    Ok(portvakt_core::audit_log::reading::own(&core, &person, before).await?)
}

/// The person's activity, newest first.
#[derive(Clone, Copy)]
pub(crate) struct ActivityPage {
    before: Memo<Option<i64>>,
    own: Loaded<Result<Own, ApiError>>,
}

impl ActivityPage {
    pub(crate) fn new() -> Self {
        let query = use_query();
        let before = Memo::new(move |_| query.with(|query| query.get("before")?.parse().ok()));
        Self { before, own: load(move || before.get(), own_activity) }
    }

    pub(crate) fn view(self) -> AnyView {
        let ActivityPage { before, own } = self;
        view! {
            <ProfileShell>
                <Transition>
                    {move || Suspend::new(async move {
                        match own.await {
                            Ok(own) => shown(&own, before.get_untracked().is_some()),
                            Err(ApiError(fault)) => view! { <PageFault fault/> }.into_any(),
                        }
                    })}
                </Transition>
            </ProfileShell>
        }
        .into_any()
    }
}

fn shown(own: &Own, is_older: bool) -> AnyView {
    let texts = TEXTS.here();
    let newest = is_older.then(|| view! { <a class="button" href=Page::Activity.path()>{texts.newest}</a> });
    if own.entries.is_empty() {
        return view! {
            <h2 class="vh">{texts.panel}</h2>
            <div class="panel">
                <EmptyState icon="log" title=texts.none>
                    <p>{texts.none_next}</p>
                    <div class="form-actions">{newest}</div>
                </EmptyState>
            </div>
        }
        .into_any();
    }
    let older = own.older.map(|older| {
        view! { <a class="button" href=format!("{}?before={older}", Page::Activity.path()) rel="next">{texts.older}</a> }
    });
    let footer = (is_older || own.older.is_some())
        .then(|| view! { <nav class="cluster" aria-label=texts.pages>{newest}{older}</nav> }.into_any());
    let items = own.entries.iter().map(|entry| item(entry, own.account)).collect_view();
    view! {
        <Panel id="events" title=texts.panel about=texts.about.into_any() footer>
            <div class="body"><ol class="timeline" role="list">{items}</ol></div>
        </Panel>
    }
    .into_any()
}

fn item(entry: &Entry, to: AccountId) -> AnyView {
    let words = EVENT.here();
    let refused = entry.action.is_some_and(|action| action.outcome() == EventOutcome::Refused);
    let (icon, kind) = match entry.action.map(Action::subject) {
        _ if refused => ("x", Some("danger")),
        Some(Subject::SignIn) => ("check", Some("ok")),
        Some(Subject::Account) => ("key", Some("accent")),
        Some(Subject::People) => ("users", Some("accent")),
        Some(Subject::Organisation) | None => ("building", None),
    };
    let place = words.seen(&entry.seen).map(|(network, device)| {
        let between = if network.is_empty() { "" } else { " · " };
        view! { <p class="wrap-any">{device}{between}{network}</p> }
    });
    view! {
        <li data-kind=kind>
            <Icon name=icon/>
            <div>
                <div class="head">
                    <b class="wrap-any">{words.told(entry, Some(to))}</b>
                    <time datetime=entry.at.iso.clone()>{(TIME.here().alone)(&entry.at)}</time>
                </div>
                {place}
            </div>
        </li>
    }
    .into_any()
}
