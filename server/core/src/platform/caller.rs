//! Who acts.
use portvakt_model::fault::Reference;
use portvakt_model::id::{AccountId, SessionId, TenantId};

/// Where a request comes from, for the audit log and for the person to recognise.
#[derive(Debug, Clone, Default)]
pub struct Origin {
    /// The peer's address.
    pub network: String,
    /// The browser's `User-Agent`, at most [`Origin::MAX_DEVICE`] characters of it.
    pub device: String,
    /// The request's id.
    pub reference: Reference,
}

impl Origin {
    /// Most characters of a `User-Agent` that are kept: longer ones are somebody's joke.
    pub const MAX_DEVICE: usize = 256;
}

/// Somebody who is signed in. Only [`crate::session`] makes one, so a function that has one cannot have forgotten to
/// authenticate or to pick a tenant.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Person {
    /// Who.
    pub account: AccountId,
    /// The tenant that manages the account.
    pub home: TenantId,
    /// The tenant in which the person acts now.
    pub tenant: TenantId,
    /// Signed in by this.
    pub session: SessionId,
    /// From here.
    pub origin: Origin,
}

/// Who acts, for the audit log.
#[derive(Debug, Clone)]
pub enum Caller {
    /// Somebody who is signed in.
    Person(Person),
    /// Somebody who claims to be an account and has not proven it (NIST's word), in this request.
    Claimant(Reference),
    /// Somebody at the server's own command line.
    Command,
    /// Portvakt itself.
    System,
}

impl From<Person> for Caller {
    fn from(person: Person) -> Self {
        Self::Person(person)
    }
}
