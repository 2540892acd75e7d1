//! The filter, order and page of the list. The page's address holds them, so that every view is a link.
use super::UserState;
use crate::role::Role;
use serde::{Deserialize, Serialize};

/// The filter, order and page of the list.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct UserQuery {
    /// The beginnings of words in a name or address.
    pub q: String,
    /// The state to filter by.
    pub state: Option<UserState>,
    /// The role to filter by.
    pub role: Option<Role>,
    /// The order.
    pub sort: Sort,
    /// Whether the order is reversed.
    pub descending: bool,
    /// The page.
    pub page: Where,
}

/// The order of the list.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Sort {
    /// By name.
    #[default]
    Name,
    /// By role, then by name.
    Role,
    /// By last sign-in.
    LastSignIn,
}

impl Sort {
    /// Every order.
    pub const ALL: [Self; 3] = [Self::Name, Self::Role, Self::LastSignIn];

    /// The name in addresses.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::Role => "role",
            Self::LastSignIn => "last_sign_in",
        }
    }
}

/// A page of a list. It is found from the row beside it, not by counting: neither the number of earlier rows nor rows
/// that have gone meanwhile matter.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Where {
    /// The first page.
    #[default]
    First,
    /// The page after this row.
    After(String),
    /// The page before this row.
    Before(String),
    /// The last page.
    Last,
}

impl UserQuery {
    /// The most characters of a search. A longer text is cut.
    pub const MAX_CHARS: usize = 100;

    /// Reads an address's fields. A field without a valid value counts as absent.
    #[must_use]
    pub fn read(field: impl Fn(&str) -> Option<String>) -> Self {
        let text = |name| field(name).unwrap_or_default();
        let page = match (field("after"), field("before"), text("page").as_str()) {
            (Some(row), ..) => Where::After(row),
            (_, Some(row), _) => Where::Before(row),
            (_, _, "last") => Where::Last,
            _ => Where::First,
        };
        let sort = text("sort");
        Self {
            q: text("q").chars().take(Self::MAX_CHARS).collect(),
            state: UserState::parse(&text("status")),
            role: Role::parse(&text("role")),
            sort: Sort::ALL.into_iter().find(|known| known.as_str() == sort).unwrap_or_default(),
            descending: text("order") == "descending",
            page,
        }
    }

    /// The fields of the page's address.
    #[must_use]
    pub fn fields(&self) -> Vec<(&'static str, String)> {
        let mut fields = Vec::new();
        let mut put = |name, value: &str| {
            if !value.is_empty() {
                fields.push((name, value.to_owned()));
            }
        };
        put("q", &self.q);
        put("status", self.state.map_or("", UserState::as_str));
        put("role", self.role.map_or("", Role::as_str));
        put("sort", if self.sort == Sort::Name { "" } else { self.sort.as_str() });
        put("order", if self.descending { "descending" } else { "" });
        match &self.page {
            Where::First => {}
            Where::After(row) => put("after", row),
            Where::Before(row) => put("before", row),
            Where::Last => put("page", "last"),
        }
        fields
    }

    /// Whether the query filters the list.
    #[must_use]
    pub fn is_filtered(&self) -> bool {
        !self.q.trim().is_empty() || self.state.is_some() || self.role.is_some()
    }
}

#[test]
fn a_query_is_read_back_from_its_address() {
    let rows = || "row".to_owned();
    for page in [Where::First, Where::After(rows()), Where::Before(rows()), Where::Last] {
        for sort in Sort::ALL {
            let query = UserQuery {
                q: "anna å&=".to_owned(),
                state: Some(UserState::Locked),
                role: Some(Role::Auditor),
                sort,
                descending: true,
                page: page.clone(),
            };
            let fields = query.fields();
            let read = UserQuery::read(|name| fields.iter().find(|(n, _)| *n == name).map(|(_, value)| value.clone()));
            assert_eq!(read, query);
        }
    }
    assert_eq!(UserQuery::read(|_| None), UserQuery::default());
    assert_eq!(UserQuery::read(|_| Some("nonsense".to_owned())).state, None);
    assert!(UserQuery::default().fields().is_empty());
}
