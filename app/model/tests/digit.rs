//! Compares the table of digits with Unicode's own.
use icu_properties::CodePointMapData;
use icu_properties::props::GeneralCategory;
use portvakt_model::digit::is_digit;

#[test]
fn every_decimal_digit_of_unicode_is_one_and_nothing_else() {
    let categories = CodePointMapData::<GeneralCategory>::new();
    for c in '\0'..=char::MAX {
        assert_eq!(is_digit(c), categories.get(c) == GeneralCategory::DecimalNumber, "U+{:04X}", u32::from(c));
    }
    assert!(!is_digit('²') && !is_digit('Ⅷ') && !is_digit('½') && is_digit('٣'));
}
