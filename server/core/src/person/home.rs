//! What a person's first page shows.
mod store;

use crate::Core;
use crate::account::store as accounts;
use crate::caller::Person;
use crate::erasure;
use crate::error::{CoreError, Failure};
use crate::product::store as products;
use crate::second_factor;
use jiff::tz::TimeZone;
use jiff::{Zoned, civil};
use portvakt_model::device::Device;
use portvakt_model::home::{Due, Home, LastSignIn, PartOfDay};
use portvakt_model::policy::Demand;
use portvakt_model::role::Role;
use portvakt_model::time::{LocalTime, Timestamp};

/// What the caller's first page shows.
///
/// # Errors
/// If the database fails.
pub async fn home(core: &Core, person: &Person) -> Result<Home, CoreError> {
    let found = store::find(core, person.home, person.session).await?;
    let zone = TimeZone::get(&found.time_zone).unwrap_or(TimeZone::UTC);
    let now = zoned(core.clock.now(), &zone)?;
    let last_sign_in = match found.previous_sign_in_at {
        None => None,
        Some(at) => Some(LastSignIn {
            at: local_time(&zoned(Timestamp::from_micros(at), &zone)?, now.date()),
            device: Device::of_user_agent(found.previous_sign_in_device.as_deref().unwrap_or_default()),
        }),
    };
    let role = accounts::find_role(core.store.reader(), person.tenant, person.account).await?;
    Ok(Home {
        part_of_day: PartOfDay::of_hour(now.hour().unsigned_abs()),
        last_sign_in,
        owner: role == Some(Role::Owner),
        products: products::list(core, person.tenant).await?,
        second_factor_due: second_factor::due_of(core, person)
            .await?
            .map(|(demand, at)| {
                let at = local_time(&zoned(at, &zone)?, now.date());
                Ok::<_, CoreError>(Due { at, passkey: demand == Demand::PhishingResistant })
            })
            .transpose()?,
        few_recovery_codes: second_factor::few_recovery_codes(core, person).await?,
        erasure: erasure::standing(core, person).await?,
    })
}

/// The time zone of the caller's account.
pub(crate) async fn zone(core: &Core, person: &Person) -> Result<TimeZone, CoreError> {
    let name = accounts::time_zone(core, person.home, person.account).await?;
    Ok(TimeZone::get(&name).unwrap_or(TimeZone::UTC))
}

/// A time on somebody's own clock.
pub(crate) fn local(at: Timestamp, zone: &TimeZone, now: Timestamp) -> Result<LocalTime, CoreError> {
    Ok(local_time(&zoned(at, zone)?, zoned(now, zone)?.date()))
}

fn zoned(at: Timestamp, zone: &TimeZone) -> Result<Zoned, CoreError> {
    let at = jiff::Timestamp::from_microsecond(at.as_micros()).map_err(|_| Failure::Unreadable("a time"))?;
    Ok(at.to_zoned(zone.clone()))
}

fn local_time(at: &Zoned, today: civil::Date) -> LocalTime {
    let days_ago = (today - at.date()).get_days();
    // Times have minutes on the page: what is behind them would only make `datetime` long.
    let iso = at.strftime("%Y-%m-%dT%H:%M:%S%:z").to_string();
    LocalTime {
        iso,
        year: at.year(),
        month: at.month().unsigned_abs(),
        day: at.day().unsigned_abs(),
        hour: at.hour().unsigned_abs(),
        minute: at.minute().unsigned_abs(),
        days_ago,
    }
}
