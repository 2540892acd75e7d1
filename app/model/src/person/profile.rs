//! What a person is called, and how the portal speaks to them.
use crate::field::FieldRule;
use crate::language::Language;
use crate::text::line;
use serde::{Deserialize, Serialize};

/// What somebody may change of themselves, as it is stored now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Profile {
    /// What they are called.
    pub name: String,
    /// The language of their pages and their mail.
    pub language: Language,
    /// The IANA name of the time zone that they live in.
    pub time_zone: String,
    /// Grows with each change: what was read before the last one is stale.
    pub version: i64,
    /// The time zones that there are.
    pub time_zones: Vec<String>,
}

/// A name to show other people: one line of 1 to [`MAX_CHARS`](Self::MAX_CHARS) characters. It is the OIDC `name` claim
/// (OpenID Connect Core 1.0, section 5.1): not unique, never a key to look an account up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DisplayName(String);

impl DisplayName {
    /// Most characters of a name.
    pub const MAX_CHARS: u32 = 64;

    /// # Errors
    /// The rule that the text breaks.
    pub fn parse(text: &str) -> Result<Self, FieldRule> {
        line(text, Self::MAX_CHARS).map(Self)
    }

    /// The name as typed, without space around it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// What to call somebody in a greeting: the first word of their name.
#[must_use]
pub fn given_name(name: &str) -> &str {
    name.split_whitespace().next().unwrap_or(name)
}

/// One or two letters that stand for a person: of the first and the last word of their name.
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
