//! The operator's area, and the shape for a contract's state.
use crate::shell::work::{Area, Group, Side, Way};
use crate::ui::badge::{Standing, Status};
use crate::words::contract::CONTRACT;
use crate::words::language::Translated;
use leptos::prelude::*;
use portvakt_model::page::Page;
use portvakt_model::tenant::Contract;

struct Texts {
    customers: &'static str,
    organisations: &'static str,
    portal: &'static str,
    mail: &'static str,
}

static TEXTS: Translated<Texts> = Translated {
    swedish: Texts {
        customers: "Kunder",
        organisations: "Organisationer",
        portal: "Portalen",
        mail: "Utgående e-post",
    },
    english: Texts { customers: "Customers", organisations: "Organisations", portal: "Portal", mail: "Outgoing email" },
};

/// A contract's state: a shape and a word.
#[component]
pub fn ContractStatus(
    /// The contract's state.
    contract: Contract,
) -> impl IntoView {
    let is = match contract {
        Contract::Active => Standing::Active,
        Contract::Suspended => Standing::Suspended,
        Contract::Ending => Standing::Warn,
        Contract::Ended => Standing::Failed,
    };
    view! { <Status is word=CONTRACT.here()(contract)/> }
}

/// The links of the operator's area.
#[must_use]
pub fn operator() -> Area {
    let texts = TEXTS.here();
    let way = |page: Page, icon, name| Way { path: page.path(), icon, name, count: None };
    let group = |title, way| Group { title, ways: vec![way] };
    Area {
        side: Side::Staff,
        role: None,
        groups: vec![
            group(texts.customers, way(Page::Tenants, "building", texts.organisations)),
            group(texts.portal, way(Page::Outbox, "mail", texts.mail)),
        ],
    }
}
