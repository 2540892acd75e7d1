//! People's logins.
mod password {
    pub(super) mod store;
}
pub(crate) mod search;
pub(crate) mod store;

use crate::Core;
use crate::caller::Person;
use crate::civil::zone_named;
use crate::error::CoreError;
use crate::hasher::PasswordHash;
use jiff::tz::TimeZone;
use portvakt_model::email::EmailAddress;
use portvakt_model::id::{AccountId, TenantId};
use portvakt_model::language::Language;
use portvakt_model::policy::Accepted;
use portvakt_model::profile::DisplayName;
use portvakt_model::time::Timestamp;

/// The time zone of an account that has not chosen one: where Portvakt's customers are.
pub(crate) const DEFAULT_TIME_ZONE: &str = "Europe/Stockholm";

/// Somebody who is to get an account.
#[derive(Debug, Clone)]
pub struct NewPerson {
    /// Their address.
    pub email: EmailAddress,
    /// Their name.
    pub name: DisplayName,
    /// The language that the portal speaks to them first.
    pub language: Language,
}

pub(crate) struct NewAccount<'a> {
    pub id: AccountId,
    pub home: TenantId,
    pub email: &'a EmailAddress,
    pub name: &'a DisplayName,
    pub language: Language,
}

/// An account that has just proven itself, by the credentials of this version.
#[derive(Clone, Copy)]
pub(crate) struct Proven {
    pub home: TenantId,
    pub account: AccountId,
    pub version: i64,
}

/// What somebody who claims to be an account has to prove, and as of when.
pub(crate) struct Credential {
    pub account: AccountId,
    pub home: TenantId,
    /// Grows with each change of a credential.
    pub version: i64,
    /// Whether nobody has signed in to it yet.
    pub is_first: bool,
    /// Whether their organisation has put them aside.
    pub is_suspended: bool,
    /// How often what wrong tries had closed was opened.
    pub unlocks: i64,
    /// When it was chosen.
    pub set_at: Timestamp,
    /// What its text was found to meet.
    pub accepted: Accepted,
    pub password: PasswordHash,
}

/// The time zone of the caller's account.
pub(crate) async fn zone(core: &Core, person: &Person) -> Result<TimeZone, CoreError> {
    Ok(zone_named(&store::time_zone(core, person.home, person.account).await?))
}
