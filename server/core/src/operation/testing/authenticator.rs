//! An authenticator in software, with its browser. It makes passkeys on the curve P-256 and signs with them, as in
//! WebAuthn Level 3. A test can make it sign wrong data.
use super::ORIGIN;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use p256::ecdsa::signature::Signer;
use p256::ecdsa::{Signature, SigningKey};
use portvakt_model::passkey::Ceremony;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

const USER_PRESENT: u8 = 0x01;
const USER_VERIFIED: u8 = 0x04;
const BACKUP_ELIGIBLE: u8 = 0x08;
const BACKED_UP: u8 = 0x10;
const ATTESTED: u8 = 0x40;

/// A passkey with its secret key.
#[derive(Clone)]
struct Key {
    id: Vec<u8>,
    user: Vec<u8>,
    secret: [u8; 32],
}

/// The authenticator of one person.
#[derive(Clone)]
pub struct Authenticator {
    keys: Vec<Key>,
    seed: u8,
    /// The origin of the page that its browser shows.
    pub origin: String,
    /// Whether it verifies its user by a fingerprint or a PIN.
    pub verifies: bool,
    /// The signature counter. If it is 0, the authenticator does not count.
    pub counter: u32,
    /// Whether its passkeys are copied to other devices.
    pub is_synced: bool,
    /// Whether its answer holds the user handle.
    pub names_its_user: bool,
}

impl Default for Authenticator {
    fn default() -> Self {
        Self {
            keys: Vec::new(),
            seed: 1,
            origin: ORIGIN.to_owned(),
            verifies: true,
            counter: 1,
            is_synced: false,
            names_its_user: true,
        }
    }
}

#[expect(clippy::missing_panics_doc, reason = "for tests: whatever goes wrong ends them")]
#[expect(clippy::unwrap_used, reason = "for tests: whatever goes wrong ends them")]
impl Authenticator {
    /// An authenticator with secrets from this seed: authenticators with different seeds have different secrets.
    #[must_use]
    pub fn seeded(seed: u8) -> Self {
        Self { seed, ..Self::default() }
    }

    /// Makes a passkey. Returns the text of the form field that carries it.
    pub fn make(&mut self, ceremony: &Ceremony) -> String {
        let options: Value = serde_json::from_str(&ceremony.options).unwrap();
        let count = u8::try_from(self.keys.len()).unwrap();
        let secret: [u8; 32] = Sha256::digest([self.seed, count]).into();
        let id = Sha256::digest(secret).to_vec();
        let user = URL_SAFE_NO_PAD.decode(options["user"]["id"].as_str().unwrap()).unwrap();
        let point = SigningKey::from_slice(&secret).unwrap().verifying_key().to_sec1_point(false);
        let (x, y) = (point.x().unwrap(), point.y().unwrap());
        // COSE_Key: EC2, ES256, P-256 (RFC 9053, section 7.1).
        let cose = [&[0xA5, 0x01, 0x02, 0x03, 0x26, 0x20, 0x01, 0x21, 0x58, 0x20], &x[..], &[0x22, 0x58, 0x20], &y[..]];
        let length = u16::try_from(id.len()).unwrap().to_be_bytes();
        let attested = [&[0; 16], &length[..], &id, &cose.concat()].concat();
        let data = [self.data(&options["rp"]["id"], ATTESTED), attested].concat();
        let length = u16::try_from(data.len()).unwrap().to_be_bytes();
        // {"fmt": "none", "attStmt": {}, "authData": …} in CBOR.
        let object = [b"\xA3\x63fmt\x64none\x67attStmt\xA0\x68authData\x59".as_slice(), &length[..], &data].concat();
        self.keys.push(Key { id: id.clone(), user, secret });
        let client = self.client("webauthn.create", &options["challenge"]);
        let response = json!({ "attestationObject": encoded(&object), "clientDataJSON": encoded(&client) });
        Self::answer(ceremony, &id, &response)
    }

    /// Signs with the newest of the passkeys that are asked for. Returns the text of the form field that carries it.
    pub fn show(&mut self, ceremony: &Ceremony) -> String {
        let options: Value = serde_json::from_str(&ceremony.options).unwrap();
        let allowed = options["allowCredentials"].as_array().cloned().unwrap_or_default();
        let is_asked =
            |key: &&Key| allowed.is_empty() || allowed.iter().any(|one| one["id"] == encoded(&key.id).as_str());
        let key = self.keys.iter().rev().find(is_asked).expect("none is asked for").clone();
        if self.counter > 0 {
            self.counter += 1;
        }
        let data = self.data(&options["rpId"], 0);
        let client = self.client("webauthn.get", &options["challenge"]);
        let signed = [data.as_slice(), &Sha256::digest(&client)].concat();
        let signature: Signature = SigningKey::from_slice(&key.secret).unwrap().sign(&signed);
        let mut response = json!({
            "authenticatorData": encoded(&data),
            "clientDataJSON": encoded(&client),
            "signature": encoded(signature.to_der().as_bytes()),
        });
        if self.names_its_user {
            response["userHandle"] = encoded(&key.user).into();
        }
        Self::answer(ceremony, &key.id, &response)
    }

    fn data(&self, rp: &Value, more: u8) -> Vec<u8> {
        let verified = if self.verifies { USER_VERIFIED } else { 0 };
        let synced = if self.is_synced { BACKUP_ELIGIBLE | BACKED_UP } else { 0 };
        let flags = USER_PRESENT | verified | synced | more;
        let rp = Sha256::digest(rp.as_str().unwrap());
        [rp.as_slice(), &[flags], &self.counter.to_be_bytes()].concat()
    }

    fn client(&self, kind: &str, challenge: &Value) -> Vec<u8> {
        json!({ "type": kind, "challenge": challenge, "origin": self.origin, "crossOrigin": false })
            .to_string()
            .into_bytes()
    }

    fn answer(ceremony: &Ceremony, id: &[u8], response: &Value) -> String {
        let credential = json!({
            "id": encoded(id),
            "rawId": encoded(id),
            "type": "public-key",
            "clientExtensionResults": {},
            "response": response,
        });
        json!({ "sealed": ceremony.sealed, "credential": credential }).to_string()
    }
}

fn encoded(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}
