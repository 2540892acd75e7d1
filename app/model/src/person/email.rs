//! Email addresses, as far as a form can check them.
use crate::field::FieldRule;
use crate::text::line;

/// An address in the form `local@domain`, as typed: mail goes to exactly this text. Quoted local parts and address
/// literals (RFC 5321, section 4.1.2) are refused: no customer uses them, and they can smuggle syntax.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EmailAddress(String);

impl EmailAddress {
    /// The most characters of an address. RFC 5321, section 4.5.3.1.3: a path of 256 octets less its two brackets.
    pub const MAX_CHARS: u32 = 254;
    /// The most octets before the `@` (RFC 5321, section 4.5.3.1.1).
    const MAX_LOCAL: usize = 64;

    /// # Errors
    /// The rule that the text breaks.
    pub fn parse(text: &str) -> Result<Self, FieldRule> {
        let text = line(text, Self::MAX_CHARS)?;
        let (local, domain) = text.rsplit_once('@').ok_or(FieldRule::NotAnEmail)?;
        let local_fits = !local.is_empty()
            && local.len() <= Self::MAX_LOCAL
            && local.split('.').all(|part| !part.is_empty())
            && local.chars().all(|c| c.is_alphanumeric() || "!#$%&'*+-/=?^_`{|}~.".contains(c));
        let label_fits = |label: &str| {
            (1..=63).contains(&label.len())
                && label.chars().all(|c| c.is_alphanumeric() || c == '-')
                && !label.starts_with('-')
                && !label.ends_with('-')
        };
        let domain_fits = domain.contains('.') && domain.split('.').all(label_fits);
        if local_fits && domain_fits { Ok(Self(text)) } else { Err(FieldRule::NotAnEmail) }
    }

    /// The address as typed, without surrounding space.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[test]
fn addresses_that_people_have_are_accepted() {
    for good in ["anna@nordhamn.example", " o'brien+x@a.b.example ", "åsa@öberg.example", "a_b-c.d@x-y.example"] {
        assert!(EmailAddress::parse(good).is_ok(), "{good}");
    }
}

#[test]
fn malformed_addresses_are_refused() {
    for bad in [
        "anna",
        "anna@",
        "@b.example",
        "a@b",
        "a@b..example",
        "a@-b.example",
        "a b@c.example",
        "a@b@c.example",
        "\"a\"@b.example",
        "a@[127.0.0.1]",
        "a.@b.example",
        "a,b@c.example",
        "<a@b.example>",
    ] {
        assert_eq!(EmailAddress::parse(bad), Err(FieldRule::NotAnEmail), "{bad}");
    }
    assert_eq!(EmailAddress::parse("a@b.example\r\nBcc: c@d.example"), Err(FieldRule::Unprintable));
    assert_eq!(EmailAddress::parse(""), Err(FieldRule::Empty));
    assert_eq!(EmailAddress::parse(&format!("{}@b.example", "a".repeat(65))), Err(FieldRule::NotAnEmail));
}
