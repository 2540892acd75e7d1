//! The portal's origin, from its settings.
use super::Config;
use crate::base::{Base, listen_on};
use anyhow::{Result, bail};

impl Config {
    /// The origin of a portal with these settings. Clients on other machines are only ever served over TLS.
    ///
    /// # Errors
    /// If passwords would cross a network in the clear, or if the origin cannot be known.
    pub fn base(&self) -> Result<Base> {
        let listen = &self.server.listen;
        let Some((_, port, is_local)) = listen_on(listen) else {
            bail!("server.listen takes localhost:PORT or an IP address and a port, not {listen}");
        };
        let encrypts = self.tls.cert.is_some();
        if encrypts != self.tls.key.is_some() {
            bail!("tls.cert and tls.key belong together: set both or none");
        }
        let behind = !self.proxy.trusted.is_empty();
        if encrypts && behind {
            bail!("either Portvakt encrypts (tls) or a proxy does (proxy): set one of the two");
        }
        if self.tls.redirect.is_some() && !encrypts {
            bail!("tls.redirect leads to an encrypted portal: set tls.cert and tls.key");
        }
        match &self.server.origin {
            Some(origin) if encrypts || behind => Ok(origin.clone()),
            Some(_) => bail!("server.origin is https, which needs tls.cert and tls.key, or a proxy in proxy.trusted"),
            None if !is_local && !encrypts && !behind => bail!(
                "{listen} can be reached from other machines, and plain HTTP would show them passwords: \
                 listen on localhost:{port}, or set tls or proxy"
            ),
            None if behind || !is_local => {
                bail!("people on other machines need the portal's address: name it with --origin https://…")
            }
            None => Ok(Base::localhost(encrypts, port)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Settings;

    fn of(flags: &[(&'static str, &'static str, &str)]) -> Result<Base> {
        let flags: Vec<_> =
            flags.iter().map(|(area, name, text)| (Some((*text).to_owned()), *area, *name, "--x")).collect();
        Settings::read(None, &flags).unwrap().config.base()
    }

    const CERT: (&str, &str, &str) = ("tls", "cert", "c.pem");
    const KEY: (&str, &str, &str) = ("tls", "key", "k.pem");
    const OPEN: (&str, &str, &str) = ("server", "listen", "0.0.0.0:443");
    const ORIGIN: (&str, &str, &str) = ("server", "origin", "https://konto.example");
    const PROXY: (&str, &str, &str) = ("proxy", "trusted", "127.0.0.1");

    #[test]
    fn plain_http_is_for_this_machine_alone() {
        for (listen, port) in [("localhost:3000", 3000), ("127.0.0.1:0", 0), ("[::1]:8080", 8080)] {
            assert_eq!(of(&[("server", "listen", listen)]).unwrap(), Base::local(port), "{listen}");
        }
        for listen in
            ["0.0.0.0:3000", "[::]:3000", "192.0.2.1:80", "example.com:80", "3000", "localhost", "localhost:99999"]
        {
            assert!(of(&[("server", "listen", listen)]).is_err(), "{listen}");
            assert!(of(&[("server", "listen", listen), ORIGIN]).is_err(), "{listen} with an origin");
        }
        assert!(of(&[ORIGIN]).is_err(), "nobody encrypts");
    }

    #[test]
    fn other_machines_are_served_over_tls_by_us_or_by_a_proxy() {
        assert_eq!(of(&[CERT, KEY, OPEN, ORIGIN]).unwrap().origin(), "https://konto.example");
        assert_eq!(of(&[PROXY, OPEN, ORIGIN]).unwrap().origin(), "https://konto.example");
        assert_eq!(of(&[CERT, KEY]).unwrap().origin(), "https://localhost:3000");
        let redirect = ("tls", "redirect", "0.0.0.0:80");
        for (what, flags) in [
            ("half of it", &[CERT, ORIGIN][..]),
            ("both", &[CERT, KEY, PROXY, ORIGIN]),
            ("no origin", &[CERT, KEY, OPEN]),
            ("no origin behind a proxy", &[PROXY]),
            ("a redirect to nowhere", &[PROXY, ORIGIN, redirect]),
        ] {
            assert!(of(flags).is_err(), "{what}");
        }
    }
}
