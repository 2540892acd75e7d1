//! Devices on which an account has signed in before. A sealed cookie gives the account a lockout lane of its own on
//! that device. The cookie proves no identity and replaces no factor.
use crate::Core;
use portvakt_model::id::AccountId;
use portvakt_model::time::Timestamp;
use uuid::Uuid;

/// The purpose of the seal.
const SEAL: &str = "known devices";
/// Seconds that a device is known after the last sign-in on it: half a year.
pub const LIFETIME_SECS: i64 = 180 * 24 * 60 * 60;
/// The most accounts that one browser's cookie remembers: the newest.
const MAX_PEOPLE: usize = 5;

/// The identifier of a browser's lockout lane for one account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct DeviceId(pub [u8; 16]);

/// The accounts that have signed in in one browser, the last one first.
#[derive(Debug, Clone, Default)]
pub struct KnownDevices(Vec<Entry>);

#[derive(Debug, Clone, Copy)]
struct Entry {
    account: AccountId,
    device: DeviceId,
    /// The version of the account's credentials at that sign-in. A new password raises it, so every other browser
    /// becomes unknown.
    version: i64,
    until: Timestamp,
}

impl Entry {
    const BYTES: usize = 16 + 16 + 8 + 8;

    fn read(bytes: &[u8]) -> Option<Self> {
        let (account, rest) = bytes.split_first_chunk::<16>()?;
        let (device, rest) = rest.split_first_chunk::<16>()?;
        let (version, until) = rest.split_first_chunk::<8>()?;
        Some(Self {
            account: AccountId::from(Uuid::from_bytes(*account)),
            device: DeviceId(*device),
            version: i64::from_be_bytes(*version),
            until: Timestamp::from_micros(i64::from_be_bytes(until.try_into().ok()?)),
        })
    }

    fn bytes(&self) -> Vec<u8> {
        let (version, until) = (self.version.to_be_bytes(), self.until.as_micros().to_be_bytes());
        [self.account.0.as_bytes().as_slice(), &self.device.0, &version, &until].concat()
    }
}

impl KnownDevices {
    /// Reads a browser's cookie. Leaves out expired entries. Returns no entries if the cookie was not sealed here.
    #[must_use]
    pub fn open(core: &Core, cookie: &str) -> Self {
        let now = core.clock.now();
        let plain = core.vault.open_cookie(SEAL, cookie).unwrap_or_default();
        let entries = plain.chunks_exact(Entry::BYTES).filter_map(Entry::read).filter(|entry| now < entry.until);
        Self(entries.take(MAX_PEOPLE).collect())
    }

    /// The device of this browser. `None` if the account has not signed in on it with this version of its credentials.
    pub(crate) fn of(&self, account: AccountId, version: i64) -> Option<DeviceId> {
        self.0.iter().find(|entry| entry.account == account && entry.version == version).map(|entry| entry.device)
    }

    /// The browser's new cookie after a full sign-in of an account.
    pub(crate) fn remember(&self, core: &Core, account: AccountId, version: i64) -> String {
        let device = self.of(account, version).unwrap_or_else(|| DeviceId(core.random.bytes()));
        let entry = Entry { account, device, version, until: core.clock.now().plus_secs(LIFETIME_SECS) };
        let others = self.0.iter().filter(|other| other.account != account).take(MAX_PEOPLE - 1);
        let plain: Vec<u8> = std::iter::once(&entry).chain(others).flat_map(Entry::bytes).collect();
        core.vault.seal_cookie(SEAL, &plain)
    }
}
