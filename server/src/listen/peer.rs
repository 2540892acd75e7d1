//! The client at the other end: the connection's own address, or the one that a trusted proxy names.
use crate::config::{Proxy, ProxyHeader};
use http::HeaderMap;
use ipnet::IpNet;
use std::net::{IpAddr, SocketAddr};

/// The origin of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Peer {
    /// The client's address, if it is known.
    pub(crate) address: Option<IpAddr>,
    /// Whether a trusted proxy says that the client came without TLS.
    pub(crate) in_the_clear: bool,
}

impl Peer {
    /// Reads the headers only on a connection from a trusted proxy. Every other client could write what it likes.
    pub(crate) fn of(proxy: &Proxy, from: Option<SocketAddr>, headers: &HeaderMap) -> Self {
        let from = from.map(|address| address.ip().to_canonical());
        if !from.is_some_and(|from| trusts(&proxy.trusted, from)) {
            return Self { address: from, in_the_clear: false };
        }
        let (hops, scheme) = match proxy.header {
            ProxyHeader::XForwardedFor => (
                all(headers, "x-forwarded-for").map(|hop| address(&hop)).collect::<Vec<_>>(),
                all(headers, "x-forwarded-proto").last(),
            ),
            ProxyHeader::Forwarded => {
                let each: Vec<_> = all(headers, "forwarded").collect();
                let hops = each.iter().map(|hop| parameter(hop, "for").as_deref().and_then(address)).collect();
                (hops, each.last().and_then(|hop| parameter(hop, "proto")))
            }
        };
        // From the right, the client is the first address that is not a trusted proxy's own. The client may have
        // written anything to the left of it. A part that cannot be read ends the search.
        let mut client = from;
        for hop in hops.into_iter().rev() {
            client = hop.or(client);
            if !hop.is_some_and(|hop| trusts(&proxy.trusted, hop)) {
                break;
            }
        }
        Self { address: client, in_the_clear: scheme.is_some_and(|scheme| scheme.eq_ignore_ascii_case("http")) }
    }
}

fn trusts(trusted: &[IpNet], address: IpAddr) -> bool {
    trusted.iter().any(|network| network.contains(&address))
}

/// The parts of a list that may be spread over several headers.
fn all(headers: &HeaderMap, name: &'static str) -> impl Iterator<Item = String> {
    let values = headers.get_all(name).iter().map(|value| value.to_str().unwrap_or("?").to_owned());
    values.flat_map(|value| value.split(',').map(|part| part.trim().to_owned()).collect::<Vec<_>>())
}

/// `192.0.2.1`, `192.0.2.1:80`, `2001:db8::1`, `[2001:db8::1]` or `[2001:db8::1]:80`.
fn address(hop: &str) -> Option<IpAddr> {
    let ip = hop.parse::<SocketAddr>().map(|address| address.ip());
    ip.or_else(|_| hop.trim_start_matches('[').trim_end_matches(']').parse()).ok().map(|ip| ip.to_canonical())
}

/// A parameter of one element of `Forwarded` (RFC 7239), without its quotes.
fn parameter(hop: &str, wanted: &str) -> Option<String> {
    let pairs = hop.split(';').filter_map(|pair| pair.split_once('='));
    let mut found = pairs.filter(|(name, _)| name.trim().eq_ignore_ascii_case(wanted));
    found.next().map(|(_, value)| value.trim().trim_matches('"').to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::HeaderValue;

    fn client(header: ProxyHeader, from: &str, headers: &[(&'static str, &'static str)]) -> (String, bool) {
        let proxy = Proxy { trusted: vec!["10.0.0.0/8".parse().unwrap(), "::1/128".parse().unwrap()], header };
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.append(*name, HeaderValue::from_static(value));
        }
        let peer = Peer::of(&proxy, Some(from.parse().unwrap()), &map);
        (peer.address.unwrap().to_string(), peer.in_the_clear)
    }

    #[test]
    fn only_a_trusted_proxys_word_is_taken() {
        let x = ProxyHeader::XForwardedFor;
        let said = [("x-forwarded-for", "192.0.2.7"), ("x-forwarded-proto", "http")];
        assert_eq!(client(x, "10.1.2.3:99", &said), ("192.0.2.7".to_owned(), true));
        assert_eq!(client(x, "[::1]:99", &said), ("192.0.2.7".to_owned(), true));
        assert_eq!(client(x, "198.51.100.1:99", &said), ("198.51.100.1".to_owned(), false));
        assert_eq!(client(x, "10.1.2.3:99", &[]), ("10.1.2.3".to_owned(), false));
        assert_eq!(
            client(x, "10.1.2.3:99", &[("forwarded", "for=192.0.2.9")]).0,
            "10.1.2.3",
            "not the header that was set"
        );
    }

    #[test]
    fn addresses_that_the_client_wrote_itself_do_not_count() {
        let x = ProxyHeader::XForwardedFor;
        for (headers, found) in [
            (&[("x-forwarded-for", "203.0.113.1, 192.0.2.7")][..], "192.0.2.7"),
            (&[("x-forwarded-for", "203.0.113.1"), ("x-forwarded-for", "192.0.2.7, 10.9.9.9")], "192.0.2.7"),
            (&[("x-forwarded-for", "10.0.0.5")], "10.0.0.5"),
            (&[("x-forwarded-for", "192.0.2.7, unknown, 10.0.0.5")], "10.0.0.5"),
            (&[("x-forwarded-for", "192.0.2.7:4711")], "192.0.2.7"),
            (&[("x-forwarded-for", "[2001:db8::7]:4711")], "2001:db8::7"),
            (&[("x-forwarded-for", "::ffff:192.0.2.7")], "192.0.2.7"),
        ] {
            assert_eq!(client(x, "10.1.2.3:99", headers).0, found, "{headers:?}");
        }
    }

    #[test]
    fn forwarded_is_read_as_rfc_7239_writes_it() {
        let f = ProxyHeader::Forwarded;
        for (value, found) in [
            ("for=192.0.2.60;proto=http;by=203.0.113.43", ("192.0.2.60", true)),
            ("for=203.0.113.1, For=\"[2001:db8:cafe::17]:4711\";proto=https", ("2001:db8:cafe::17", false)),
            ("for=192.0.2.43, for=_hidden", ("10.1.2.3", false)),
        ] {
            let (address, clear) = client(f, "10.1.2.3:99", &[("forwarded", value)]);
            assert_eq!((address.as_str(), clear), found, "{value}");
        }
    }
}
