//! The vault: data keys, which the master key wraps, and the values that they seal.
//!
//! The master key is a file beside the database, never in it. Data keys are rows. The platform has one, for cookies and
//! the audit log's MACs. Each tenant has one, for credentials; it is deleted when the tenant's contract ends. Each
//! account has one, for the personal part of audit events; it is deleted when the person is erased. A sealed value
//! names its key, so keys can be rotated while the server runs. A sealed value is also bound to its place, so it does
//! not open in another row or column.
pub(crate) mod store;

use crate::random::Random;
use aes_gcm_siv::aead::{Aead, KeyInit, Payload};
use aes_gcm_siv::{Aes256GcmSiv, Nonce};
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use hmac::{Hmac, Mac};
use portvakt_model::id::KeyId;
use sha2::{Digest, Sha256};
use std::fs::{self, OpenOptions};
use std::io::{self, ErrorKind, Read, Write};
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};
use uuid::Uuid;

/// Why the vault did not open.
#[derive(Debug, thiserror::Error)]
pub enum VaultError {
    /// The key file does not exist, though the database was made with one.
    #[error("the master key {0} is missing: put back the copy that was made with this database")]
    Missing(PathBuf),
    /// The file holds no master key.
    #[error("{0} is no master key: put back the copy that was made with this database")]
    Malformed(PathBuf),
    /// Other users of this machine can read the file.
    #[error("the master key {0} can be read by others: run `chmod 600 {0}`")]
    Exposed(PathBuf),
    /// The key belongs to another database.
    #[error("the master key does not fit this database: put back the copy that was made with it")]
    Wrong,
    /// The file cannot be read or written.
    #[error("the master key {path} cannot be used")]
    File {
        /// The file's path.
        path: PathBuf,
        /// The system's error.
        source: io::Error,
    },
    /// A sealed value is not the one that was sealed at its place.
    #[error("a sealed value in {0} was changed or moved")]
    Sealed(&'static str),
}

const KEY_BYTES: usize = 32;
const NONCE_BYTES: usize = 12;
/// The first byte of an envelope, which stands for its form: `1 | key id | nonce | ciphertext and tag`.
const FORM: u8 = 1;
const HEADER_BYTES: usize = 1 + 16;

/// The place of a sealed value: the associated data of its seal.
#[derive(Clone, Copy)]
pub struct SealedCell<'a> {
    /// The table and column, or the cookie's name.
    pub column: &'static str,
    /// The row's id.
    pub row: &'a str,
}

impl SealedCell<'_> {
    fn bytes(&self) -> Vec<u8> {
        [self.column.as_bytes(), &[0], self.row.as_bytes()].concat()
    }
}

/// An AEAD key for AES-256-GCM-SIV (RFC 8452), with which a repeated nonce does not give the key away.
pub struct DataKey {
    id: KeyId,
    bytes: [u8; KEY_BYTES],
}

impl DataKey {
    fn new(id: KeyId, random: &Random) -> Self {
        Self { id, bytes: random.bytes() }
    }

    /// The key's id, which every envelope names.
    #[must_use]
    pub fn id(&self) -> KeyId {
        self.id
    }

    /// Seals a value for one place.
    ///
    /// # Panics
    /// Never: every sealed value is far below the cipher's limit of 64 GiB.
    #[must_use]
    pub fn seal(&self, place: SealedCell<'_>, plain: &[u8], random: &Random) -> Vec<u8> {
        let nonce: [u8; NONCE_BYTES] = random.bytes();
        let sealed = Aes256GcmSiv::new(&self.bytes.into())
            .encrypt(&Nonce::from(nonce), Payload { msg: plain, aad: &place.bytes() })
            .expect("far below the cipher's limit");
        [&[FORM], self.id.0.as_bytes().as_slice(), &nonce, &sealed].concat()
    }

    /// Opens a value. `None` if this key has not sealed it for this place.
    #[must_use]
    pub fn open(&self, place: SealedCell<'_>, envelope: &[u8]) -> Option<Vec<u8>> {
        if key_of(envelope)? != self.id {
            return None;
        }
        let (nonce, sealed) = envelope.get(HEADER_BYTES..)?.split_first_chunk::<NONCE_BYTES>()?;
        let payload = Payload { msg: sealed, aad: &place.bytes() };
        Aes256GcmSiv::new(&self.bytes.into()).decrypt(&Nonce::from(*nonce), payload).ok()
    }

