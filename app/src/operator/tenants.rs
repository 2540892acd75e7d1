//! The list of the portal's organisations, for the operator.
use crate::operator::rooms::{ContractStatus, operator};
use crate::shell::work::WorkShell;
use crate::ui::badge::Tag;
use crate::ui::empty_state::EmptyState;
use crate::ui::fault::PageFault;
use crate::ui::icon::Icon;
use crate::ui::number::number;
use crate::ui::page_head::PageHead;
use crate::ui::pager;
use crate::ui::table::{Cell, Column, Lead, Table};
use crate::ui::time::TIME;
use crate::web::address::{Query, use_query, with_query};
use crate::web::api::ApiError;
use crate::web::load::{Loaded, load};
use crate::words::contract::CONTRACT;
use crate::words::language::Translated;
use leptos::prelude::*;
use portvakt_model::page::Page;
use portvakt_model::tenant::{Contract, TenantRow, Tenants};

struct Texts {
    title: &'static str,
    new: &'static str,
    search: &'static str,
    search_hint: &'static str,
    status: &'static str,
    all: &'static str,
    organisation: &'static str,
    people: &'static str,
    last_activity: &'static str,
    never: &'static str,
    own: &'static str,
    none: &'static str,
    none_next: &'static str,
    clear: &'static str,
    first: &'static str,
    of_all: fn(&str, &str) -> String,
}

static TEXTS: Translated<Texts> = Translated {
    swedish: Texts {
        title: "Organisationer",
        new: "Ny kund",
        search: "Sök organisation",
        search_hint: "Namn eller kortnamn",
        status: "Status",
        all: "Alla",
        organisation: "Organisation",
        people: "Personer",
        last_activity: "Senaste händelse",
        never: "Inget än",
        own: "Er egen",
        none: "Inga träffar",
        none_next: "Sök på något annat, eller visa alla.",
        clear: "Visa alla",
        first: "Första sidan",
        of_all: |shown, all| format!("{shown} av {all}"),
    },
    english: Texts {
        title: "Organisations",
        new: "New customer",
        search: "Search organisations",
        search_hint: "Name or short name",
        status: "Status",
        all: "All",
        organisation: "Organisation",
        people: "People",
        last_activity: "Last activity",
        never: "None yet",
        own: "Your own",
        none: "No matches",
        none_next: "Search for something else, or show all.",
        clear: "Show all",
        first: "First page",
        of_all: |shown, all| format!("{shown} of {all}"),
    },
};

const PATH: &str = Page::Tenants.path();

/// One page of the organisations that match the search.
///
/// # Errors
/// As [`portvakt_core::tenants::list`].
#[server(prefix = "/rpc", endpoint = "list_tenants")]
pub async fn list_tenants(q: String, status: String, after: String) -> Result<Tenants, ApiError> {
    use portvakt_core::tenants::{TenantQuery, list};
    let (core, person) = crate::web::request::signed_in()?;
    Ok(list(&core, &person, &TenantQuery { text: q, contract: Contract::parse(&status), after }).await?)
}

/// The search in the list's address.
#[derive(Debug, Clone, PartialEq, Eq)]
struct TenantFilter {
    q: String,
    status: Option<Contract>,
    after: String,
}

impl TenantFilter {
    fn of(map: &Query) -> Self {
        Self { q: map.text("q"), status: Contract::parse(&map.text("status")), after: map.text("after") }
    }

    fn status(&self) -> String {
        self.status.map(Contract::as_str).unwrap_or_default().to_owned()
    }

    /// The address of this search with another status or another first row.
    fn address(&self, status: Option<Contract>, after: Option<&str>) -> String {
        let status = status.map(Contract::as_str).unwrap_or_default();
        with_query(PATH, [("q", self.q.as_str()), ("status", status), ("after", after.unwrap_or_default())])
    }
}

/// Lists the organisations.
#[derive(Clone, Copy)]
pub(crate) struct TenantsPage {
    query: Memo<TenantFilter>,
    found: Loaded<Result<Tenants, ApiError>>,
}

impl TenantsPage {
    pub(crate) fn new() -> Self {
        let map = use_query();
        let query = Memo::new(move |_| map.with(TenantFilter::of));
        let found = load(
            move || query.get(),
            |asked| {
                let status = asked.status();
                list_tenants(asked.q, status, asked.after)
            },
        );
        Self { query, found }
    }

    pub(crate) fn view(self) -> AnyView {
        view! {
            <WorkShell area=operator()>
                <Transition>
                    {move || Suspend::new(async move {
                        match self.found.await {
                            Ok(found) => shown(&self.query.get_untracked(), found),
                            Err(ApiError(fault)) => view! { <PageFault fault/> }.into_any(),
                        }
                    })}
                </Transition>
            </WorkShell>
        }
        .into_any()
    }
}

