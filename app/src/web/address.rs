//! Addresses with a query.

/// A path with a query of these fields. A field with an empty value is left out.
#[must_use]
pub fn with_query<V: AsRef<str>>(path: &str, fields: impl IntoIterator<Item = (&'static str, V)>) -> String {
    let mut address = path.to_owned();
    for (name, value) in fields {
        let value = value.as_ref();
        if !value.is_empty() {
            address.push(if address.len() == path.len() { '?' } else { '&' });
            address.push_str(name);
            address.push('=');
            address.push_str(&escaped(value));
        }
    }
    address
}

/// A value for a query, with each unsafe byte percent-encoded. Leptos' own `ParamsMap` encodes other bytes on the
/// server than in the browser, so its links would differ between the two.
fn escaped(value: &str) -> String {
    let escape = |byte: u8| match byte {
        b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'@' => char::from(byte).to_string(),
        byte => format!("%{byte:02X}"),
    };
    value.bytes().map(escape).collect()
}

#[test]
fn a_query_holds_what_is_not_empty_percent_encoded() {
    assert_eq!(with_query("/x", [("a", ""), ("b", "")]), "/x");
    assert_eq!(with_query("/x", [("a", ""), ("b", "å & 1"), ("c", "/y?z=1")]), "/x?b=%C3%A5%20%26%201&c=%2Fy%3Fz%3D1");
}
