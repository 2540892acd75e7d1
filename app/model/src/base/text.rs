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
fn several_lines_are_one_text_whichever_system_breaks_them() {
    assert_eq!(lines(" a\r\nb\n\nc \r\n", 6).as_deref(), Ok("a\nb\n\nc"));
    assert_eq!(lines("a\r\nb\n\nc", 5), Err(FieldRule::TooLong(5)));
    assert_eq!(lines(" \n ", 5).as_deref(), Ok(""));
    for bad in ["a\rb", "a\tb", "a\n\u{202E}b"] {
        assert_eq!(lines(bad, 64), Err(FieldRule::Unprintable), "{bad:?}");
    }
}
