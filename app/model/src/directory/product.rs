//! The vendor's applications.
use crate::text::line;
use serde::{Deserialize, Serialize};

/// A product, as pages show it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Product {
    slug: String,
    name: String,
    address: String,
}

impl Product {
    const MAX_SLUG: usize = 32;
    const MAX_NAME: u32 = 64;
    const MAX_ADDRESS: u32 = 500;
    const SCHEME: &str = "https://";

    /// `None` unless the slug consists of a to z, digits and hyphens and begins with a letter, the name is a line,
    /// and the address begins with `https://`: the address becomes a link.
    #[must_use]
    pub fn new(slug: &str, name: &str, address: &str) -> Option<Self> {
        let fits = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        let is_slug = slug.starts_with(|c: char| c.is_ascii_lowercase()) && slug.chars().all(fits);
        let name = line(name, Self::MAX_NAME).ok()?;
        let address = line(address, Self::MAX_ADDRESS).ok()?;
        let host = address.strip_prefix(Self::SCHEME)?;
        let is_web = !host.is_empty() && !host.starts_with('/') && !address.contains(char::is_whitespace);
        (is_slug && slug.len() <= Self::MAX_SLUG && is_web).then(|| Self { slug: slug.to_owned(), name, address })
    }

    /// The product's short name, in permissions and in the portal's own addresses.
    #[must_use]
    pub fn slug(&self) -> &str {
        &self.slug
    }

    /// The product's name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The product's address.
    #[must_use]
    pub fn address(&self) -> &str {
        &self.address
    }

    /// The address without its scheme and last slash.
    #[must_use]
    pub fn short_address(&self) -> &str {
        self.address.strip_prefix(Self::SCHEME).unwrap_or(&self.address).trim_end_matches('/')
    }
}

#[test]
fn a_product_has_a_slug_a_name_and_an_address_that_can_be_followed() {
    let product = Product::new("avtal", " Avtal ", "https://avtal.mardby.example/").expect("a product");
    assert_eq!((product.name(), product.short_address()), ("Avtal", "avtal.mardby.example"));
    for (slug, name, address) in [
        ("", "A", "https://a.example"),
        ("Avtal", "A", "https://a.example"),
        ("1a", "A", "https://a.example"),
        ("a b", "A", "https://a.example"),
        (&"a".repeat(33), "A", "https://a.example"),
        ("a", "", "https://a.example"),
        ("a", "A", "http://a.example"),
        ("a", "A", "javascript:alert(1)"),
        ("a", "A", "https://"),
        ("a", "A", "https:///a"),
        ("a", "A", "https://a.example/a b"),
    ] {
        assert_eq!(Product::new(slug, name, address), None, "{slug} {name} {address}");
    }
}
