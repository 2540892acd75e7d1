//! Passwords, as typed and as chosen.
use crate::error::CoreError;
use icu_normalizer::ComposingNormalizerBorrowed;
use portvakt_model::fault::FieldFault;
use portvakt_model::password::{MAX_CHARS, check};

const NFC: ComposingNormalizerBorrowed<'static> = ComposingNormalizerBorrowed::new_nfc();

/// A password in Normalization Form C, so that two keyboards that compose `é` differently type the same one (NIST SP
/// 800-63B-4, section 3.1.1.2). Nothing else is changed: case, space and length count. It cannot be printed.
pub struct Password(String);

impl Password {
    /// What somebody typed to sign in. `None` if it is longer than any password that was ever accepted.
    #[must_use]
    pub fn typed(text: &str) -> Option<Self> {
        let nfc = NFC.normalize(text);
        nfc.chars().nth(MAX_CHARS as usize).is_none().then(|| Self(nfc.into_owned()))
    }

    /// What somebody wants to have.
    ///
    /// # Errors
    /// The rule that it breaks, told of the form's field `field`.
    pub fn chosen(text: &str, field: &str) -> Result<Self, FieldFault> {
        let nfc = NFC.normalize(text);
        check(&nfc).map_err(|rule| rule.of(field))?;
        Ok(Self(nfc.into_owned()))
    }

    pub(crate) fn as_bytes(&self) -> &[u8] {
        self.0.as_bytes()
    }
}

/// Collects what several fields have to say, so that a person hears of all of them at once.
#[derive(Default)]
pub(crate) struct Faults(Vec<FieldFault>);

impl Faults {
    /// The value, or `None` and its fault.
    pub(crate) fn take<T>(&mut self, parsed: Result<T, FieldFault>) -> Option<T> {
        parsed.map_err(|fault| self.0.push(fault)).ok()
    }

    /// What was collected.
    pub(crate) fn refuse(self) -> CoreError {
        self.0.into()
    }
}

#[test]
fn both_spellings_of_a_letter_are_one_password() {
    let (composed, decomposed) = ("caf\u{e9} vid hamnen", "cafe\u{301} vid hamnen");
    let chosen = Password::chosen(composed, "password").ok();
    assert_eq!(chosen.map(|p| p.0), Password::typed(decomposed).map(|p| p.0));
    assert!(Password::typed(&"x".repeat(257)).is_none());
    assert_eq!(Password::typed(" A b ").map(|p| p.0).as_deref(), Some(" A b "));
}