    /// A MAC for one purpose. It is unambiguous if the message's parts have their lengths before them.
    ///
    /// # Panics
    /// Never: HMAC takes a key of any length.
    #[must_use]
    pub fn mac(&self, purpose: &str, message: &[u8]) -> Hmac<Sha256> {
        let derived = Self::keyed(&self.bytes, purpose.as_bytes()).finalize().into_bytes();
        Self::keyed(&derived, message)
    }

    fn keyed(key: &[u8], message: &[u8]) -> Hmac<Sha256> {
        let mut mac = <Hmac<Sha256> as hmac::KeyInit>::new_from_slice(key).expect("any length");
        mac.update(message);
        mac
    }
}

/// The id of the key that sealed an envelope.
pub(crate) fn key_of(envelope: &[u8]) -> Option<KeyId> {
    let (form, rest) = envelope.split_first()?;
    let id = rest.first_chunk::<16>()?;
    (*form == FORM).then(|| KeyId(Uuid::from_bytes(*id)))
}

/// The keys that a running process holds: the master key and the platform's keys.
pub struct Vault {
    master: DataKey,
    /// The oldest key comes first. The last key seals.
    platform: Vec<DataKey>,
    random: Random,
}

impl Vault {
    /// The platform's current key, which seals.
    ///
    /// # Panics
    /// Never: a vault opens with at least one key.
    #[must_use]
    pub fn platform(&self) -> &DataKey {
        self.platform.last().expect("opened with one")
    }

    /// The platform's first key. No rotation removes it, so a MAC made with it can be found again after a rotation.
    ///
    /// # Panics
    /// Never: a vault opens with at least one key.
    #[must_use]
    pub(crate) fn first_platform(&self) -> &DataKey {
        self.platform.first().expect("opened with one")
    }

    /// The platform's key with this id, if it exists.
    #[must_use]
    pub fn platform_key(&self, id: KeyId) -> Option<&DataKey> {
        self.platform.iter().find(|k| k.id == id)
    }

    /// Seals a value for a cookie.
    #[must_use]
    pub fn seal_cookie(&self, name: &'static str, plain: &[u8]) -> String {
        URL_SAFE_NO_PAD.encode(self.platform().seal(SealedCell { column: name, row: "cookie" }, plain, &self.random))
    }

    /// Opens a cookie's value. `None` if this vault has not sealed it under this name.
    #[must_use]
    pub fn open_cookie(&self, name: &'static str, value: &str) -> Option<Vec<u8>> {
        self.open_platform(SealedCell { column: name, row: "cookie" }, &URL_SAFE_NO_PAD.decode(value).ok()?)
    }

    /// Opens a value. `None` if no key of the platform has sealed it for this place.
    pub(crate) fn open_platform(&self, place: SealedCell<'_>, envelope: &[u8]) -> Option<Vec<u8>> {
        self.platform_key(key_of(envelope)?)?.open(place, envelope)
    }

    fn wrap(&self, place: SealedCell<'_>, key: &DataKey) -> Vec<u8> {
        self.master.seal(place, &key.bytes, &self.random)
    }

    fn unwrap(&self, place: SealedCell<'_>, id: KeyId, wrapped: &[u8]) -> Result<DataKey, VaultError> {
        unwrap_with(&self.master, place, id, wrapped)
    }
}

fn unwrap_with(master: &DataKey, place: SealedCell<'_>, id: KeyId, wrapped: &[u8]) -> Result<DataKey, VaultError> {
    let bytes = master.open(place, wrapped).and_then(|b| b.try_into().ok()).ok_or(VaultError::Wrong)?;
    Ok(DataKey { id, bytes })
}

/// The first words of a master key file, so that no other file is taken for one.
const FILE_MARK: &str = "portvakt-master-key-1 ";

