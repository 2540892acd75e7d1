//! A person's name, language and time zone.
mod store;

use crate::Core;
use crate::audit::Event;
use crate::caller::{Caller, Person};
use crate::error::{CoreError, Faults};
use portvakt_model::fault::{FieldRule, Refusal};
use portvakt_model::language::Language;
use portvakt_model::profile::{DisplayName, Profile};

/// A new profile that breaks no rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wish {
    name: DisplayName,
    language: Language,
    time_zone: String,
}

impl Wish {
    /// Parses a form's fields.
    ///
    /// # Errors
    /// Every rule that a field breaks.
    pub fn parse(name: &str, language: &str, time_zone: &str) -> Result<Self, CoreError> {
        let mut faults = Faults::default();
        let name = faults.take(DisplayName::parse(name).map_err(|rule| rule.of("name")));
        let language = faults.take(Language::of_tag(language).ok_or(FieldRule::Empty.of("language")));
        let zone = time_zones().into_iter().find(|zone| zone == time_zone);
        let zone = faults.take(zone.ok_or(FieldRule::Empty.of("time_zone")));
        match (name, language, zone) {
            (Some(name), Some(language), Some(time_zone)) => Ok(Self { name, language, time_zone }),
            _ => Err(faults.refuse()),
        }
    }
}

/// The time zones that jiff has rules for, by their IANA names: zones of places, which include the places' clock
/// changes, and UTC.
fn time_zones() -> Vec<String> {
    const PARTS: [&str; 10] = [
        "Africa/",
        "America/",
        "Antarctica/",
        "Arctic/",
        "Asia/",
        "Atlantic/",
        "Australia/",
        "Europe/",
        "Indian/",
        "Pacific/",
    ];
    let named = jiff::tz::db().available().map(|name| name.as_str().to_owned());
    let mut zones: Vec<_> =
        named.filter(|name| name == "UTC" || PARTS.iter().any(|part| name.starts_with(part))).collect();
    zones.sort();
    zones
}

/// The caller's profile.
///
/// # Errors
/// If the database fails.
pub async fn profile(core: &Core, person: &Person) -> Result<Profile, CoreError> {
    let found = store::find(core.store.reader(), person.home, person.account).await?;
    let mut time_zones = time_zones();
    // A time zone that was set by other means stays in the list.
    if !time_zones.contains(&found.time_zone) {
        time_zones.push(found.time_zone.clone());
    }
    Ok(Profile {
        name: found.name,
        language: Language::of_tag(&found.language).unwrap_or_default(),
        time_zone: found.time_zone,
        version: found.profile_version,
        time_zones,
    })
}

/// Changes the caller's name, language and time zone, if the profile is still the one that the caller read.
///
/// # Errors
/// [`Refusal::Conflict`] if the profile was changed since `version`: nothing is overwritten.
#[tracing::instrument(name = "profile.change", skip_all)]
pub async fn change(core: &Core, person: &Person, version: i64, wish: &Wish) -> Result<(), CoreError> {
    let Person { home, account, .. } = *person;
    let caller = Caller::from(person.clone());
    let now = store::find(core.store.reader(), home, account).await?;
    if now.profile_version == version && now.changed(wish).is_empty() {
        return Ok(());
    }
    core.store
        .write(async |mut tx| {
            let before = store::find(tx.conn(), home, account).await?;
            if before.profile_version != version || !store::change(&mut tx, home, account, version, wish).await? {
                return Err(Refusal::Conflict.into());
            }
            let event = Event::profile_changed(person, &before.changed(wish));
            Ok(((), tx.commit(&caller, event).await?))
        })
        .await?;
    core.sessions.forget(account);
    Ok(())
}
