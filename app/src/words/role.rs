//! The names of roles.
use crate::words::language::Translated;
use portvakt_model::role::Role;

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
