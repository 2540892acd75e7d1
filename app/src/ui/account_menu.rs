//! The menu behind a person's name.
use crate::language::Translated;
use crate::sign_out::SignOut;
use crate::ui::form::{Form, FormOf};
use crate::ui::gate::language_address;
use crate::ui::icon::Icon;
use crate::ui::menu::Menu;
use leptos::prelude::*;
use portvakt_model::frame::Frame;
use portvakt_model::language::Language;
use portvakt_model::role::Role;

struct Texts {
    profile: &'static str,
    administration: &'static str,
    sign_out: &'static str,
}

static TEXTS: Translated<Texts> = Translated {
    swedish: Texts { profile: "Min profil", administration: "Administration", sign_out: "Logga ut" },
    english: Texts { profile: "My profile", administration: "Administration", sign_out: "Sign out" },
};

/// Whatever concerns the person themselves.
#[component]
pub fn AccountMenu(
    /// Its `<summary>`, with the person's name.
    summary: AnyView,
    /// Whether it opens upwards.
    #[prop(optional)]
    up: bool,
) -> impl IntoView {
    let Frame { language: here, role, .. } = expect_context::<Frame>();
    let sign_out = FormOf::<SignOut>::new();
    let other = Language::ALL.into_iter().find(|l| *l != here).unwrap_or_default();
    view! {
        <Menu summary up>
            <li><a href="/profile"><Icon name="user"/>{TEXTS.here().profile}</a></li>
            {role.and_then(room).map(|room| view! {
                <li><a href=room><Icon name="users"/>{TEXTS.here().administration}</a></li>
            })}
            <li>
                <a href=language_address(other) rel="external" lang=other.tag() hreflang=other.tag()>
                    <Icon name="globe"/>{other.own_name()}
                </a>
            </li>
            <li><hr/></li>
            <li>
                <Form of=sign_out>
                    <button><Icon name="logout"/>{TEXTS.here().sign_out}</button>
                </Form>
            </li>
        </Menu>
    }
    .into_any()
}

/// The first page of the administration that a role may see.
fn room(role: Role) -> Option<&'static str> {
    match role {
        Role::Owner | Role::Administrator => Some("/admin/users"),
        Role::Auditor => Some("/admin/audit"),
        Role::Member => None,
    }
}
