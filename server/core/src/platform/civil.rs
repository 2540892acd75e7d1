//! Timestamps as the clock and the calendar of a time zone show them.
use crate::error::{CoreError, Failure};
use jiff::Zoned;
use jiff::tz::TimeZone;
use portvakt_model::time::{LocalTime, Timestamp};

/// The time zone with this name in the IANA database, or UTC if the database has no such name.
pub(crate) fn zone_named(name: &str) -> TimeZone {
    TimeZone::get(name).unwrap_or(TimeZone::UTC)
}

/// A timestamp as a page shows it to a person in this time zone.
pub(crate) fn local(at: Timestamp, zone: &TimeZone, now: Timestamp) -> Result<LocalTime, CoreError> {
    let (at, today) = (zoned(at, zone)?, zoned(now, zone)?.date());
    let days_ago = (today - at.date()).get_days();
    // The page shows minutes. A fraction of a second would only make the `datetime` attribute long.
    let iso = at.strftime("%Y-%m-%dT%H:%M:%S%:z").to_string();
    Ok(LocalTime {
        iso,
        year: at.year(),
        month: at.month().unsigned_abs(),
        day: at.day().unsigned_abs(),
        hour: at.hour().unsigned_abs(),
        minute: at.minute().unsigned_abs(),
        days_ago,
    })
}

/// A timestamp in a time zone.
pub(crate) fn zoned(at: Timestamp, zone: &TimeZone) -> Result<Zoned, CoreError> {
    let at = jiff::Timestamp::from_microsecond(at.as_micros()).map_err(|_| Failure::Unreadable("a time"))?;
    Ok(at.to_zoned(zone.clone()))
}