/// Reads the master key. If `new` is true and the file does not exist, makes it.
fn master_key(path: &Path, new: bool, random: &Random) -> Result<DataKey, VaultError> {
    let failed = |source| VaultError::File { path: path.to_owned(), source };
    let bytes = match OpenOptions::new().read(true).open(path) {
        Ok(mut file) => {
            if file.metadata().map_err(failed)?.permissions().mode() & 0o077 != 0 {
                return Err(VaultError::Exposed(path.to_owned()));
            }
            let mut text = String::new();
            file.read_to_string(&mut text).map_err(failed)?;
            let key = text.strip_prefix(FILE_MARK).and_then(|k| STANDARD.decode(k.trim_end()).ok());
            key.and_then(|k| k.try_into().ok()).ok_or_else(|| VaultError::Malformed(path.to_owned()))?
        }
        Err(e) if e.kind() == ErrorKind::NotFound && new => {
            let bytes: [u8; KEY_BYTES] = random.bytes();
            // The file is renamed into place when it is whole, so that a kill in between leaves no half key.
            let draft = path.with_extension("draft");
            let _ = fs::remove_file(&draft);
            let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&draft).map_err(failed)?;
            writeln!(file, "{FILE_MARK}{}", STANDARD.encode(bytes)).map_err(failed)?;
            file.sync_all().map_err(failed)?;
            fs::rename(&draft, path).map_err(failed)?;
            bytes
        }
        Err(e) if e.kind() == ErrorKind::NotFound => return Err(VaultError::Missing(path.to_owned())),
        Err(e) => return Err(failed(e)),
    };
    // The key's id is made from the key, so two key files are never taken for one another.
    let digest: [u8; 32] = Sha256::digest([b"portvakt master key id".as_slice(), &bytes].concat()).into();
    let mut id = [0; 16];
    id.copy_from_slice(&digest[..16]);
    Ok(DataKey { id: KeyId(Uuid::from_bytes(id)), bytes })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(byte: u8) -> DataKey {
        DataKey { id: KeyId(Uuid::from_bytes([byte; 16])), bytes: [byte; KEY_BYTES] }
    }

    #[test]
    fn a_sealed_value_opens_at_its_own_place_only() {
        let random = Random::system();
        let here = SealedCell { column: "password.sealed", row: "a" };
        let envelope = key(1).seal(here, b"secret", &random);
        assert_eq!(key(1).open(here, &envelope).as_deref(), Some(&b"secret"[..]));
        assert_eq!(key(1).open(SealedCell { row: "b", ..here }, &envelope), None);
        assert_eq!(key(1).open(SealedCell { column: "other", ..here }, &envelope), None);
        assert_eq!(key(2).open(here, &envelope), None);
        for i in 0..envelope.len() {
            let mut changed = envelope.clone();
            changed[i] ^= 1;
            assert_eq!(key(1).open(here, &changed), None, "byte {i}");
            assert_eq!(key(1).open(here, &envelope[..i]), None, "cut at {i}");
        }
    }

    #[test]
    fn one_key_macs_differently_for_each_purpose() {
        let mac = |purpose| key(1).mac(purpose, b"message").finalize().into_bytes();
        assert_eq!(mac("head"), mac("head"));
        assert_ne!(mac("head"), mac("event"));
    }

    #[test]
    fn a_master_key_is_made_once_private_and_never_for_an_old_database() {
        let dir = tempfile::tempdir().expect("a directory");
        let path = dir.path().join("master.key");
        let random = Random::system();
        assert!(matches!(master_key(&path, false, &random), Err(VaultError::Missing(_))));
        let made = master_key(&path, true, &random).expect("made");
        assert_eq!(fs::metadata(&path).expect("there").permissions().mode() & 0o777, 0o600);
        for new in [true, false] {
            let read = master_key(&path, new, &random).expect("read");
            assert!(read.bytes == made.bytes && read.id == made.id);
        }
        fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).expect("changed");
        assert!(matches!(master_key(&path, false, &random), Err(VaultError::Exposed(_))));
        fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).expect("changed");
        fs::write(&path, "portvakt-master-key-1 AAAA\n").expect("written");
        assert!(matches!(master_key(&path, true, &random), Err(VaultError::Malformed(_))));
    }
}
