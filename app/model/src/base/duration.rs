//! Durations in words.
use crate::language::Language;

const MINUTE: u32 = 60;
const HOUR: u32 = 60 * MINUTE;
const DAY: u32 = 24 * HOUR;

/// A waiting or remaining time in the largest unit that still says it well. It is rounded up, so that people do not
/// come too early.
#[must_use]
pub fn in_words(secs: u32, language: Language) -> String {
    let (count, swedish, english) = match secs {
        0..90 => (secs, ["sekund", "sekunder"], ["second", "seconds"]),
        90..5400 => (secs.div_ceil(MINUTE), ["minut", "minuter"], ["minute", "minutes"]),
        5400..172_800 => (secs.div_ceil(HOUR), ["timme", "timmar"], ["hour", "hours"]),
        _ => (secs.div_ceil(DAY), ["dag", "dagar"], ["day", "days"]),
    };
    let [one, many] = if language == Language::Swedish { swedish } else { english };
    format!("{count} {}", if count == 1 { one } else { many })
}

#[test]
fn a_duration_is_told_in_its_largest_fitting_unit() {
    for (secs, swedish, english) in [
        (0, "0 sekunder", "0 seconds"),
        (1, "1 sekund", "1 second"),
        (89, "89 sekunder", "89 seconds"),
        (90, "2 minuter", "2 minutes"),
        (1800, "30 minuter", "30 minutes"),
        (5400, "2 timmar", "2 hours"),
        (86_400, "24 timmar", "24 hours"),
        (172_800, "2 dagar", "2 days"),
        (604_800, "7 dagar", "7 days"),
    ] {
        assert_eq!(in_words(secs, Language::Swedish), swedish);
        assert_eq!(in_words(secs, Language::English), english);
    }
}
