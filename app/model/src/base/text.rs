//! Text that one person types and other people read.
use crate::field::FieldRule;

/// Whether a character is invisible, or makes the text around it look like other text.
#[must_use]
pub fn misleads(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{00AD}' | '\u{061C}' | '\u{180E}'
            | '\u{200B}'..='\u{200F}' // zero width, left-to-right and right-to-left marks
            | '\u{2028}'..='\u{202E}' // line and paragraph separators, embeddings and overrides
            | '\u{2060}'..='\u{206F}' // invisible operators, isolates
            | '\u{FEFF}' | '\u{FFF9}'..='\u{FFFB}'
            | '\u{E0000}'..='\u{E007F}' // tags
        )
}

/// Trims a line and checks that it has 1 to `max` Unicode scalar values, all of them visible.
///
/// # Errors
/// The rule that the line breaks.
pub fn line(text: &str, max: u32) -> Result<String, FieldRule> {
    let text = text.trim();
    if text.is_empty() {
        return Err(FieldRule::Empty);
    }
    if text.chars().any(misleads) {
        return Err(FieldRule::Unprintable);
    }
    if text.chars().nth(max as usize).is_some() {
        return Err(FieldRule::TooLong(max));
    }
    Ok(text.to_owned())
}

/// As [`line`], for the name of a person or an organisation: it is no web address, which a mail program would make a
/// link in a mail that the portal sends.
///
/// # Errors
/// The rule that the name breaks.
pub fn name(text: &str, max: u32) -> Result<String, FieldRule> {
    let text = line(text, max)?;
    let small = text.to_lowercase();
    let is_address = small.contains("://") || small.contains("www.") || small.contains("mailto:");
    if is_address { Err(FieldRule::WebAddress) } else { Ok(text) }
}

/// The text with an invisible character behind each full stop or slash inside a word, so that no mail program makes a
/// link of it: `evil.example` in an organisation's name would be one under the portal's own sender.
#[must_use]
pub fn unlinked(text: &str) -> String {
    const WORD_JOINER: char = '\u{2060}';
    let mut safe = String::with_capacity(text.len());
    let mut rest = text.chars().peekable();
    while let Some(c) = rest.next() {
        safe.push(c);
        if matches!(c, '.' | '/' | ':') && rest.peek().is_some_and(|next| !next.is_whitespace()) {
            safe.push(WORD_JOINER);
        }
    }
    safe
}

/// Trims a text of several lines and checks that it has at most `max` Unicode scalar values, all of them visible but
/// for the line breaks. A browser sends a line break as CR LF; here it is LF alone.
///
/// # Errors
/// The rule that the text breaks.
pub fn lines(text: &str, max: u32) -> Result<String, FieldRule> {
    let text = text.replace("\r\n", "\n");
    if text.chars().any(|c| c != '\n' && misleads(c)) {
        return Err(FieldRule::Unprintable);
    }
    let text = text.trim();
    if text.chars().nth(max as usize).is_some() {
        return Err(FieldRule::TooLong(max));
    }
    Ok(text.to_owned())
}

#[test]
fn invisible_characters_are_refused() {
    for bad in ["a\0b", "a\nb", "a\u{202E}b", "a\u{2066}b", "a\u{200B}b", "a\u{1b}[31m"] {
        assert_eq!(line(bad, 64), Err(FieldRule::Unprintable), "{bad:?}");
    }
    assert_eq!(line(" Åsa  Öberg-Nuñez ", 64).as_deref(), Ok("Åsa  Öberg-Nuñez"));
}

#[test]
fn characters_are_counted_not_bytes() {
    assert!(line(&"é".repeat(64), 64).is_ok());
    assert_eq!(line(&"é".repeat(65), 64), Err(FieldRule::TooLong(64)));
    assert_eq!(line(" \t ", 64), Err(FieldRule::Empty));
}

#[test]
fn a_name_is_no_web_address() {
    for bad in ["Se https://evil.example/vinst", "WWW.evil.example", "mailto:a@b.example", "ftp://x"] {
        assert_eq!(name(bad, 64), Err(FieldRule::WebAddress), "{bad}");
    }
    for good in ["Booking.com AB", "J.R. Ewing", "Kommun / Region", "St. Eriks sjukhus: akuten"] {
        assert_eq!(name(good, 64).as_deref(), Ok(good));
    }
}

#[test]
fn no_part_of_a_name_looks_like_an_address() {
    assert_eq!(unlinked("Se evil.example/vinst nu."), "Se evil.\u{2060}example/\u{2060}vinst nu.");
    assert_eq!(unlinked("https://x"), "https:\u{2060}/\u{2060}/\u{2060}x");
    assert_eq!(unlinked("St. Eriks sjukhus / akuten"), "St. Eriks sjukhus / akuten");
}

#[test]
fn several_lines_are_one_text_whichever_system_breaks_them() {
    assert_eq!(lines(" a\r\nb\n\nc \r\n", 6).as_deref(), Ok("a\nb\n\nc"));
    assert_eq!(lines("a\r\nb\n\nc", 5), Err(FieldRule::TooLong(5)));
    assert_eq!(lines(" \n ", 5).as_deref(), Ok(""));
    for bad in ["a\rb", "a\tb", "a\n\u{202E}b"] {
        assert_eq!(lines(bad, 64), Err(FieldRule::Unprintable), "{bad:?}");
    }
}
