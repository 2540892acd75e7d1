//! A person's name, language and time zone.
use crate::field::FieldRule;
use crate::language::Language;
use crate::text::name;
use serde::{Deserialize, Serialize};

/// The profile that a person may change, as it is stored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Profile {
    /// The person's name.
    pub name: String,
    /// The language of the person's pages and mail.
    pub language: Language,
    /// The IANA name of the person's time zone.
    pub time_zone: String,
    /// The version of the profile. Each save raises it, so that a save from an older page is noticed.
    pub version: i64,
    /// The time zones to choose from.
    pub time_zones: Vec<String>,
}

/// A name to show other people: one line of 1 to [`MAX_CHARS`](Self::MAX_CHARS) characters. It is the OIDC `name` claim
/// (OpenID Connect Core 1.0, section 5.1): not unique, never a key to look an account up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DisplayName(String);

impl DisplayName {
    /// The most characters of a name.
    pub const MAX_CHARS: u32 = 64;

    /// # Errors
    /// The rule that the text breaks.
    pub fn parse(text: &str) -> Result<Self, FieldRule> {
        name(text, Self::MAX_CHARS).map(Self)
    }

    /// The name as typed, without surrounding space.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The name in a greeting: the first word.
#[must_use]
pub fn given_name(name: &str) -> &str {
    name.split_whitespace().next().unwrap_or(name)
}

/// A person's initials: the first letters of the first and the last word.
#[must_use]
pub fn initials(name: &str) -> String {
    let mut words = name.split_whitespace().filter_map(|w| w.chars().next());
    let first = words.next();
    first.into_iter().chain(words.next_back()).flat_map(char::to_uppercase).collect()
}

#[test]
fn initials_are_of_the_first_and_the_last_word() {
    assert_eq!(initials("Anna Lindqvist"), "AL");
    assert_eq!(initials("åsa maria öberg"), "ÅÖ");
    assert_eq!(initials("Cher"), "C");
    assert_eq!(initials(""), "");
    assert_eq!(given_name("Anna Lindqvist"), "Anna");
}
