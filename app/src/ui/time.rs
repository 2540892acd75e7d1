//! Times in words.
use crate::words::language::Translated;
use portvakt_model::time::LocalTime;

/// The forms of a moment.
pub struct TimeWords {
    /// In a sentence: `today at 07:55`, `yesterday at 16:42`, `on 9 November at 08:00`.
    pub moment: fn(&LocalTime) -> String,
    /// By itself, in a cell or a fact: `Today 07:55`, `Yesterday 16:42`, `9 November 08:00`.
    pub alone: fn(&LocalTime) -> String,
    /// A day, as the heading of its events: `Today`, `9 November`.
    pub day: fn(&LocalTime) -> String,
    /// The clock to the second, for a list: `07:55:02`.
    pub clock: fn(&LocalTime) -> String,
}

const MÅNADER: [&str; 12] = [
    "januari",
    "februari",
    "mars",
    "april",
    "maj",
    "juni",
    "juli",
    "augusti",
    "september",
    "oktober",
    "november",
    "december",
];
const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// The forms of a moment, in each language.
pub static TIME: Translated<TimeWords> = Translated {
    swedish: TimeWords {
        moment: |at| {
            let clock = format!("kl. {:02}.{:02}", at.hour, at.minute);
            match at.days_ago {
                0 => format!("i dag {clock}"),
                1 => format!("i går {clock}"),
                _ => format!("{} {clock}", date(at, &MÅNADER)),
            }
        },
        alone: |at| format!("{} kl. {:02}.{:02}", (TIME.swedish.day)(at), at.hour, at.minute),
        day: |at| match at.days_ago {
            0 => "I dag".to_owned(),
            1 => "I går".to_owned(),
            _ => date(at, &MÅNADER),
        },
        clock: |at| clock(at).replace(':', "."),
    },
    english: TimeWords {
        moment: |at| {
            let clock = format!("at {:02}:{:02}", at.hour, at.minute);
            match at.days_ago {
                0 => format!("today {clock}"),
                1 => format!("yesterday {clock}"),
                _ => format!("on {} {clock}", date(at, &MONTHS)),
            }
        },
        alone: |at| format!("{} {:02}:{:02}", (TIME.english.day)(at), at.hour, at.minute),
        day: |at| match at.days_ago {
            0 => "Today".to_owned(),
            1 => "Yesterday".to_owned(),
            _ => date(at, &MONTHS),
        },
        clock: |at| clock(at).to_owned(),
    },
};

/// `9 november`. The year is added if the day is 300 days old or older, or in the future.
fn date(at: &LocalTime, months: &[&str; 12]) -> String {
    let month = months[usize::from(at.month.clamp(1, 12)) - 1];
    let year = if (0..300).contains(&at.days_ago) { String::new() } else { format!(" {}", at.year) };
    format!("{} {month}{year}", at.day)
}

/// The reader's clock, from the ISO text: only that has the seconds.
fn clock(at: &LocalTime) -> &str {
    at.iso.get(11..19).unwrap_or_default()
}

#[test]
fn a_moment_is_told_the_way_people_say_it() {
    use portvakt_model::language::Language::{English, Swedish};
    let at = |days_ago| LocalTime { iso: String::new(), year: 2025, month: 11, day: 9, hour: 7, minute: 5, days_ago };
    for (days, swedish, english) in [
        (0, "i dag kl. 07.05", "today at 07:05"),
        (1, "i går kl. 07.05", "yesterday at 07:05"),
        (40, "9 november kl. 07.05", "on 9 November at 07:05"),
        (400, "9 november 2025 kl. 07.05", "on 9 November 2025 at 07:05"),
        (-1, "9 november 2025 kl. 07.05", "on 9 November 2025 at 07:05"),
    ] {
        assert_eq!((TIME.of(Swedish).moment)(&at(days)), swedish);
        assert_eq!((TIME.of(English).moment)(&at(days)), english);
    }
    for (days, swedish, english) in [
        (0, "I dag kl. 07.05", "Today 07:05"),
        (1, "I går kl. 07.05", "Yesterday 07:05"),
        (40, "9 november kl. 07.05", "9 November 07:05"),
        (400, "9 november 2025 kl. 07.05", "9 November 2025 07:05"),
    ] {
        assert_eq!((TIME.of(Swedish).alone)(&at(days)), swedish);
        assert_eq!((TIME.of(English).alone)(&at(days)), english);
    }
    let at = |days_ago| LocalTime { iso: "2025-11-09T07:05:42+01:00".to_owned(), ..at(days_ago) };
    for (days, swedish, english) in [(0, "I dag", "Today"), (1, "I går", "Yesterday"), (40, "9 november", "9 November")]
    {
        assert_eq!((TIME.of(Swedish).day)(&at(days)), swedish);
        assert_eq!((TIME.of(English).day)(&at(days)), english);
    }
    assert_eq!((TIME.of(Swedish).clock)(&at(0)), "07.05.42");
    assert_eq!((TIME.of(English).clock)(&at(0)), "07:05:42");
}
