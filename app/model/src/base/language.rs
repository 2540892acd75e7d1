//! The languages that Portvakt speaks.
use serde::{Deserialize, Serialize};

/// A language of the pages and of mail.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Default)]
pub enum Language {
    /// English: the default.
    #[default]
    English,
    /// Swedish.
    Swedish,
}

impl Language {
    /// Both languages, in the order of the language menu.
    pub const ALL: [Self; 2] = [Self::Swedish, Self::English];

    /// The BCP 47 tag, as HTML's `lang`, the database and the cookie have it.
    #[must_use]
    pub const fn tag(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::Swedish => "sv",
        }
    }

    /// The language's name in itself.
    #[must_use]
    pub const fn own_name(self) -> &'static str {
        match self {
            Self::English => "English",
            Self::Swedish => "Svenska",
        }
    }

    /// The language with exactly this tag.
    #[must_use]
    pub fn of_tag(tag: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|l| l.tag() == tag)
    }

    /// The language that an `Accept-Language` header prefers (RFC 9110, section 12.5.4).
    #[must_use]
    pub fn accepted(header: &str) -> Option<Self> {
        let mut best: Option<(Self, u32)> = None;
        for part in header.split(',') {
            let (range, weight) = part.split_once(';').unwrap_or((part, ""));
            let Some(language) = Self::of_tag(range.trim().split('-').next()?.to_ascii_lowercase().as_str()) else {
                continue;
            };
            let weight = weight.trim().strip_prefix("q=").map_or(1000, thousandths);
            if weight > best.map_or(0, |(_, w)| w) {
                best = Some((language, weight));
            }
        }
        best.map(|(language, _)| language)
    }
}

/// Reads a weight: `0.8` is 800. Text that is no weight is 0.
fn thousandths(weight: &str) -> u32 {
    let (whole, part) = weight.split_once('.').unwrap_or((weight, ""));
    let part = format!("{part:0<3}");
    match (whole, part.get(..3).and_then(|p| p.parse::<u32>().ok())) {
        ("1", _) => 1000,
        ("0", Some(n)) => n,
        _ => 0,
    }
}

#[test]
fn the_heaviest_language_we_speak_wins() {
    for (header, expected) in [
        ("sv-SE,sv;q=0.9,en;q=0.8", Some(Language::Swedish)),
        ("de, en-GB;q=0.5, sv;q=0.7", Some(Language::Swedish)),
        ("en-US,en;q=0.9,sv;q=0.1", Some(Language::English)),
        ("de", None),
        ("sv;q=0", None),
        ("sv;q=x", None),
        ("", None),
        ("SV", Some(Language::Swedish)),
    ] {
        assert_eq!(Language::accepted(header), expected, "{header}");
    }
}
