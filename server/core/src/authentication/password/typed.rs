//! A typed password: the text that is hashed, verified and judged.
use icu_normalizer::ComposingNormalizerBorrowed;
use portvakt_model::password::MAX_CHARS;
use zeroize::Zeroizing;

pub(super) const NFC: ComposingNormalizerBorrowed<'static> = ComposingNormalizerBorrowed::new_nfc();

/// A password in Normalization Form C, so that two keyboards that compose `é` differently type the same one (NIST SP
/// 800-63B-4, section 3.1.1.2). Nothing else is changed: case, spaces and length stay as typed. It cannot be printed,
/// and its memory is overwritten when it is dropped.
pub struct Password(pub(super) Zeroizing<String>);

impl Password {
    /// A password typed at a sign-in. `None` if it is longer than any password that was ever accepted.
    #[must_use]
    pub fn typed(text: &str) -> Option<Self> {
        let nfc = Zeroizing::new(NFC.normalize(text).into_owned());
        nfc.chars().nth(MAX_CHARS as usize).is_none().then(|| Self(nfc))
    }

    pub(crate) fn as_bytes(&self) -> &[u8] {
        self.0.as_bytes()
    }
}

#[test]
fn both_spellings_of_a_letter_are_one_password() {
    let (composed, decomposed) = ("caf\u{e9} vid hamnen", "cafe\u{301} vid hamnen");
    assert_eq!(Password::typed(composed).map(|p| p.0), Password::typed(decomposed).map(|p| p.0));
    assert!(Password::typed(&"x".repeat(257)).is_none());
    assert_eq!(Password::typed(" A b ").unwrap().as_bytes(), b" A b ");
}
