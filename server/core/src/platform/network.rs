//! The network that an address belongs to. Limits count a network, so that a visitor does not escape them with the next
//! address.
use std::net::IpAddr;

/// The first bits of an IP address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Network {
    bits: u8,
    bytes: [u8; 8],
}

impl Network {
    /// The first 24 bits of IPv4, or 48 bits of IPv6: a provider may give that many addresses to one customer. `None`
    /// for a loopback address: the machine's own processes belong to no network, because the operator of the machine
    /// let them in.
    #[must_use]
    pub fn of(address: IpAddr) -> Option<Self> {
        Self::first(address, 48)
    }

    /// The first 24 bits of IPv4, or 64 bits of IPv6: a provider gives that many addresses to one household.
    #[must_use]
    pub fn near(address: IpAddr) -> Option<Self> {
        Self::first(address, 64)
    }

    fn first(address: IpAddr, bits_of_v6: u8) -> Option<Self> {
        let address = address.to_canonical();
        if address.is_loopback() {
            return None;
        }
        let mut bytes = [0; 8];
        let bits = match address {
            IpAddr::V4(v4) => {
                bytes[..3].copy_from_slice(&v4.octets()[..3]);
                24
            }
            IpAddr::V6(v6) => {
                let length = usize::from(bits_of_v6 / 8);
                bytes[..length].copy_from_slice(&v6.octets()[..length]);
                bits_of_v6
            }
        };
        Some(Self { bits, bytes })
    }

    pub(crate) fn to_bytes(self) -> Vec<u8> {
        [&[self.bits], self.bytes.as_slice()].concat()
    }
}

#[test]
fn neighbours_share_a_network() {
    let network = |text: &str| Network::of(text.parse().expect("an address"));
    let near = |text: &str| Network::near(text.parse().expect("an address"));
    assert_eq!(network("192.0.2.1"), network("192.0.2.254"));
    assert_eq!(network("192.0.2.1"), network("::ffff:192.0.2.9"));
    assert_ne!(network("192.0.2.1"), network("192.0.3.1"));
    assert_eq!(network("2001:db8:1:2::3"), network("2001:db8:1:ffff::1"));
    assert_ne!(network("2001:db8:1::1"), network("2001:db8:2::1"));
    assert_ne!(near("2001:db8:1:2::3"), near("2001:db8:1:ffff::1"));
    assert_eq!(near("192.0.2.1"), network("192.0.2.1"));
    assert_eq!(network("127.0.0.1").or(network("::1")).or(network("::ffff:127.0.0.1")), None);
}
