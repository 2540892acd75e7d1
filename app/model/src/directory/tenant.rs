//! Customer organisations and the operator's own.
use crate::field::FieldRule;
use crate::id::TenantId;
use crate::language::Language;
use crate::text::name;
use crate::time::LocalTime;
use serde::{Deserialize, Serialize};

/// An organisation's name: one line of 1 to [`MAX_CHARS`](Self::MAX_CHARS) characters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrganisationName(String);

impl OrganisationName {
    /// The most characters of a name.
    pub const MAX_CHARS: u32 = 100;

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

/// An organisation's short name, for addresses and commands: 2 to 40 characters of a–z, digits and single hyphens
/// between them. It is unique in the installation. It has one script, so that no short name can imitate another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Slug(String);

impl Slug {
    /// The most characters of a short name.
    pub const MAX_CHARS: usize = 40;
    const MIN_CHARS: usize = 2;

    /// # Errors
    /// [`FieldRule::Empty`], or [`FieldRule::NotASlug`] for any other text that is no short name.
    pub fn parse(text: &str) -> Result<Self, FieldRule> {
        let text = text.trim();
        if text.is_empty() {
            return Err(FieldRule::Empty);
        }
        let plain = text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
        // Two hyphens begin the encoded form of another script's name (RFC 5891, section 4.2.3.1).
        let bare = !text.starts_with('-') && !text.ends_with('-') && !text.contains("--");
        let fits = (Self::MIN_CHARS..=Self::MAX_CHARS).contains(&text.len());
        if plain && bare && fits { Ok(Self(text.to_owned())) } else { Err(FieldRule::NotASlug) }
    }

    /// The short name made from a name: `Åmåls kommun` gives `amals-kommun`. `None` if the name has letters outside
    /// the Latin alphabet or too few letters: then a person has to choose one.
    #[must_use]
    pub fn of_name(name: &str) -> Option<Self> {
        let mut text = plain(name)?;
        if text.len() > Self::MAX_CHARS {
            // Cuts at the end of a word, unless the first word alone is too long.
            let cut = text[..=Self::MAX_CHARS].rfind('-').unwrap_or(Self::MAX_CHARS);
            text.truncate(cut);
        }
        Self::parse(&text).ok()
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The name in small ASCII letters and digits, with one hyphen for each run of other characters. `None` if a letter
/// has no such form.
#[must_use]
pub fn plain(name: &str) -> Option<String> {
    let mut text = String::new();
    for c in name.chars().flat_map(char::to_lowercase) {
        match c {
            'a'..='z' | '0'..='9' => text.push(c),
            '\'' | '’' | '\u{300}'..='\u{36f}' => {}
            _ if c.is_alphanumeric() => text.push_str(latin(c)?),
            _ if text.is_empty() || text.ends_with('-') => {}
            _ => text.push('-'),
        }
    }
    text.truncate(text.trim_end_matches('-').len());
    Some(text)
}

const fn latin(c: char) -> Option<&'static str> {
    Some(match c {
        'à'..='å' | 'ā' | 'ă' | 'ą' => "a",
        'æ' | 'ǽ' => "ae",
        'ç' | 'ć' | 'č' => "c",
        'ď' | 'đ' | 'ð' => "d",
        'è'..='ë' | 'ē' | 'ė' | 'ę' | 'ě' => "e",
        'ğ' | 'ģ' => "g",
        'ì'..='ï' | 'ī' | 'į' | 'ı' => "i",
        'ķ' => "k",
        'ĺ' | 'ļ' | 'ľ' | 'ł' => "l",
        'ñ' | 'ń' | 'ņ' | 'ň' | 'ŋ' => "n",
        'ò'..='ö' | 'ø' | 'ō' | 'ő' => "o",
        'œ' => "oe",
        'ŕ' | 'ř' => "r",
        'ś' | 'ş' | 'š' | 'ș' => "s",
        'ß' => "ss",
        'ţ' | 'ť' | 'ț' | 'ŧ' => "t",
        'þ' => "th",
        'ù'..='ü' | 'ū' | 'ů' | 'ű' | 'ų' => "u",
        'ý' | 'ÿ' => "y",
        'ź' | 'ż' | 'ž' => "z",
        _ => return None,
    })
}

/// The state of an organisation's contract.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Contract {
    /// The organisation's people can sign in.
    Active,
    /// The organisation's people cannot sign in until the suspension is lifted.
    Suspended,
    /// The organisation is suspended, and its keys will be deleted on a set day.
    Ending,
    /// The organisation's keys are deleted, and with them everything that was sealed.
    Ended,
}

impl Contract {
    /// Every state.
    pub const ALL: [Self; 4] = [Self::Active, Self::Suspended, Self::Ending, Self::Ended];

