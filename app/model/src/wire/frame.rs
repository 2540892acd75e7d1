//! The frame around every page: its organisation, its person and its language.
use crate::language::Language;
use crate::role::Role;
use crate::tenant::Place;
use serde::{Deserialize, Serialize};

/// A page's frame. It stays the same while the page is open: any change needs a full page load.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Frame {
    /// The language of the page.
    pub language: Language,
    /// The page's organisation: the person's current one, or else the operator. `None` before the portal is set up.
    pub organisation: Option<String>,
    /// The address of that organisation's logo, if it has one.
    pub logo: Option<String>,
    /// The query of an address that asks for an organisation's look: `?tenant=SLUG`, or nothing.
    pub worn: String,
    /// The operator's name. `None` before the portal is set up.
    pub operator: Option<String>,
    /// The signed-in person's name.
    pub person: Option<String>,
    /// The signed-in person's address.
    pub email: Option<String>,
    /// The person's role in the current organisation.
    pub role: Option<Role>,
    /// Whether the current organisation is the operator.
    pub in_operator: bool,
    /// Whether this portal can have passkeys: they need a host name, and the portal may have only an IP address.
    pub passkeys: bool,
    /// Where people get help: an email address or a page's address, if the operator has set one.
    pub support: Option<String>,
    /// The signed-in person's account and the current organisation, sealed. Each form and each call carries them, so
    /// that a page does nothing as another person or in another organisation.
    pub made_for: Option<String>,
    /// The person's other organisations.
    pub elsewhere: Vec<Place>,
}

impl Frame {
    /// Whether the person administers the operator. Core checks this again before it does or shows anything.
    #[must_use]
    pub fn administers_operator(&self) -> bool {
        self.in_operator && self.role.is_some_and(Role::administers)
    }
}
