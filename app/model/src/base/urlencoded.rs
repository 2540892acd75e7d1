//! The encoding of forms and queries (`application/x-www-form-urlencoded`).

/// A value for a query, with each unsafe byte percent-encoded.
#[must_use]
pub fn encoded(value: &str) -> String {
    let escape = |byte: u8| match byte {
        b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'@' => char::from(byte).to_string(),
        byte => format!("%{byte:02X}"),
    };
    value.bytes().map(escape).collect()
}

/// Decodes percent-encoding once. `None` if the result is not UTF-8: a replacement character would be text that no
/// person typed.
#[must_use]
pub fn decoded(part: &[u8]) -> Option<String> {
    let mut bytes = Vec::with_capacity(part.len());
    let mut rest = part.iter();
    while let Some(byte) = rest.next() {
        bytes.push(match byte {
            b'+' => b' ',
            b'%' => {
                let hex = |digit: &u8| char::from(*digit).to_digit(16).and_then(|d| u8::try_from(d).ok());
                hex(rest.next()?)? << 4 | hex(rest.next()?)?
            }
            plain => *plain,
        });
    }
    String::from_utf8(bytes).ok()
}
