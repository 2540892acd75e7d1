//! The words for events, in an audit log and in a person's own activity.
mod english;
mod swedish;
mod telling;

use crate::words::language::Translated;
pub use telling::{Words, by_themselves};

/// Words for events.
pub static EVENT: Translated<Words> = Translated { swedish: swedish::WORDS, english: english::WORDS };

/// Every field that an event can have has words in both languages: the log's writer names them as text.
#[test]
fn every_field_of_an_event_has_words() {
    use portvakt_model::language::Language;
    let source =
        std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../server/core/src/evidence/audit/record.rs"))
            .unwrap();
    // Wherever a field is named.
    let literals = ["Change::new(\"", "Change::between(\"", "field: \"", "moved(\"", "count(\""]
        .into_iter()
        .flat_map(|before| source.split(before).skip(1).map(|rest| rest.split('"').next().unwrap()));
    let fields: Vec<_> = literals.filter(|field| !["network", "device"].contains(field)).collect();
    assert!(fields.len() > 10, "{fields:?}");
    for field in fields {
        for language in Language::ALL {
            assert!((EVENT.of(language).field)(field).is_some(), "{field}");
        }
    }
}
