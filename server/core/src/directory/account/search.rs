//! The sort keys and search terms of people. They are made here as bytes, because the databases' collations differ.
use crate::identifier::folded;
use icu_normalizer::DecomposingNormalizerBorrowed;
use std::collections::BTreeSet;

const NFD: DecomposingNormalizerBorrowed<'static> = DecomposingNormalizerBorrowed::new_nfd();
/// The most words of a text that are indexed or searched. A name and an address have fewer.
const MOST_TERMS: usize = 24;
/// The characters of a word that are indexed. The rest is cut off.
const LONGEST_TERM: usize = 40;

/// The first key byte of spaces, of digits and of Latin letters. Letters of other alphabets come after å, ä and ö.
const SPACE: u8 = 0x01;
const DIGIT: u8 = 0x10;
const LETTER: u8 = 0x20;
const OTHER: u8 = 0x40;

/// The sort key of a name, in Swedish order, which suits English names as well. Names compare word by word, in any
/// case. Å, ä and ö are letters at the end of the alphabet; ü is a y, æ an ä, ø an ö. Other accents count only if all
/// else is the same. No byte of the key is 0xFF.
pub(crate) fn name_key(name: &str) -> Vec<u8> {
    let folded = folded(name);
    let mut key = Vec::with_capacity(2 * folded.len());
    for c in folded.chars() {
        let mut buffer = [0; 4];
        let bare = NFD.normalize(c.encode_utf8(&mut buffer)).chars().next().unwrap_or(c);
        match (c, bare) {
            ('å', _) => key.push(LETTER + 26),
            ('ä' | 'æ', _) => key.push(LETTER + 27),
            ('ö' | 'ø', _) => key.push(LETTER + 28),
            ('ü', _) => key.push(LETTER + (b'y' - b'a')),
            (_, 'a'..='z') => key.push(LETTER + bare as u8 - b'a'),
            (_, '0'..='9') => key.push(DIGIT + bare as u8 - b'0'),
            (_, other) if other.is_alphanumeric() => {
                key.push(OTHER);
                key.extend_from_slice(other.encode_utf8(&mut buffer).as_bytes());
            }
            _ if key.last().is_some_and(|last| *last != SPACE) => key.push(SPACE),
            _ => {}
        }
    }
    key.push(0);
    key.extend_from_slice(folded.as_bytes());
    key
}

/// The words of a name, an address or a search: case folded, in their order, each once.
pub(crate) fn words(text: &str) -> Vec<String> {
    let mut seen = BTreeSet::new();
    folded(text)
        .split(|c: char| !c.is_alphanumeric())
        .map(|word| word.chars().take(LONGEST_TERM).collect::<String>())
        .filter(|word| !word.is_empty() && seen.insert(word.clone()))
        .take(MOST_TERMS)
        .collect()
}

/// A bound after every word that begins with `word`: no byte of UTF-8 is 0xFF.
pub(crate) fn behind(word: &[u8]) -> Vec<u8> {
    [word, &[0xFF]].concat()
}

#[test]
fn names_are_sorted_the_swedish_way() {
    let sorted = [
        "",
        "2 rum",
        "10 rum",
        "Anna",
        "anna Berg",
        "Anna-Berg Ek",
        "Annabel",
        "Eric",
        "Éric",
        "eric b",
        "Müller",
        "Mze",
        "Zoë",
        "Åsa",
        "Ängla",
        "Æsir",
        "Öberg",
        "Øberg",
        "Ольга",
    ];
    let mut by_key = sorted;
    by_key.reverse();
    by_key.sort_by_key(|name| name_key(name));
    // Digits compare one by one: 10 stands before 2.
    let expected = {
        let mut expected = sorted;
        expected.swap(1, 2);
        expected
    };
    assert_eq!(by_key, expected);
    for name in sorted {
        assert!(!name_key(name).contains(&0xFF), "{name}");
    }
}

#[test]
fn a_name_and_an_address_are_found_by_each_of_their_words() {
    assert_eq!(words("Åsa Öberg-Nuñez"), ["åsa", "öberg", "nuñez"]);
    assert_eq!(words("O'Brien.x@Nordhamn.example"), ["o", "brien", "x", "nordhamn", "example"]);
    assert_eq!(words("ＡＮＮＡ anna ﬁn"), ["anna", "fin"]);
    assert_eq!(words(" %_'\" "), [""; 0]);
    assert_eq!(words(&"a".repeat(90)), ["a".repeat(40)]);
}
