//! The frame of a person's own pages: a bar above one column.
use crate::shell::account_menu::AccountMenu;
use crate::shell::site_links::SiteLinks;
use crate::ui::icon::Icon;
use crate::ui::mark::{Logo, organisation};
use crate::ui::skip::Skip;
use crate::words::language::Translated;
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_location;
use portvakt_model::frame::Frame;
use portvakt_model::page::Page;
use portvakt_model::profile::initials;

struct Texts {
    menu: &'static str,
    home: &'static str,
    profile: &'static str,
    account: &'static str,
    from: fn(&str) -> String,
}

static TEXTS: Translated<Texts> = Translated {
    swedish: Texts {
        menu: "Huvudmeny",
        home: "Hem",
        profile: "Min profil",
        account: "Konto: ",
        from: |operator| format!("Portvakt från {operator}"),
    },
    english: Texts {
        menu: "Main menu",
        home: "Home",
        profile: "My profile",
        account: "Account: ",
        from: |operator| format!("Portvakt from {operator}"),
    },
};

/// A page of a signed-in person.
#[component]
pub fn PersonShell(
    /// The page's title.
    title: &'static str,
    /// The content of the column.
    children: Children,
) -> impl IntoView {
    let texts = TEXTS.here();
    let frame = expect_context::<Frame>();
    let person = frame.person.unwrap_or_default();
    let here = use_location().pathname.get_untracked();
    let is_profile = here == Page::Profile.path() || here.starts_with("/profile/");
    let account = view! {
        <summary class="button" data-kind="plain">
            <span class="avatar" data-tone="1" aria-hidden="true">{initials(&person)}</span>
            <span class="vh">{texts.account}</span>
            <span class="vh-phone">{person}</span>
            <Icon name="down"/>
        </summary>
    };
    view! {
        <Title text=title/>
        <div class="shell-person">
            <div>
                <Skip/>
                <header class="bar">
                    <a class="brand" href=Page::Home.path()><Logo/><span>{organisation()}</span></a>
                    <nav aria-label=texts.menu>
                        <a href=Page::Home.path() aria-current=(here == "/").then_some("page")><Icon name="home"/>{texts.home}</a>
                        <a href=Page::Profile.path() aria-current=is_profile.then_some("page")><Icon name="user"/>{texts.profile}</a>
                    </nav>
                    <div class="push"><AccountMenu summary=account.into_any()/></div>
                </header>
            </div>
            <main id="main">{children()}</main>
            <footer class="site-foot">
                {frame.operator.map(|operator| view! { <span>{(texts.from)(&operator)}</span> })}
                <SiteLinks/>
            </footer>
        </div>
    }
    .into_any()
}
