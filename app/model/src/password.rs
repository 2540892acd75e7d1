//! Which passwords may be chosen. The text is in Unicode's Normalization Form C already (core and the browser each have
//! their own means for that), so a character is one code point of it.
use crate::fault::FieldRule;
use crate::text::misleads;

/// Fewest characters of a password that is the only factor. NIST SP 800-63B-4, section 3.1.1.2.
pub const MIN_CHARS: u32 = 15;
/// Most characters. NIST asks for at least 64; nothing is ever cut.
pub const MAX_CHARS: u32 = 256;

/// # Errors
/// The rule that a new password breaks.
pub fn check(nfc: &str) -> Result<(), FieldRule> {
    let chars = nfc.chars().take(MAX_CHARS as usize + 1).count();
    match u32::try_from(chars).unwrap_or(u32::MAX) {
        0 => Err(FieldRule::Empty),
        n if n > MAX_CHARS => Err(FieldRule::TooLong(MAX_CHARS)),
        // A line break or an escape sequence was pasted by mistake, and cannot be typed again on every keyboard.
        _ if nfc.chars().any(misleads) => Err(FieldRule::Unprintable),
        n if n < MIN_CHARS => Err(FieldRule::TooShort(MIN_CHARS)),
        _ => Ok(()),
    }
}

#[test]
fn fifteen_characters_of_any_kind_are_enough() {
    assert_eq!(check("abcdefghijklmno"), Ok(()));
    assert_eq!(check(&"😀".repeat(15)), Ok(()));
    assert_eq!(check("Aa1!Aa1!Aa1!Aa"), Err(FieldRule::TooShort(15)));
    assert_eq!(check(&"x".repeat(256)), Ok(()));
    assert_eq!(check(&"x".repeat(257)), Err(FieldRule::TooLong(256)));
    assert_eq!(check(""), Err(FieldRule::Empty));
    assert_eq!(check("abcdefghijklmno\n"), Err(FieldRule::Unprintable));
}
