//! The address of the audit log's page.
use crate::web::address::{use_query, with_query};
use leptos::prelude::*;
use portvakt_model::audit::reading::AuditQuery;
use portvakt_model::page::Page;

/// The page's address: the search and the open event. They are in the address alone, so that a person can bookmark it,
/// send it and go back to it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Address {
    pub asked: AuditQuery,
    /// The events below this number.
    pub before: Option<i64>,
    pub event: Option<i64>,
}

impl Address {
    /// Reads the address of this page.
    pub(super) fn here() -> Memo<Self> {
        let query = use_query();
        Memo::new(move |_| {
            query.with(|query| {
                let number = |name| query.get(name)?.parse().ok();
                Self {
                    asked: AuditQuery::read(|name| query.get(name)),
                    before: number("before"),
                    event: number("event"),
                }
            })
        })
    }

    pub(super) fn text(&self) -> String {
        let [before, event] =
            [self.before, self.event].map(|number| number.map_or_else(String::new, |n| n.to_string()));
        let numbers = [("before", before.as_str()), ("event", event.as_str())];
        with_query(Page::Audit.path(), self.asked.fields().into_iter().chain(numbers))
    }

    /// The same list with another event open, or with none.
    pub(super) fn with_event(&self, event: Option<i64>) -> Self {
        Self { event, ..self.clone() }
    }

    /// The address of another search, from its newest event.
    pub(super) fn asking(&self, change: impl FnOnce(&mut AuditQuery)) -> Self {
        let mut asked = self.asked.clone();
        change(&mut asked);
        Self { asked, ..Self::default() }
    }
}

#[test]
fn an_audit_address_holds_the_filters_and_nothing_else() {
    let mut at = Address::default();
    assert_eq!(at.text(), "/admin/audit");
    at.asked.who = "Åsa & <co>".to_owned();
    at.before = Some(51);
    assert_eq!(at.text(), "/admin/audit?who=%C3%85sa%20%26%20%3Cco%3E&before=51");
    assert_eq!(at.with_event(Some(7)).text(), "/admin/audit?who=%C3%85sa%20%26%20%3Cco%3E&before=51&event=7");
    let other = at.with_event(Some(7)).asking(|asked| asked.outcome = "refused".to_owned());
    assert_eq!(other.text(), "/admin/audit?who=%C3%85sa%20%26%20%3Cco%3E&outcome=refused");
}
