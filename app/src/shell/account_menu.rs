//! The menu behind a person's name.
use crate::shell::language_menu::language_address;
use crate::shell::sign_out::SignOut;
use crate::shell::switch::SwitchOrganisation;
use crate::ui::form::Form;
use crate::ui::form::state::FormOf;
use crate::ui::icon::Icon;
use crate::ui::menu::Menu;
use crate::words::language::Translated;
use leptos::prelude::*;
use portvakt_model::frame::Frame;
use portvakt_model::language::Language;
use portvakt_model::page::Page;
use portvakt_model::tenant::Place;

struct Texts {
    profile: &'static str,
    administration: &'static str,
    operator: &'static str,
    go_to: &'static str,
    sign_out: &'static str,
}

static TEXTS: Translated<Texts> = Translated {
    swedish: Texts {
        profile: "Min profil",
        administration: "Administration",
        operator: "Kunder",
        go_to: "Gå till ",
        sign_out: "Logga ut",
    },
    english: Texts {
        profile: "My profile",
        administration: "Administration",
        operator: "Customers",
        go_to: "Go to ",
        sign_out: "Sign out",
    },
};

/// The menu of the person's own pages, rooms, language and sign-out.
#[component]
pub fn AccountMenu(
    /// The menu's `<summary>`, with the person's name.
    summary: AnyView,
    /// Whether the menu opens upwards.
    #[prop(optional)]
    up: bool,
) -> impl IntoView {
    let frame = expect_context::<Frame>();
    let operator = frame.administers_operator();
    let Frame { language: here, role, elsewhere, .. } = frame;
    // The first administration page that the person's role may open.
    let room = [Page::Users, Page::Audit].into_iter().find(|page| page.access().lets_in(role, operator));
    let (sign_out, switch) = (FormOf::<SignOut>::new(), FormOf::<SwitchOrganisation>::new());
    let other = Language::ALL.into_iter().find(|l| *l != here).unwrap_or_default();
    view! {
        <Menu summary up>
            <li><a href=Page::Profile.path()><Icon name="user"/>{TEXTS.here().profile}</a></li>
            {room.map(|room| view! {
                <li><a href=room.path()><Icon name="users"/>{TEXTS.here().administration}</a></li>
            })}
            {operator.then(|| view! {
                <li><a href=Page::Tenants.path()><Icon name="building"/>{TEXTS.here().operator}</a></li>
            })}
            {(!elsewhere.is_empty()).then(|| view! {
                <li>
                    <Form of=switch>
                        {elsewhere.into_iter().map(|Place { id, name }| view! {
                            <button name="to" value=id.to_string()>
                                <Icon name="door"/><span class="wrap-any">{TEXTS.here().go_to}{name}</span>
                            </button>
                        }).collect_view()}
                    </Form>
                </li>
                <li><hr/></li>
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
