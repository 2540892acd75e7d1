//! The one origin that the portal is reached by: for cookies, for links, and to tell our own pages' requests from others'.
use anyhow::{Result, bail};
use portvakt_core::token::Token;
use portvakt_model::link::LinkKind;
use std::net::{IpAddr, SocketAddr};

/// The canonical origin, on this machine only: `http://localhost:PORT`.
#[derive(Debug, Clone)]
pub struct Base {
    port: u16,
}

impl Base {
    /// From `localhost:PORT`, or a loopback address and a port. Portvakt serves plain HTTP to this machine and nobody else.
    ///
    /// # Errors
    /// For anything but a loopback address and a port.
    pub fn of_listen(listen: &str) -> Result<Self> {
        let address = listen.strip_prefix("localhost:").map_or_else(
            || listen.parse::<SocketAddr>().ok(),
            |port| port.parse().ok().map(|port| SocketAddr::new(IpAddr::from([127, 0, 0, 1]), port)),
        );
        let Some(address) = address else { bail!("--listen takes localhost:PORT, not {listen}") };
        if !address.ip().is_loopback() {
            bail!(
                "{listen} can be reached from other machines, and plain HTTP would show them passwords: \
                 listen on localhost:{}",
                address.port()
            );
        }
        Ok(Self { port: address.port() })
    }

    /// The same on the port that the system chose where 0 was asked for.
    #[must_use]
    pub const fn on_port(port: u16) -> Self {
        Self { port }
    }

    /// The port; 0 lets the system choose.
    #[must_use]
    pub const fn port(&self) -> u16 {
        self.port
    }

    /// `localhost:PORT`, as a `Host` header says it: without the port that a browser leaves out.
    #[must_use]
    pub fn authority(&self) -> String {
        if self.port == 80 { "localhost".to_owned() } else { format!("localhost:{}", self.port) }
    }

    /// `http://localhost:PORT`.
    #[must_use]
    pub fn origin(&self) -> String {
        format!("http://{}", self.authority())
    }

    /// Whether a `Host` is another name of this machine's loopback on our port.
    #[must_use]
    pub fn is_alias(&self, host: &str) -> bool {
        let (ip, port) = match host.parse::<SocketAddr>() {
            Ok(address) => (Some(address.ip()), address.port()),
            Err(_) => (host.trim_matches(['[', ']']).parse().ok(), 80),
        };
        port == self.port && ip.is_some_and(|ip: IpAddr| ip.is_loopback())
    }

    /// The address of a link.
    #[must_use]
    pub fn link(&self, kind: LinkKind, token: &Token) -> String {
        format!("{}/{}/{}", self.origin(), kind.name(), token.reveal())
    }
}

#[test]
fn only_this_machine_is_listened_to() {
    for (good, port) in [("localhost:3000", 3000), ("127.0.0.1:0", 0), ("[::1]:8080", 8080)] {
        assert_eq!(Base::of_listen(good).ok().map(|b| b.port()), Some(port), "{good}");
    }
    for bad in ["0.0.0.0:3000", "[::]:3000", "192.0.2.1:80", "example.com:80", "3000", "localhost", "localhost:99999"] {
        assert!(Base::of_listen(bad).is_err(), "{bad}");
    }
}

#[test]
fn loopback_by_number_is_an_alias() {
    let base = Base::on_port(3000);
    let plain = Base::on_port(80);
    assert_eq!(plain.origin(), "http://localhost");
    assert!(plain.is_alias("127.0.0.1") && plain.is_alias("[::1]") && !plain.is_alias("evil.test"));
    assert!(!base.is_alias("127.0.0.1"));
    assert!(base.is_alias("127.0.0.1:3000") && base.is_alias("[::1]:3000"));
    assert!(!base.is_alias("127.0.0.1:80") && !base.is_alias("192.0.2.1:3000") && !base.is_alias("evil.test"));
}
