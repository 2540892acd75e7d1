//! The identifier by which an account is looked up.
use icu_casemap::CaseMapper;
use icu_normalizer::ComposingNormalizerBorrowed;

/// An email address in a form in which its spellings are equal: NFKC, case folded, NFKC again. So `ADMIN@…`, full-width
/// letters and ligatures cannot make a second account that looks like the first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identifier(String);

impl Identifier {
    /// The identifier of the typed text. Text that is no address finds no account.
    #[must_use]
    pub fn of(typed: &str) -> Self {
        // An address has at most 254 characters. Longer text finds no account, so its end is not worth the work.
        let typed: String = typed.trim().chars().take(320).collect();
        if typed.chars().any(char::is_control) {
            return Self(String::new()); // no account has this identifier; PostgreSQL cannot store a NUL
        }
        Self(folded(&typed))
    }

    /// The identifier as the database stores it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// NFKC, case folded, NFKC again: two spellings of one text become equal.
pub(crate) fn folded(text: &str) -> String {
    const NFKC: ComposingNormalizerBorrowed<'static> = ComposingNormalizerBorrowed::new_nfkc();
    NFKC.normalize(&CaseMapper::new().fold_string(&NFKC.normalize(text))).into_owned()
}

#[test]
fn spellings_of_one_address_are_one_identifier() {
    let admin = Identifier::of("admin@firma.example");
    for same in ["ADMIN@firma.example", " Admin@Firma.Example ", "ａｄｍｉｎ@firma.example", "admin@ﬁrma.example"]
    {
        assert_eq!(Identifier::of(same), admin, "{same}");
    }
    assert_eq!(Identifier::of("STRASSE@x.example"), Identifier::of("straße@x.example"));
    // A Cyrillic letter is another letter and makes another account. Pages that show names tell the two apart.
    assert_ne!(Identifier::of("аdmin@firma.example"), admin);
    assert_eq!(Identifier::of("admin\0@firma.example").as_str(), "");
}
