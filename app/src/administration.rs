//! The rooms of those who look after an organisation, and what everybody there calls the roles.
use crate::language::Translated;
use crate::ui::work_shell::{Area, Group, Side, Way};
use portvakt_model::role::Role;

struct Texts {
    people: &'static str,
    users: &'static str,
    invitations: &'static str,
}

static TEXTS: Translated<Texts> = Translated {
    swedish: Texts { people: "Personer", users: "Användare", invitations: "Inbjudningar" },
    english: Texts { people: "People", users: "Users", invitations: "Invitations" },
};

/// A role's name.
pub static ROLE: Translated<fn(Role) -> &'static str> = Translated {
    swedish: |role| match role {
        Role::Owner => "Ägare",
        Role::Administrator => "Administratör",
        Role::Auditor => "Granskare",
        Role::Member => "Medlem",
    },
    english: |role| match role {
        Role::Owner => "Owner",
        Role::Administrator => "Administrator",
        Role::Auditor => "Auditor",
        Role::Member => "Member",
    },
};

/// The ways through the administration.
#[must_use]
pub fn administration() -> Area {
    let texts = TEXTS.here();
    let way = |path, icon, name| Way { path, icon, name, count: None };
    let people = vec![way("/admin/users", "users", texts.users), way("/admin/invitations", "send", texts.invitations)];
    Area { side: Side::Tenant, role: None, groups: vec![Group { title: texts.people, ways: people }] }
}
