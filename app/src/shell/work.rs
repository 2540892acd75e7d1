//! The frame of the work pages: a rail with the links of an area, beside a dense page. A tenant's rail is light. The
//! operator's rail is dark in every theme, so that the reader always knows whose area it is.
use crate::shell::account_menu::AccountMenu;
use crate::ui::badge::CountBadge;
use crate::ui::icon::Icon;
use crate::ui::mark::{Logo, Mark, organisation};
use crate::ui::skip::Skip;
use crate::words::language::Translated;
use leptos::prelude::*;
use leptos_router::hooks::use_location;
use portvakt_model::frame::Frame;
use portvakt_model::page::Page;
use portvakt_model::profile::initials;

/// The owner of an area.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// A tenant's administrators.
    Tenant,
    /// The operator's staff.
    Staff,
}

/// The content of a rail. An area has one function that makes it, and each of the area's pages calls that function.
#[derive(Debug, Clone)]
pub struct Area {
    /// The area's owner.
    pub side: Side,
    /// The person's role here: `Organisation admin`.
    pub role: Option<String>,
    /// The links, grouped under headings.
    pub groups: Vec<Group>,
}

/// Links that belong together.
#[derive(Debug, Clone)]
pub struct Group {
    /// The heading.
    pub title: &'static str,
    /// The links.
    pub ways: Vec<Way>,
}

/// A link to a page.
#[derive(Debug, Clone)]
pub struct Way {
    /// The page's path.
    pub path: &'static str,
    /// The icon.
    pub icon: &'static str,
    /// The page's name.
    pub name: &'static str,
    /// The number of things that the page lists.
    pub count: Option<u64>,
}

struct Texts {
    main: &'static str,
    menu: &'static str,
    administration: &'static str,
    staff: fn(&str) -> String,
    account: &'static str,
}

static TEXTS: Translated<Texts> = Translated {
    swedish: Texts {
        main: "Huvudmeny",
        menu: "Meny",
        administration: "Administration",
        staff: |operator| format!("Personal hos {operator}"),
        account: "Konto: ",
    },
    english: Texts {
        main: "Main menu",
        menu: "Menu",
        administration: "Administration",
        staff: |operator| format!("{operator} staff"),
        account: "Account: ",
    },
};

/// A work page. It begins with a [`PageHead`](crate::ui::page_head::PageHead).
#[component]
pub fn WorkShell(
    /// The page's area.
    area: Area,
    /// The content beside the rail.
    children: Children,
) -> impl IntoView {
    let Area { side, role, groups } = area;
    view! {
        <Skip/>
        <div class="shell-work" data-density="dense">
            <Rail side role groups/>
            <main id="main">{children()}</main>
        </div>
    }
    .into_any()
}

#[component]
fn Rail(side: Side, role: Option<String>, groups: Vec<Group>) -> impl IntoView {
    let texts = TEXTS.here();
    let frame = expect_context::<Frame>();
    let person = frame.person.unwrap_or_default();
    let (room, about) = match side {
        Side::Tenant => (organisation(), texts.administration.to_owned()),
        Side::Staff => ("Portvakt".to_owned(), (texts.staff)(&frame.operator.unwrap_or_default())),
    };
    // The staff's area is Portvakt's own, so it has Portvakt's mark.
    let mark = || match side {
        Side::Tenant => view! { <Logo/> }.into_any(),
        Side::Staff => view! { <Mark/> }.into_any(),
    };
    let account = view! {
        <summary class="switcher">
            <span class="avatar" data-tone="1" aria-hidden="true">{initials(&person)}</span>
            <span>
                <span class="vh">{texts.account}</span>
                <b>{person}</b>
                {role.map(|role| view! { <small>{role}</small> })}
            </span>
            <Icon name="updown"/>
        </summary>
    };
    view! {
        <header class="rail" data-side=(side == Side::Staff).then_some("staff")>
            <div class="rail-bar">
                <a class="brand" href=Page::Home.path()>{mark()}<span>{room.clone()}<small>{about.clone()}</small></span></a>
                <button
                    class="button"
                    type="button"
                    data-kind="plain"
                    data-shape="icon"
                    popovertarget="rail"
                    aria-label=texts.menu
                >
                    <Icon name="menu"/>
                </button>
            </div>
            <div class="inner" id="rail" popover="auto">
                <a class="switcher" href=Page::Home.path()>
                    <span class="brand">{mark()}</span>
                    <span><b>{room}</b><small>{about}</small></span>
                </a>
                <nav aria-label=texts.main><Ways groups/></nav>
                <div class="foot"><AccountMenu summary=account.into_any() up=true/></div>
            </div>
        </header>
    }
    .into_any()
}

#[component]
fn Ways(groups: Vec<Group>) -> impl IntoView {
    let at = use_location().pathname.get_untracked();
    let here = here(&at, groups.iter().flat_map(|group| &group.ways).map(|way| way.path));
    let way = |way: Way| {
        // On a page below this link's page, the link is not the current page, but leads to it.
        let current = (Some(way.path) == here).then(|| if way.path == at { "page" } else { "true" });
        view! {
            <li>
                <a href=way.path aria-current=current>
                    <Icon name=way.icon/>{way.name}{way.count.map(|count| view! { <CountBadge count/> })}
                </a>
            </li>
        }
    };
    let group = |group: Group| {
        view! {
            <div>
                <h2>{group.title}</h2>
                <ul role="list">{group.ways.into_iter().map(way).collect_view()}</ul>
            </div>
        }
    };
    groups.into_iter().map(group).collect_view()
}

/// The link of a page: the longest path that is the page's or that of a page above it.
fn here<'a>(at: &str, paths: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let leads = |path: &&str| at.strip_prefix(*path).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
    paths.filter(leads).max_by_key(|path| path.len())
}

#[test]
fn the_longest_matching_link_is_the_current_one() {
    let here = |at| here(at, [Page::Users.path(), "/admin/users/invited", "/admin/roles"].into_iter());
    assert_eq!(here(Page::Users.path()), Some(Page::Users.path()));
    assert_eq!(here("/admin/users/7"), Some(Page::Users.path()));
    assert_eq!(here("/admin/users/invited"), Some("/admin/users/invited"));
    assert_eq!(here("/admin/usersettings"), None);
    assert_eq!(here("/admin"), None);
}
