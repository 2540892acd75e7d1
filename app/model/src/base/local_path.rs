//! Redirect targets that cannot lead to another site.

/// A path of this site, with its query, that is safe in a `Location` header.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LocalPath(String);

impl LocalPath {
    /// The most bytes of a path: the address of a page with another address, encoded, in its query.
    const MAX: usize = 4096;
    /// The most bytes of an address that another one carries. Encoding makes it at most three times as long.
    pub const MAX_CARRIED: usize = 1024;

    /// `None` if a browser could read the text as anything other than a page of this site.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let local = text.starts_with('/') && !text.starts_with("//") && !text.starts_with("/rpc/");
        let plain = text.bytes().all(|b| b.is_ascii_graphic() && b != b'\\' && b != b'#');
        (local && plain && text.len() <= Self::MAX).then(|| Self(text.to_owned()))
    }

    /// The path and its query.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The query.
    #[must_use]
    pub fn query(&self) -> Option<&str> {
        self.0.split_once('?').map(|(_, query)| query)
    }

    /// The path without its query.
    #[must_use]
    pub fn path(&self) -> &str {
        self.0.split('?').next().unwrap_or("/")
    }
}

impl Default for LocalPath {
    fn default() -> Self {
        Self("/".to_owned())
    }
}

#[test]
fn only_paths_of_this_site() {
    for good in ["/", "/sign-in?next=/profile", "/a/b?x=1&y=%2F"] {
        assert!(LocalPath::parse(good).is_some(), "{good}");
    }
    for bad in [
        "",
        "login",
        "//evil.test",
        "/\\evil.test",
        "\\/evil.test",
        "https://evil.test",
        "/a\r\nSet-Cookie: x",
        "/\t/evil.test",
        "/rpc/sign_in",
        "/a#b",
        "/å",
    ] {
        assert!(LocalPath::parse(bad).is_none(), "{bad}");
    }
}
