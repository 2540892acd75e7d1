//! What stands around every page: whose room it is, who is in it, and in which language.
use crate::id::TenantId;
use crate::language::Language;
use crate::role::Role;
use crate::tenant::Place;
use serde::{Deserialize, Serialize};

/// Holds for as long as a page is open: whatever changes it is a full page load.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Frame {
    /// The language of the page.
    pub language: Language,
    /// The organisation whose page this is: the person's, else the operator's. `None` until the portal is set up.
    pub organisation: Option<String>,
    /// The address of that organisation's logo, if it has one.
    pub logo: Option<String>,
    /// What is behind the address of a page that wears an organisation's name, colour and logo because the address says so:
    /// `?tenant=SLUG`, or nothing.
    pub worn: String,
    /// The operator: who runs the portal. `None` until it is set up.
    pub operator: Option<String>,
    /// The name of whoever is signed in.
    pub person: Option<String>,
    /// What they sign in with.
    pub email: Option<String>,
    /// What they are in the organisation in which they act.
    pub role: Option<Role>,
    /// Whether that organisation is the operator.
    pub is_staff: bool,
    /// Whether this portal can have passkeys: they belong to a name, and it may be reached by an address alone.
    pub passkeys: bool,
    /// Where people get help: an email address or a page's, if the operator has set one.
    pub support: Option<String>,
    /// Which organisation that is. Each form carries it, so that a page does nothing in another one.
    pub tenant: Option<TenantId>,
    /// The others that they belong to.
    pub elsewhere: Vec<Place>,
}

impl Frame {
    /// Whether the person looks after the operator. Core asks anew before anything is done or shown.
    #[must_use]
    pub fn is_operator(&self) -> bool {
        self.is_staff && self.role.is_some_and(Role::administers)
    }
}
