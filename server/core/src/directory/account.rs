//! Accounts: a person's name, address and credentials.
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

/// The time zone of a new account. Portvakt's customers are there.
pub(crate) const DEFAULT_TIME_ZONE: &str = "Europe/Stockholm";

/// A person who gets an account.
#[derive(Debug, Clone)]
pub struct NewPerson {
    /// Their address.
    pub email: EmailAddress,
    /// Their name.
    pub name: DisplayName,
    /// The account's language until the person chooses another.
    pub language: Language,
}

pub(crate) struct NewAccount<'a> {
    pub id: AccountId,
    pub home: TenantId,
    pub email: &'a EmailAddress,
    pub name: &'a DisplayName,
    pub language: Language,
}

/// The recipient of a mail.
#[derive(Debug, Clone)]
pub(crate) struct Recipient {
    /// The organisation in whose name the mail is sent.
    pub tenant: TenantId,
    /// The address, as it was typed.
    pub email: String,
    /// The recipient's language.
    pub language: Language,
    /// The recipient's time zone, by its IANA name.
    pub time_zone: String,
}

/// An account whose holder has just proven its credentials of this version.
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
