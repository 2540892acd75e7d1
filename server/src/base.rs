//! The portal's one origin, for cookies and links, and to tell the requests of its own pages from those of other
//! sites.
use http::uri::{Authority, Scheme, Uri};
use portvakt_core::token::Token;
use portvakt_model::link::LinkKind;
use std::net::{IpAddr, SocketAddr};

/// The portal's origin.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Base {
    https: bool,
    host: String,
    port: u16,
}

impl Base {
    /// The name of this machine for itself.
    const LOCAL: &str = "localhost";

    /// Reads `https://HOST` or `https://HOST:PORT` with nothing after it. `None` for any other text.
    #[must_use]
    pub fn of_origin(origin: &str) -> Option<Self> {
        let uri: Uri = origin.parse().ok()?;
        let authority = uri.authority().filter(|authority| !authority.as_str().contains('@'))?;
        let bare = uri.path_and_query().is_none_or(|path| path.as_str() == "/") && !origin.ends_with('/');
        let behind = authority.as_str().strip_prefix(authority.host())?;
        let port = if behind.is_empty() { Some(443) } else { behind.strip_prefix(':')?.parse().ok() };
        let port = port.filter(|port| *port > 0)?;
        let host = authority.host().to_ascii_lowercase();
        let is_https = uri.scheme() == Some(&Scheme::HTTPS);
        (is_https && bare && !host.is_empty()).then_some(Self { https: true, host, port })
    }

    /// Plain HTTP on this machine.
    #[must_use]
    pub fn local(port: u16) -> Self {
        Self::localhost(false, port)
    }

    /// This machine by its own name.
    pub(crate) fn localhost(https: bool, port: u16) -> Self {
        Self { https, host: Self::LOCAL.to_owned(), port }
    }

    /// The same origin on the port that the system chose, if `server.listen` asked for port 0.
    #[must_use]
    pub fn on_port(self, port: u16) -> Self {
        if self.port == 0 { Self { port, ..self } } else { self }
    }

    /// The host name or address, without a port.
    pub(crate) fn host(&self) -> &str {
        &self.host
    }

    /// `HOST:PORT`, as in a `Host` header: without the scheme's own port.
    #[must_use]
    pub fn authority(&self) -> String {
        let usual = if self.https { 443 } else { 80 };
        if self.port == usual { self.host.clone() } else { format!("{}:{}", self.host, self.port) }
    }

    /// `https://HOST:PORT`.
    #[must_use]
    pub fn origin(&self) -> String {
        format!("{}://{}", if self.https { "https" } else { "http" }, self.authority())
    }

    /// Whether browsers should remember to use TLS only. Not for `localhost`: they would remember it for every other
    /// program that serves there.
    #[must_use]
    pub fn is_only_https(&self) -> bool {
        self.https && self.host != Self::LOCAL
    }

    /// Whether a `Host` header names this origin.
    #[must_use]
    pub fn is(&self, host: &str) -> bool {
        let port = |authority: &Authority| authority.port_u16().unwrap_or(if self.https { 443 } else { 80 });
        host.parse::<Authority>()
            .is_ok_and(|host| host.host().eq_ignore_ascii_case(&self.host) && port(&host) == self.port)
    }

    /// Whether a `Host` header names this machine's loopback address on the portal's port.
    #[must_use]
    pub fn is_alias(&self, host: &str) -> bool {
        let (ip, port) = match host.parse::<SocketAddr>() {
            Ok(address) => (Some(address.ip()), address.port()),
            Err(_) => (host.trim_matches(['[', ']']).parse().ok(), if self.https { 443 } else { 80 }),
        };
        self.host == Self::LOCAL && port == self.port && ip.is_some_and(|ip: IpAddr| ip.is_loopback())
    }

    /// The address of a link.
    #[must_use]
    pub fn link(&self, kind: LinkKind, token: &Token) -> String {
        format!("{}/{}/{}", self.origin(), kind.name(), token.reveal())
    }
}

/// The addresses and the port of `server.listen`, and whether they are loopback addresses.
#[must_use]
pub fn listen_on(listen: &str) -> Option<(Vec<IpAddr>, u16, bool)> {
    if let Some(port) = listen.strip_prefix("localhost:") {
        let both = vec![IpAddr::from([127, 0, 0, 1]), IpAddr::from([0, 0, 0, 0, 0, 0, 0, 1])];
        return Some((both, port.parse().ok()?, true));
    }
    let address: SocketAddr = listen.parse().ok()?;
    Some((vec![address.ip()], address.port(), address.ip().is_loopback()))
}

/// Whether `server.listen` names loopback addresses only.
pub(crate) fn is_local(listen: &str) -> bool {
    listen_on(listen).is_some_and(|(_, _, is_local)| is_local)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_origin_is_a_scheme_and_a_host_and_nothing_else() {
        for (text, origin) in [
            ("https://konto.example", "https://konto.example"),
            ("https://Konto.Example:443", "https://konto.example"),
            ("https://konto.example:8443", "https://konto.example:8443"),
        ] {
            assert_eq!(Base::of_origin(text).unwrap().origin(), origin);
        }
        for bad in [
            "http://konto.example",
            "konto.example",
            "https://",
            "https://a@b",
            "https://a/",
            "https://a/x",
            "https://a?x",
            "https://a:0",
            "https://a:x",
            "",
        ] {
            assert_eq!(Base::of_origin(bad), None, "{bad}");
        }
    }

    #[test]
    fn only_the_portals_own_host_matches_however_it_is_written() {
        let base = Base::of_origin("https://konto.example").unwrap();
        assert!(base.is("konto.example") && base.is("konto.example:443") && base.is("KONTO.example"));
        assert!(
            !base.is("konto.example:80")
                && !base.is("evil.test")
                && !base.is("konto.example.evil.test")
                && !base.is("")
        );
        assert!(!base.is_alias("127.0.0.1:443"), "only a local portal has other names");
    }

    #[test]
    fn loopback_by_number_is_an_alias() {
        let (base, plain) = (Base::local(3000), Base::local(80));
        assert_eq!(plain.origin(), "http://localhost");
        assert!(plain.is_alias("127.0.0.1") && plain.is_alias("[::1]") && !plain.is_alias("evil.test"));
        assert!(!base.is_alias("127.0.0.1"));
        assert!(base.is_alias("127.0.0.1:3000") && base.is_alias("[::1]:3000"));
        assert!(!base.is_alias("127.0.0.1:80") && !base.is_alias("192.0.2.1:3000") && !base.is_alias("evil.test"));
    }
}
