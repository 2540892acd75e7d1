//! The bytes that the chain hashes. They are canonical and length-prefixed, never JSON, so that no two events have the
//! same bytes.
use super::record::Change;
use crate::vault::DataKey;
use hmac::Mac;
use portvakt_model::audit::reading::Changed;
use portvakt_model::id::KeyId;
use sha2::{Digest, Sha256};

/// Canonical bytes: each part has its length before it, so no two lists of parts give the same bytes.
#[derive(Default)]
pub(super) struct Canonical(Vec<u8>);

impl Canonical {
    /// Starts the bytes for one purpose.
    pub(super) fn new(purpose: &str) -> Self {
        Self::default().part(purpose.as_bytes())
    }

    pub(super) fn part(mut self, part: &[u8]) -> Self {
        self.0.extend_from_slice(&(part.len() as u64).to_be_bytes());
        self.0.extend_from_slice(part);
        self
    }

    /// Adds a part that may be absent. An absent part differs from an empty one.
    pub(super) fn maybe(self, part: Option<&[u8]>) -> Self {
        match part {
            None => self.part(&[0]),
            Some(part) => self.part(&[1]).part(part),
        }
    }

    pub(super) fn number(self, number: i64) -> Self {
        self.part(&number.to_be_bytes())
    }

    pub(super) fn into_bytes(self) -> Vec<u8> {
        self.0
    }

    fn hash(&self) -> Vec<u8> {
        Sha256::digest(&self.0).to_vec()
    }
}

/// Reads the parts of [`Canonical`] bytes, one by one. `None` if the bytes end too early.
struct Parts<'a>(&'a [u8]);

impl<'a> Parts<'a> {
    fn next(&mut self) -> Option<&'a [u8]> {
        let (length, rest) = self.0.split_first_chunk::<8>()?;
        let (part, rest) = rest.split_at_checked(usize::try_from(u64::from_be_bytes(*length)).ok()?)?;
        self.0 = rest;
        Some(part)
    }

    fn text(&mut self) -> Option<String> {
        String::from_utf8(self.next()?.to_vec()).ok()
    }

    #[expect(clippy::option_option, reason = "a part that is not there, and one that cannot be read")]
    fn maybe(&mut self) -> Option<Option<String>> {
        match self.next()? {
            [0] => Some(None),
            [1] => self.text().map(Some),
            _ => None,
        }
    }
}

const CHANGES: &str = "portvakt changes 1";

/// Reads the changed fields from the bytes that [`changes`] wrote.
pub(crate) fn read_changes(bytes: &[u8]) -> Option<Vec<Changed>> {
    let mut parts = Parts(bytes);
    if parts.next()? != CHANGES.as_bytes() {
        return None;
    }
    let mut read = Vec::new();
    while !parts.0.is_empty() {
        read.push(Changed { field: parts.text()?, before: parts.maybe()?, after: parts.maybe()? });
    }
    Some(read)
}

/// Reads the changed fields of a personal part, which has its salt before them.
pub(crate) fn read_personal(salted: &[u8]) -> Option<Vec<Changed>> {
    let mut parts = Parts(salted);
    parts.next()?;
    read_changes(parts.next()?)
}

/// The bytes of the changed fields, each with its value before and after.
pub(super) fn changes(changes: &[Change]) -> Vec<u8> {
    let start = Canonical::new(CHANGES);
    changes
        .iter()
        .fold(start, |bytes, change| {
            bytes
                .part(change.field.as_bytes())
                .maybe(change.before.as_deref().map(str::as_bytes))
                .maybe(change.after.as_deref().map(str::as_bytes))
        })
        .into_bytes()
}

/// The chain's commitment to a personal part. With the salt it proves the part; without the salt it tells nothing of
/// it.
pub(super) fn commitment(salted: &[u8]) -> Vec<u8> {
    Canonical::new("portvakt commitment 1").part(salted).hash()
}

/// An event as it is stored, without its hash and MAC.
#[derive(Debug, Clone)]
pub(super) struct ChainRow {
    pub seq: i64,
    pub id: String,
    pub at: i64,
    pub actor: String,
    pub actor_tenant: Option<String>,
    pub actor_id: Option<String>,
    pub action: String,
    pub target: Option<String>,
    pub changes: Vec<u8>,
    pub reference: Option<i64>,
    pub actor_commitment: Option<Vec<u8>>,
    pub target_commitment: Option<Vec<u8>>,
    /// The ids of the keys that seal the personal parts. The hash covers them: otherwise a part under another key could
    /// pass for an erased person's.
    pub actor_key: Option<KeyId>,
    pub target_key: Option<KeyId>,
}

