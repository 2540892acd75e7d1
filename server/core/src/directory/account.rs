//! People's logins.
pub(crate) mod search;
pub(crate) mod store;

use crate::Core;
use crate::caller::Person;
use crate::civil::zone_named;
use crate::error::CoreError;
use jiff::tz::TimeZone;
use portvakt_model::email::EmailAddress;
use portvakt_model::id::{AccountId, TenantId};
use portvakt_model::language::Language;
use portvakt_model::profile::DisplayName;

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

/// Whom a mail goes to.
#[derive(Debug, Clone)]
pub(crate) struct Recipient {
    /// The tenant that sends the mail.
    pub tenant: TenantId,
    /// The address, as it was typed.
    pub email: String,
    /// The language that they read.
    pub language: Language,
    /// The time zone that they live in.
    pub time_zone: String,
}

/// An account that has just proven itself, by the credentials of this version.
#[derive(Clone, Copy)]
pub(crate) struct Proven {
    pub home: TenantId,
    pub account: AccountId,
    pub version: i64,
}

/// The time zone of the caller's account.
pub(crate) async fn zone(core: &Core, person: &Person) -> Result<TimeZone, CoreError> {
    Ok(zone_named(&store::time_zone(core, person.home, person.account).await?))
}
