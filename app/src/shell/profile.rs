//! The frame of a person's profile: their name and address, and links between the profile's pages.
use crate::shell::person::PersonShell;
use crate::ui::icon::Icon;
use crate::words::language::Translated;
use leptos::prelude::*;
use leptos_router::hooks::use_location;
use portvakt_model::frame::Frame;
use portvakt_model::page::Page;

struct Texts {
    profile: &'static str,
    details: &'static str,
    security: &'static str,
    sessions: &'static str,
    activity: &'static str,
    data: &'static str,
}

static TEXTS: Translated<Texts> = Translated {
    swedish: Texts {
        profile: "Min profil",
        details: "Uppgifter",
        security: "Säkerhet",
        sessions: "Inloggade enheter",
        activity: "Min aktivitet",
        data: "Data och radering",
    },
    english: Texts {
        profile: "My profile",
        details: "Details",
        security: "Security",
        sessions: "Signed-in devices",
        activity: "My activity",
        data: "Data and deletion",
    },
};

/// The address, the icon and the name of each profile page.
fn ways() -> Vec<(&'static str, &'static str, &'static str)> {
    let texts = TEXTS.here();
    vec![
        (Page::Profile.path(), "user", texts.details),
        (Page::Security.path(), "shield", texts.security),
        (Page::Sessions.path(), "laptop", texts.sessions),
        (Page::Activity.path(), "log", texts.activity),
        (Page::MyData.path(), "download", texts.data),
    ]
}

/// A page of a person's own profile.
#[component]
pub fn ProfileShell(
    /// The content beside the links.
    children: Children,
) -> impl IntoView {
    let frame = expect_context::<Frame>();
    let here = use_location().pathname.get_untracked();
    let about = [frame.person, frame.email].into_iter().flatten().collect::<Vec<_>>().join(" · ");
    let profile = TEXTS.here().profile;
    let title = ways().into_iter().find(|(path, ..)| *path == here).map_or(profile, |(.., name)| name);
    let way = move |(path, icon, name)| {
        let current = (path == here).then_some("page");
        view! { <li><a href=path aria-current=current><Icon name=icon/>{name}</a></li> }
    };
    view! {
        <PersonShell title>
            <header class="page-head"><div><h1>{profile}</h1><p class="wrap-any">{about}</p></div></header>
            <div class="local">
                <nav class="local-nav" aria-label=profile>
                    <ul role="list">{ways().into_iter().map(way).collect_view()}</ul>
                </nav>
                <div class="stack" data-gap="5">{children()}</div>
            </div>
        </PersonShell>
    }
    .into_any()
}
