//! The audit log: what happened, in a hash chain for each tenant whose events and head carry a MAC.
pub(crate) mod chain;
pub(crate) mod store;

use crate::Core;
use crate::caller::Caller;
use crate::error::CoreError;
use portvakt_model::audit::Action;
use portvakt_model::id::{AccountId, TenantId};

/// What happened, as the service that did it tells it. The personal part is sealed under the account's own key.
#[derive(Debug, Clone)]
pub enum Event {
    /// The operator and its first owner were made.
    PortalSetUp {
        /// The operator's name.
        organisation: String,
        /// The owner's name.
        name: String,
        /// The owner's address.
        email: String,
    },
    /// The caller signed in.
    SessionStarted,
    /// The caller signed out.
    SessionEnded,
    /// A reset link was printed for somebody who is locked out.
    ResetLinkIssued {
        /// Whose home it is.
        home: TenantId,
        /// For whom.
        account: AccountId,
    },
    /// The caller chose a new password.
    PasswordChanged,
}

/// A field that changed. `None` is a field that was not there, or is not there any more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Change {
    field: &'static str,
    before: Option<String>,
    after: Option<String>,
}

impl Change {
    fn new(field: &'static str, after: &str) -> Self {
        Self { field, before: None, after: Some(after.to_owned()) }
    }
}

/// An event's columns, before it has a place in a chain.
struct Record {
    /// The tenant whose chain it belongs to.
    tenant: TenantId,
    action: Action,
    /// The account it was done to, with its home.
    target: Option<(TenantId, AccountId)>,
    changes: Vec<Change>,
    /// What changed and is the target's personal data.
    personal: Vec<Change>,
}

impl Event {
    /// `None` if the caller cannot have done this.
    fn record(&self, caller: &Caller) -> Option<Record> {
        let actor = match caller {
            Caller::Person(person) => Some((person.home, person.account)),
            Caller::Command => None,
        };
        let own = |action| {
            actor.map(|(tenant, account)| Record {
                tenant,
                action,
                target: Some((tenant, account)),
                changes: Vec::new(),
                personal: Vec::new(),
            })
        };
        match self {
            Self::PortalSetUp { organisation, name, email } => own(Action::PortalSetUp).map(|record| Record {
                changes: vec![Change::new("organisation", organisation)],
                personal: vec![Change::new("name", name), Change::new("email", email)],
                ..record
            }),
            Self::SessionStarted => own(Action::SessionStarted),
            Self::SessionEnded => own(Action::SessionEnded),
            Self::PasswordChanged => own(Action::PasswordChanged),
            Self::ResetLinkIssued { home, account } => Some(Record {
                tenant: *home,
                action: Action::ResetLinkIssued,
                target: Some((*home, *account)),
                changes: Vec::new(),
                personal: Vec::new(),
            }),
        }
    }
}

/// Checks a tenant's chain from its first event to its head, in one view of the database; the number of events.
///
/// # Errors
/// [`crate::error::Failure::Tampered`] names the first event that is not as it was written.
pub async fn verify(core: &Core, tenant: TenantId) -> Result<i64, CoreError> {
    store::verify(core, tenant).await
}
