//! Numbers, grouped as the page's language does.
use leptos::prelude::*;
use portvakt_model::frame::Frame;
use portvakt_model::language::Language;

/// A number in this page's language: `1 284 907` or `1,284,907`.
#[must_use]
pub fn number(n: u64) -> String {
    number_in(expect_context::<Frame>().language, n)
}

fn number_in(language: Language, n: u64) -> String {
    let between = match language {
        Language::Swedish => '\u{a0}',
        Language::English => ',',
    };
    let digits = n.to_string();
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(between);
        }
        text.push(digit);
    }
    text
}

#[test]
fn numbers_group_their_thousands() {
    for (n, swedish, english) in [
        (0, "0", "0"),
        (999, "999", "999"),
        (1000, "1\u{a0}000", "1,000"),
        (1_284_907, "1\u{a0}284\u{a0}907", "1,284,907"),
    ] {
        assert_eq!(number_in(Language::Swedish, n), swedish);
        assert_eq!(number_in(Language::English, n), english);
    }
}