    /// The name in an address and in the list for scripts.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Suspended => "suspended",
            Self::Ending => "ending",
            Self::Ended => "ended",
        }
    }

    /// The state with this name. `None` if there is no such state.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|contract| contract.as_str() == name)
    }
}

/// An organisation that a person belongs to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    /// The organisation.
    pub id: TenantId,
    /// The organisation's name.
    pub name: String,
}

/// A page of the organisations, in the order of their short names.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tenants {
    /// The organisations of this page.
    pub rows: Vec<TenantRow>,
    /// The number of all organisations.
    pub all: u64,
    /// The short name after which the next page begins, if there is one.
    pub next: Option<String>,
}

/// An organisation in the operator's list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TenantRow {
    /// The organisation.
    pub id: TenantId,
    /// The organisation's name.
    pub name: String,
    /// The organisation's short name.
    pub slug: String,
    /// The state of its contract.
    pub contract: Contract,
    /// Whether it is the operator's own organisation.
    pub is_operator: bool,
    /// The number of members and guests.
    pub people: u64,
    /// The time of the last event in its audit log.
    pub last_activity: Option<LocalTime>,
}

/// An organisation's page, as the operator sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TenantDetail {
    /// The organisation, as in the list.
    pub row: TenantRow,
    /// The language of its mail.
    pub language: Language,
    /// The time of its creation.
    pub created_at: LocalTime,
    /// The time of its suspension, and the reason.
    pub suspended: Option<(LocalTime, String)>,
    /// The time at which its keys will be deleted.
    pub ends_at: Option<LocalTime>,
    /// The time at which its keys were deleted.
    pub ended_at: Option<LocalTime>,
    /// The names of its owners.
    pub owners: Vec<String>,
    /// The address that its first owner's invitation was mailed to, and the end of that invitation.
    pub invited: Option<(String, LocalTime)>,
}

#[test]
fn a_short_name_is_small_ascii_letters_digits_and_hyphens() {
    for good in ["ab", "nordhamn", "region-vastmark", "7-eleven", &"a".repeat(40)] {
        assert_eq!(Slug::parse(good).unwrap().as_str(), good);
    }
    assert_eq!(Slug::parse("  "), Err(FieldRule::Empty));
    // The last ones have a Cyrillic а, a Greek ο, a full-width a and a ligature, which look like Latin letters.
    for bad in
        ["a", "-ab", "ab-", "a--b", "Ab", "a b", "a_b", "å", "nordhаmn", "nοrdhamn", "ａb", "ﬁn", &"a".repeat(41)]
    {
        assert_eq!(Slug::parse(bad), Err(FieldRule::NotASlug), "{bad}");
    }
}

#[test]
fn a_short_name_is_made_of_a_name() {
    for (name, slug) in [
        ("Nordhamn kommun", "nordhamn-kommun"),
        ("Åmåls  Älv & Ö AB", "amals-alv-o-ab"),
        ("A\u{30a}re", "are"),
        ("Størbæk’s Straße", "storbaeks-strasse"),
        ("(Tre Tallar) Arkitekter HB.", "tre-tallar-arkitekter-hb"),
        ("The Brightwater and Larkmoor Housing Association Ltd", "the-brightwater-and-larkmoor-housing"),
    ] {
        assert_eq!(Slug::of_name(name).unwrap().as_str(), slug, "{name}");
    }
    let long = "x".repeat(90);
    assert_eq!(Slug::of_name(&long).unwrap().as_str(), &long[..40]);
    for none in ["Компания", "Nordhаmn", "株式会社", "!", "A"] {
        assert_eq!(Slug::of_name(none), None, "{none}");
    }
}
