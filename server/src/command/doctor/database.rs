//! Checks the database, its keys and its clock.
use super::Finding;
use jiff::Timestamp as Instant;
use portvakt_core::audit::SKEW_SECS;
use portvakt_core::error::{CoreError, chain};
use portvakt_core::examination::{Examination, File, Log, Schema};
use portvakt_core::vault::Vault;
use portvakt_model::time::Timestamp;

/// A smaller difference between the two clocks is not reported: a busy database takes as long to answer.
const UNTOLD_SECS: i64 = 5;

/// The findings, and the keys if they open. `examined` is `None` if the database did not answer in time.
pub(super) fn findings(
    examined: Option<Result<Examination, CoreError>>,
    now: Timestamp,
) -> (Vec<Finding>, Option<Vault>) {
    const CHECK: &str = "database";
    let remedy = "check that it runs, and that database.url names it";
    let examined = match examined {
        Some(Ok(examined)) => examined,
        Some(Err(error)) => return (vec![Finding::fault(CHECK, chain(&error), remedy)], None),
        None => return (vec![Finding::fault(CHECK, "it does not answer", remedy)], None),
    };
    let mut found = vec![file(&examined.file), schema(examined.schema)];
    let vault = match examined.vault {
        None => None,
        Some(Ok(vault)) => {
            found.push(Finding::ok("master key", "it opens the database, and no other user can read it"));
            Some(vault)
        }
        Some(Err(error)) => {
            found.push(Finding::fault("master key", chain(&error), ""));
            None
        }
    };
    found.extend(examined.log.map(log));
    found.push(clock(now, examined.clock, examined.last_event));
    (found, vault)
}

fn file(file: &File) -> Finding {
    const CHECK: &str = "database";
    match file {
        File::Sound => Finding::ok(CHECK, "it answers, and its file is sound"),
        File::Unchecked => Finding::ok(CHECK, "it answers"),
        File::Damaged(said) => {
            Finding::fault(CHECK, format!("its file is damaged: {said}"), "put a backup in its place")
        }
    }
}

fn schema(schema: Schema) -> Finding {
    const CHECK: &str = "schema";
    match schema {
        Schema::Current => Finding::ok(CHECK, "it is that of this version"),
        Schema::Empty => Finding::warning(CHECK, "the database is empty", "`portvakt serve` fills it"),
        Schema::Earlier => {
            Finding::warning(CHECK, "it is that of an earlier version", "back up, then `portvakt serve` migrates it")
        }
        Schema::Newer => Finding::fault(
            CHECK,
            "it is that of a newer version",
            "start that version, or restore a backup from before the upgrade",
        ),
        Schema::Unfinished => {
            Finding::fault(CHECK, "a migration was started and not finished", "restore a backup from before it")
        }
    }
}

fn log(log: Log) -> Finding {
    const CHECK: &str = "audit log";
    match log {
        Log::Sound(events) => Finding::ok(CHECK, format!("each of its {events} events is as it was written")),
        Log::Unchecked(events) => Finding::ok(CHECK, format!("its {events} events are too many to check now")),
        Log::Tampered(error) => {
            Finding::fault(CHECK, chain(&error), "keep the database as it is, and compare it with a backup")
        }
    }
}

fn clock(now: Timestamp, database: Option<Timestamp>, last: Option<Timestamp>) -> Finding {
    const CHECK: &str = "clock";
    let remedy = "set this machine's and the database's clock by NTP";
    if let Some(last) = last.filter(|last| now.plus_secs(SKEW_SECS) < *last) {
        return Finding::fault(
            CHECK,
            format!("it says {}, but the last event is from {}", said(now), said(last)),
            remedy,
        );
    }
    let Some(database) = database else { return Finding::ok(CHECK, "it is not before the last event") };
    let apart = now.as_micros().abs_diff(database.as_micros()) / 1_000_000;
    let told = format!("it and the database's differ by {apart} s");
    match i64::try_from(apart) {
        Ok(..=UNTOLD_SECS) => Finding::ok(CHECK, told),
        Ok(..SKEW_SECS) => Finding::warning(CHECK, told, remedy),
        _ => Finding::fault(CHECK, told, remedy),
    }
}

fn said(at: Timestamp) -> String {
    Instant::from_microsecond(at.as_micros()).unwrap_or_default().to_string()
}

#[cfg(test)]
mod tests {
    use super::super::FindingState;
    use super::*;

    #[test]
    fn a_clock_that_is_wrong_is_told_by_the_log_and_by_the_database() {
        let at = |secs: i64| Timestamp::from_micros(1_800_000_000_000_000).plus_secs(secs);
        for (database, last, state) in [
            (None, None, FindingState::Ok),
            (None, Some(at(300)), FindingState::Ok),
            (None, Some(at(301)), FindingState::Fault),
            (Some(at(-5)), None, FindingState::Ok),
            (Some(at(6)), None, FindingState::Warning),
            (Some(at(-299)), None, FindingState::Warning),
            (Some(at(300)), None, FindingState::Fault),
        ] {
            assert_eq!(clock(at(0), database, last).state, state, "{database:?} {last:?}");
        }
    }
}