fn shown(asked: &TenantFilter, Tenants { rows, all, next }: Tenants) -> AnyView {
    let texts = TEXTS.here();
    let new =
        view! { <a class="button" data-kind="primary" href=Page::NewTenant.path()><Icon name="plus"/>{texts.new}</a> };
    let list = if rows.is_empty() {
        view! {
            <h2 class="vh">{texts.title}</h2>
            <div class="panel">
                <EmptyState icon="search" title=texts.none filtered=true>
                    <p>{texts.none_next}</p>
                    <div class="form-actions"><a class="button" href=PATH>{texts.clear}</a></div>
                </EmptyState>
            </div>
        }
        .into_any()
    } else {
        let shown = rows.len() as u64;
        table(rows, foot(asked, shown, all, next))
    };
    view! {
        <PageHead title=texts.title count=number(all) actions=new.into_any()/>
        {filters(asked)}
        {list}
    }
    .into_any()
}

fn filters(asked: &TenantFilter) -> AnyView {
    let texts = TEXTS.here();
    let chip = |status: Option<Contract>, name: &'static str| {
        let current = (status == asked.status).then_some("true");
        view! { <li><a class="chip" aria-current=current href=asked.address(status, None)>{name}</a></li> }
    };
    let chips = Contract::ALL.into_iter().map(|contract| chip(Some(contract), CONTRACT.here()(contract)));
    view! {
        <form class="filters" role="search" aria-label=texts.title method="get" action=PATH>
            {asked.status.map(|status| view! { <input type="hidden" name="status" value=status.as_str()/> })}
            <div class="input-with">
                <Icon name="search"/>
                <input
                    class="input"
                    type="search"
                    name="q"
                    value=asked.q.clone()
                    placeholder=texts.search_hint
                    aria-label=texts.search
                />
            </div>
            <ul class="chips" role="list" aria-label=texts.status>{chip(None, texts.all)}{chips.collect_view()}</ul>
        </form>
    }
    .into_any()
}

fn table(rows: Vec<TenantRow>, foot: AnyView) -> AnyView {
    let texts = TEXTS.here();
    let head = view! {
        <Column name=texts.organisation/>
        <Column name=texts.status/>
        <Column name=texts.people/>
        <Column name=texts.last_activity may_hide=true/>
    };
    let row = move |row: TenantRow| {
        let last = row
            .last_activity
            .map(|at| view! { <time datetime=at.iso.clone()>{(TIME.here().alone)(&at)}</time> }.into_any());
        view! {
            <tr role="row">
                <Lead>
                    <a class="wrap-any" href=format!("{PATH}/{}", row.id)>{row.name}</a>
                    <small class="wrap-any">{row.slug}</small>
                    {row.is_operator.then(|| view! { <Tag word=texts.own/> })}
                </Lead>
                <Cell of=texts.status><ContractStatus contract=row.contract/></Cell>
                <Cell of=texts.people>{number(row.people)}</Cell>
                <Cell of=texts.last_activity may_hide=true>{last.unwrap_or_else(|| texts.never.into_any())}</Cell>
            </tr>
        }
    };
    view! {
        <Table label=texts.title head=head.into_any() foot>{rows.into_iter().map(row).collect_view()}</Table>
    }
    .into_any()
}

/// The foot of the list: its count, and links to the next page and back to the first. Each page begins after a short
/// name.
fn foot(asked: &TenantFilter, shown: u64, all: u64, next: Option<String>) -> AnyView {
    let texts = TEXTS.here();
    let first = (!asked.after.is_empty()).then(|| pager::step(asked.address(asked.status, None), texts.first, "left"));
    let next = next.map(|after| pager::next(asked.address(asked.status, Some(&after))));
    pager::foot(Some((texts.of_all)(&number(shown), &number(all))), first.into_iter().chain(next).collect())
}

#[test]
fn the_address_of_the_tenant_list_keeps_the_search() {
    let asked = TenantFilter { q: "å & b".to_owned(), status: Contract::parse("ended"), after: "x".to_owned() };
    assert_eq!(asked.address(None, None), "/operator/tenants?q=%C3%A5%20%26%20b");
    assert_eq!(asked.address(asked.status, Some("y")), "/operator/tenants?q=%C3%A5%20%26%20b&status=ended&after=y");
    let none = TenantFilter { q: String::new(), status: Contract::parse("nonsense"), after: String::new() };
    assert_eq!(none.address(None, None), Page::Tenants.path());
}
