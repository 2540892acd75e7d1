//! The caller of a service: the person, command or other party that acts.
use portvakt_model::fault::Reference;
use portvakt_model::id::{AccountId, SessionId, TenantId};

/// The origin of a request, for the audit log and so that the person can recognise it.
#[derive(Debug, Clone, Default)]
pub struct Origin {
    /// The peer's address.
    pub network: String,
    /// The browser's `User-Agent`, cut to [`Origin::MAX_DEVICE`] characters.
    pub device: String,
    /// The request's id.
    pub reference: Reference,
}

impl Origin {
    /// The most characters of a `User-Agent` that are kept. Browsers send shorter ones.
    pub const MAX_DEVICE: usize = 256;
}

/// A signed-in person. Only [`crate::session`] makes one, so a function that has a `Person` cannot have forgotten to
/// authenticate the person or to pick a tenant.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Person {
    /// The person's account.
    pub account: AccountId,
    /// The tenant that manages the account.
    pub home: TenantId,
    /// The tenant in which the person acts now.
    pub tenant: TenantId,
    /// The session with which the person is signed in.
    pub session: SessionId,
    /// The origin of the person's request.
    pub origin: Origin,
}

/// The caller, as the audit log names it.
#[derive(Debug, Clone)]
pub enum Caller {
    /// A signed-in person.
    Person(Person),
    /// A claimant (NIST's word): the request names an account, and its sender has not proven to own the account.
    Claimant(Reference),
    /// A command on the server's command line.
    Command,
    /// Portvakt itself.
    System,
}

impl From<Person> for Caller {
    fn from(person: Person) -> Self {
        Self::Person(person)
    }
}