impl ChainRow {
    /// The hash of this event and, through `before`, of all earlier events.
    pub(super) fn hash(&self, tenant: &str, before: &[u8]) -> Vec<u8> {
        fn text(text: Option<&String>) -> Option<&[u8]> {
            text.map(String::as_bytes)
        }
        Canonical::new("portvakt audit event 1")
            .part(before)
            .part(tenant.as_bytes())
            .number(self.seq)
            .part(self.id.as_bytes())
            .number(self.at)
            .part(self.actor.as_bytes())
            .maybe(text(self.actor_tenant.as_ref()))
            .maybe(text(self.actor_id.as_ref()))
            .part(self.action.as_bytes())
            .maybe(text(self.target.as_ref()))
            .part(&self.changes)
            .maybe(self.reference.map(i64::to_be_bytes).as_ref().map(<[u8; 8]>::as_slice))
            .maybe(self.actor_commitment.as_deref())
            .maybe(self.target_commitment.as_deref())
            .maybe(self.actor_key.as_ref().map(|key| key.0.as_bytes().as_slice()))
            .maybe(self.target_key.as_ref().map(|key| key.0.as_bytes().as_slice()))
            .hash()
    }
}

/// A point of a chain that has a MAC. The MACs of an event and of a head differ, so that neither can replace the other.
#[derive(Clone, Copy)]
pub(super) enum Point {
    Event,
    Head,
}

impl Point {
    fn sealed(self, key: &DataKey, tenant: &str, seq: i64, hash: &[u8]) -> impl Mac {
        let purpose = match self {
            Self::Event => "audit event",
            Self::Head => "audit head",
        };
        key.mac(purpose, &Canonical::new(purpose).part(tenant.as_bytes()).number(seq).part(hash).into_bytes())
    }

    pub(super) fn mac(self, key: &DataKey, tenant: &str, seq: i64, hash: &[u8]) -> Vec<u8> {
        self.sealed(key, tenant, seq, hash).finalize().into_bytes().to_vec()
    }

    pub(super) fn verify(self, key: &DataKey, tenant: &str, seq: i64, hash: &[u8], mac: &[u8]) -> bool {
        self.sealed(key, tenant, seq, hash).verify_slice(mac).is_ok()
    }
}

#[test]
fn no_two_lists_of_parts_have_the_same_bytes() {
    let lists: [&[&[u8]]; 5] = [&[b"ab"], &[b"a", b"b"], &[b"", b"ab"], &[b"ab", b""], &[]];
    let bytes: Vec<_> = lists
        .iter()
        .map(|list| list.iter().fold(Canonical::default(), |bytes, part| bytes.part(part)).into_bytes())
        .collect();
    for (i, one) in bytes.iter().enumerate() {
        assert!(bytes[i + 1..].iter().all(|other| other != one), "list {i}");
    }
    assert_ne!(Canonical::default().maybe(None).into_bytes(), Canonical::default().maybe(Some(b"")).into_bytes());
}

#[test]
fn changes_are_read_as_they_were_written_and_nothing_else_is() {
    let change = |before: Option<&str>, after: Option<&str>| Change {
        field: "role",
        before: before.map(str::to_owned),
        after: after.map(str::to_owned),
    };
    let written = changes(&[change(None, Some("")), change(Some("<b>Å"), None), change(Some("a"), Some("b"))]);
    let read = read_changes(&written).unwrap();
    let told = read.iter().map(|c| (c.field.as_str(), c.before.as_deref(), c.after.as_deref())).collect::<Vec<_>>();
    assert_eq!(told, [("role", None, Some("")), ("role", Some("<b>Å"), None), ("role", Some("a"), Some("b"))]);
    assert_eq!(read_changes(&changes(&[])), Some(Vec::new()));
    for end in 0..written.len() {
        assert!(read_changes(&written[..end]).is_none_or(|read| read.len() < 3), "cut off after {end} bytes");
    }
    assert_eq!(read_changes(&[0xff; 64]), None);
    let salted = Canonical::default().part(&[7; 32]).part(&written).into_bytes();
    assert_eq!(read_personal(&salted), Some(read));
}
