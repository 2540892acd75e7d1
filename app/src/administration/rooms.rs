//! The links of an organisation's administration.
use crate::shell::work::{Area, Group, Side, Way};
use crate::words::language::Translated;
use crate::words::role::ROLE;
use leptos::prelude::expect_context;
use portvakt_model::frame::Frame;
use portvakt_model::page::Page;

struct Texts {
    people: &'static str,
    users: &'static str,
    organisation: &'static str,
    invitations: &'static str,
    security: &'static str,
    audit: &'static str,
    policy: &'static str,
}

static TEXTS: Translated<Texts> = Translated {
    swedish: Texts {
        people: "Personer",
        users: "Användare",
        organisation: "Organisation",
        invitations: "Inbjudningar",
        security: "Säkerhet",
        audit: "Granskningslogg",
        policy: "Säkerhetsregler",
    },
    english: Texts {
        people: "People",
        users: "Users",
        organisation: "Organisation",
        invitations: "Invitations",
        security: "Security",
        audit: "Audit log",
        policy: "Security policy",
    },
};

/// The administration's area, with the links that the person's role may open.
#[must_use]
pub fn administration() -> Area {
    let texts = TEXTS.here();
    let own = expect_context::<Frame>().role;
    let way = |page: Page, icon, name| {
        page.access().lets_in(own, false).then_some(Way { path: page.path(), icon, name, count: None })
    };
    let group = |title, ways: Vec<Option<Way>>| Group { title, ways: ways.into_iter().flatten().collect() };
    let groups = vec![
        group(
            texts.people,
            vec![way(Page::Users, "users", texts.users), way(Page::Invitations, "send", texts.invitations)],
        ),
        group(texts.security, vec![way(Page::Policy, "shield", texts.policy), way(Page::Audit, "log", texts.audit)]),
        group(texts.organisation, vec![way(Page::Organisation, "building", texts.organisation)]),
    ];
    let groups = groups.into_iter().filter(|group| !group.ways.is_empty()).collect();
    Area { side: Side::Tenant, role: own.map(|role| ROLE.here()(role).to_owned()), groups }
}
