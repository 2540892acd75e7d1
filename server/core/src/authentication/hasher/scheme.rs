//! The scheme of a stored hash. Portvakt makes Argon2id hashes. An imported hash may have another scheme.
use super::Memory;
use crate::password::typed::Password;
use argon2::password_hash::phc;
use argon2::{Algorithm, Argon2, Params, Version};
use base64::Engine;
use base64::alphabet;
use base64::engine::DecodePaddingMode;
use base64::engine::general_purpose::{GeneralPurpose, GeneralPurposeConfig};
use sha2::{Sha256, Sha512};
use std::sync::{Arc, Mutex};
use zeroize::Zeroizing;

/// The reason for which another program's hash is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum HashFault {
    /// The hash begins like no scheme that Portvakt reads.
    #[error("has an unknown scheme: Portvakt reads bcrypt, PBKDF2-SHA256, PBKDF2-SHA512, scrypt and Argon2")]
    Unknown,
    /// The hash begins like a known scheme, but does not have its form.
    #[error("is damaged: it does not have its scheme's form")]
    Malformed,
    /// Verifying the hash would take too much time or memory.
    #[error("costs too much to verify: its owner needs a new password")]
    TooCostly,
}

/// The bytes of a password that bcrypt reads. It never checks the rest.
pub(super) const BCRYPT_BYTES: usize = 72;
/// The highest base-2 logarithm of bcrypt's rounds: 13 takes about half a second.
const MAX_BCRYPT_COST: u32 = 13;
/// The most rounds of PBKDF2: about a quarter of a second with the SHA instructions.
const MAX_SHA256_ROUNDS: u32 = 2_000_000;
const MAX_SHA512_ROUNDS: u32 = 1_000_000;
/// The highest N times r times p of scrypt: 128 MiB for p = 1.
const MAX_SCRYPT: u64 = 1 << 20;
/// The most KiB of Argon2, and the highest KiB times passes: half a second.
const MAX_ARGON2_KIB: u32 = 128 * 1024;
const MAX_ARGON2_WORK: u64 = 512 * 1024;
const MAX_ARGON2_LANES: u32 = 16;

/// The parts of a hash: its scheme, parameters, salt and output.
pub(super) enum Scheme {
    Argon2 { algorithm: Algorithm, version: Version, params: Params, salt: Vec<u8>, output: Vec<u8> },
    Bcrypt { cost: u32, salt: [u8; 16], output: Vec<u8> },
    Pbkdf2 { sha: Sha, rounds: u32, salt: Vec<u8>, output: Vec<u8> },
    Scrypt { log_n: u8, r: u32, p: u32, salt: Vec<u8>, output: Vec<u8> },
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Sha {
    Of256,
    Of512,
}

impl Sha {
    const fn bytes(self) -> usize {
        match self {
            Self::Of256 => 32,
            Self::Of512 => 64,
        }
    }
}

impl Scheme {
    /// Reads the parts of a hash.
    pub(super) fn parse(text: &str) -> Result<Self, HashFault> {
        let (scheme, rest) = text.strip_prefix('$').and_then(|text| text.split_once('$')).ok_or(HashFault::Unknown)?;
        match scheme {
            "argon2id" | "argon2i" | "argon2d" => argon2(text),
            // $2x$ and the bare $2$ come from faulty implementations.
            "2a" | "2b" | "2y" => bcrypt(rest),
            "pbkdf2-sha256" => pbkdf2(Sha::Of256, rest),
            "pbkdf2-sha512" => pbkdf2(Sha::Of512, rest),
            "scrypt" => scrypt(rest),
            _ => return Err(HashFault::Unknown),
        }
        .ok_or(HashFault::Malformed)
    }

    /// Refuses a hash that costs so much to verify that a stranger could keep the portal busy with it.
    pub(super) fn bounded(self) -> Result<Self, HashFault> {
        let fits = match &self {
            Self::Argon2 { params, .. } => {
                params.m_cost() <= MAX_ARGON2_KIB
                    && u64::from(params.m_cost()) * u64::from(params.t_cost()) <= MAX_ARGON2_WORK
                    && params.p_cost() <= MAX_ARGON2_LANES
            }
            Self::Bcrypt { cost, .. } => *cost <= MAX_BCRYPT_COST,
            Self::Pbkdf2 { sha: Sha::Of256, rounds, .. } => *rounds <= MAX_SHA256_ROUNDS,
            Self::Pbkdf2 { sha: Sha::Of512, rounds, .. } => *rounds <= MAX_SHA512_ROUNDS,
            Self::Scrypt { log_n, r, p, .. } => {
                let work = 1u64.checked_shl((*log_n).into()).and_then(|n| n.checked_mul(u64::from(*r) * u64::from(*p)));
                work.is_some_and(|work| work <= MAX_SCRYPT)
            }
        };
        if fits { Ok(self) } else { Err(HashFault::TooCostly) }
    }

    /// The output for the right password.
    pub(super) fn expected(&self) -> &[u8] {
        match self {
            Self::Argon2 { output, .. }
            | Self::Bcrypt { output, .. }
            | Self::Pbkdf2 { output, .. }
            | Self::Scrypt { output, .. } => output,
        }
    }

    /// Computes the output for a password.
    pub(super) fn output(&self, password: &[u8], memory: &Arc<Mutex<Memory>>) -> Result<Vec<u8>, String> {
        let mut output = vec![0; self.expected().len()];
        match self {
            Self::Argon2 { algorithm, version, params, salt, .. } => {
                let mut blocks = Memory::take(memory, params.block_count());
                let argon2 = Argon2::new(*algorithm, *version, params.clone());
                let done = argon2.hash_password_into_with_memory(password, salt, &mut output, &mut blocks);
                Memory::put_back(memory, blocks);
                done.map_err(|e| e.to_string())?;
            }
            Self::Bcrypt { cost, salt, .. } => {
                // bcrypt reads the password as a C string, with its zero byte. A password of 72 bytes or more is cut
                // off before the zero byte.
                let mut key = Zeroizing::new([password, &[0]].concat());
                key.truncate(BCRYPT_BYTES);
                output = bcrypt::bcrypt(*cost, *salt, &key)[..BCRYPT_OUTPUT].to_vec();
            }
            Self::Pbkdf2 { sha: Sha::Of256, rounds, salt, .. } => {
                pbkdf2::pbkdf2_hmac::<Sha256>(password, salt, *rounds, &mut output);
            }
            Self::Pbkdf2 { sha: Sha::Of512, rounds, salt, .. } => {
                pbkdf2::pbkdf2_hmac::<Sha512>(password, salt, *rounds, &mut output);
            }
            Self::Scrypt { log_n, r, p, salt, .. } => {
                let params = scrypt::Params::new(*log_n, *r, *p).map_err(|e| e.to_string())?;
                scrypt::scrypt(password, salt, &params, &mut output).map_err(|e| e.to_string())?;
            }
        }
        Ok(output)
    }

    /// Whether the scheme covers the whole password.
    pub(super) fn proves_all_of(&self, password: &Password) -> bool {
        !matches!(self, Self::Bcrypt { .. }) || password.as_bytes().len() <= BCRYPT_BYTES
    }
}

const BCRYPT_SALT_CHARS: usize = 22;
/// bcrypt leaves out the last of the 24 bytes of its output.
const BCRYPT_OUTPUT: usize = 23;

fn argon2(text: &str) -> Option<Scheme> {
    let hash = phc::PasswordHash::new(text).ok()?;
    let algorithm = Algorithm::try_from(hash.algorithm.as_str()).ok()?;
    let version = match hash.version {
        None => Version::V0x10,
        Some(version) => Version::try_from(version).ok()?,
    };
    let params = Params::try_from(&hash).ok()?;
    let (salt, output) = (hash.salt?.as_ref().to_vec(), hash.hash?.as_bytes().to_vec());
    Some(Scheme::Argon2 { algorithm, version, params, salt, output })
}

/// `12$` and 53 characters: the salt's 16 bytes and the hash's 23, in an alphabet of its own.
fn bcrypt(rest: &str) -> Option<Scheme> {
    let (cost, rest) = rest.split_once('$')?;
    let cost = number(cost).filter(|cost| (4..=31).contains(cost))?;
    let (salt, output) = rest.split_at_checked(BCRYPT_SALT_CHARS)?;
    let base64 = base64(&alphabet::BCRYPT);
    let (salt, output) = (base64.decode(salt).ok()?.try_into().ok()?, base64.decode(output).ok()?);
    (output.len() == BCRYPT_OUTPUT).then_some(Scheme::Bcrypt { cost, salt, output })
}

/// `i=600000,l=32$SALT$HASH` as PHC has it, or passlib's `29000$SALT$HASH`, whose base64 has a dot in place of the
/// plus.
fn pbkdf2(sha: Sha, rest: &str) -> Option<Scheme> {
    let (params, salt, output) = parts(rest)?;
    let mut rounds = None;
    // The length is checked, because a shortened hash would be right for the same passwords.
    let mut length = sha.bytes();
    for param in params.split(',') {
        match param.split_once('=') {
            None | Some(("i", _)) if rounds.is_some() => return None,
            None => rounds = Some(number(param)?),
            Some(("i", value)) => rounds = Some(number(value)?),
            Some(("l", value)) => length = number(value)?.try_into().ok()?,
            Some(_) => return None,
        }
    }
    let rounds = rounds.filter(|rounds| *rounds > 0)?;
    (length == output.len()).then_some(Scheme::Pbkdf2 { sha, rounds, salt, output })
}

/// `ln=17,r=8,p=1$SALT$HASH`, which PHC and passlib write alike.
fn scrypt(rest: &str) -> Option<Scheme> {
    let (params, salt, output) = parts(rest)?;
    let [log_n, r, p] = ["ln=", "r=", "p="].map(|name| {
        let mut values = params.split(',').filter_map(|param| param.strip_prefix(name)).filter_map(number);
        values.next().filter(|_| values.next().is_none())
    });
    let log_n = log_n.and_then(|log_n| u8::try_from(log_n).ok())?;
    let (r, p) = (r?, p?);
    let whole = matches!(output.len(), 32 | 64);
    let sound = whole && params.split(',').count() == 3 && scrypt::Params::new(log_n, r, p).is_ok();
    sound.then_some(Scheme::Scrypt { log_n, r, p, salt, output })
}

/// The parameters, the salt and the hash. `None` if there are more or fewer parts, or if the salt or the hash has an
/// impossible length.
fn parts(rest: &str) -> Option<(&str, Vec<u8>, Vec<u8>)> {
    let mut parts = rest.split('$');
    let (params, salt, output) = (parts.next()?, parts.next()?, parts.next()?);
    let base64 = base64(&alphabet::STANDARD);
    let bytes = |text: &str| base64.decode(text.replace('.', "+")).ok();
    let (salt, output) = (bytes(salt)?, bytes(output)?);
    let sound = parts.next().is_none() && (1..=128).contains(&salt.len()) && (16..=64).contains(&output.len());
    sound.then_some((params, salt, output))
}

/// Reads a number that consists of digits only, without a sign. Leading zeros are allowed: bcrypt writes `04`.
fn number(text: &str) -> Option<u32> {
    text.bytes().all(|b| b.is_ascii_digit()).then(|| text.parse().ok()).flatten()
}

/// Base64 without required padding. The spare bits of the last character may have any value: some programs leave random
/// ones.
fn base64(alphabet: &alphabet::Alphabet) -> GeneralPurpose {
    let config = GeneralPurposeConfig::new()
        .with_encode_padding(false)
        .with_decode_padding_mode(DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(true);
    GeneralPurpose::new(alphabet, config)
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::time::Instant;

    /// Made by Python's passlib and hashlib, with the salt `saltsaltsaltsalt` (bcrypt: `abcdefghijklmnopqrstuu`):
    ///
    /// ```python
    /// from passlib.hash import bcrypt, pbkdf2_sha256, pbkdf2_sha512, scrypt, argon2
    /// bcrypt.using(rounds=4, ident="2y", salt="abcdefghijklmnopqrstuu").hash(pw)
    /// pbkdf2_sha256.using(rounds=1000, salt=b"saltsaltsaltsalt").hash(pw)
    /// scrypt.using(rounds=4, block_size=8, parallelism=1, salt=b"saltsaltsaltsalt").hash(pw)
    /// argon2.using(type="D", rounds=1, memory_cost=64, parallelism=2, salt=b"saltsaltsaltsalt").hash(pw)
    /// # The PHC forms of PBKDF2, and scrypt with p=2, are base64 of these:
    /// hashlib.pbkdf2_hmac("sha512", pw.encode(), b"saltsaltsaltsalt", 1000)
    /// hashlib.scrypt(pw.encode(), salt=b"saltsaltsaltsalt", n=16, r=8, p=2, dklen=64)
    /// ```
    const PASSWORD: &str = "granit fyr vinterljus 7";
    const HASHES: [&str; 12] = [
        "$2a$04$abcdefghijklmnopqrstuu73GOz4ocV2pWhsODTNEDFJSVeRa2FgK",
        "$2b$04$abcdefghijklmnopqrstuu73GOz4ocV2pWhsODTNEDFJSVeRa2FgK",
        "$2y$04$abcdefghijklmnopqrstuu73GOz4ocV2pWhsODTNEDFJSVeRa2FgK",
        "$pbkdf2-sha256$1000$c2FsdHNhbHRzYWx0c2FsdA$JOSFBdH7oGfZzJihCHsuyqoodlEdv1ygznnHPEaOKZ8",
        "$pbkdf2-sha256$i=1000,l=32$c2FsdHNhbHRzYWx0c2FsdA$JOSFBdH7oGfZzJihCHsuyqoodlEdv1ygznnHPEaOKZ8",
        "$pbkdf2-sha512$1000$c2FsdHNhbHRzYWx0c2FsdA$Zpl2q4VpotI7wR.EugOxCQLMposIMh3hy9ebi9aVFkUwn6hduflcTREOpYvecU4416T1wM/rot.MUIEW.Oga.Q",
        "$pbkdf2-sha512$i=1000$c2FsdHNhbHRzYWx0c2FsdA$Zpl2q4VpotI7wR+EugOxCQLMposIMh3hy9ebi9aVFkUwn6hduflcTREOpYvecU4416T1wM/rot+MUIEW+Oga+Q",
        "$scrypt$ln=4,r=8,p=1$c2FsdHNhbHRzYWx0c2FsdA$tWct1R6MCCVq0hzJ+laGyunwp5Ti4ua8Z+vm7/4Sk90",
        "$scrypt$ln=4,r=8,p=2$c2FsdHNhbHRzYWx0c2FsdA$FeO0TXo6mg4+jatXBjAlzum6hctrBrUk1cATetlqTy5uIwgITEJBY65k2jqb4yC8Jlnzv9rKS4ngnL76zPp06g",
        "$argon2id$v=19$m=64,t=1,p=2$c2FsdHNhbHRzYWx0c2FsdA$N4MusPeaAvHiRSJW4sm4+V8gukOILRCqkdpIDNZyG5s",
        "$argon2i$v=19$m=64,t=1,p=2$c2FsdHNhbHRzYWx0c2FsdA$km1R4xeGZcVAMUEYJg7nqcz+5w5cjF5qFk9hAGntFFQ",
        "$argon2d$v=19$m=64,t=1,p=2$c2FsdHNhbHRzYWx0c2FsdA$jPSg2LN/Lzwz6533j2MpoTdf5YXrnsvlZtYPUPQqS7Y",
    ];

    fn memory() -> Arc<Mutex<Memory>> {
        Arc::new(Mutex::new(Memory { free: Vec::new(), used: Instant::now(), watched: true }))
    }

    fn is(hash: &str, password: &str) -> bool {
        let scheme = Scheme::parse(hash).unwrap_or_else(|fault| panic!("{hash} {fault}"));
        scheme.output(password.as_bytes(), &memory()).expect("computed") == scheme.expected()
    }

    #[test]
    fn hashes_that_other_programs_made_are_verified() {
        for hash in HASHES {
            assert!(is(hash, PASSWORD), "{hash}");
            assert!(!is(hash, "granit fyr vinterljus 8"), "{hash}");
        }
    }

    /// Only two bits of the last character of bcrypt's salt count. Some programs leave random bits in the other four.
    #[test]
    fn the_spare_bits_of_a_bcrypt_salt_are_ignored() {
        for last in ["u", "v", "w", "9"] {
            let hash = format!("$2b$04$abcdefghijklmnopqrstu{last}73GOz4ocV2pWhsODTNEDFJSVeRa2FgK");
            assert!(is(&hash, PASSWORD), "{hash}");
        }
    }

    /// The bcrypt vectors are from jBCrypt's TestBCrypt.java, those of PBKDF2-SHA256 and scrypt from RFC 7914, sections
    /// 11 and 12, in base64. No RFC has a vector of PBKDF2-SHA512: the ones above are Python's.
    #[test]
    fn the_vectors_of_the_specifications_are_verified() {
        for (hash, password) in [
            ("$2a$06$DCq7YPn5Rq63x1Lad4cll.TV4S6ytwfsfvkgY8jIucDrjc8deX1s.", ""),
            ("$2a$06$m0CrhHm10qJ3lXRY.5zDGO3rS2KdeeWLuGmsfGlMfOxih58VYVfxe", "a"),
            ("$2a$08$aTsUwsyowQuzRrDqFflhgekJ8d9/7Z3GV3UcgvzQW3J5zMyrTvlz.", "abcdefghijklmnopqrstuvwxyz"),
            (
                "$pbkdf2-sha256$i=1,l=64$c2FsdA$VawEblbjCJ/sFpHCJUS2BflBhSFt3gRl5oudV8INrLxJypzM8Xm2RZkWZLOdd+8xfHG4RbHjC9UJESBB06GXgw",
                "passwd",
            ),
            (
                "$pbkdf2-sha256$i=80000,l=64$TmFDbA$TdzY9guYviGDDO5e8icB+WQaRBjQTAQUrv8Ih2s0q1ah1CWhIlgzVJrbhBtRybMXaicr3ruh0HhHj2Kzl/M8jQ",
                "Password",
            ),
            (
                "$scrypt$ln=10,r=8,p=16$TmFDbA$/bq+HJ00cgB4VucZDQHp/nxq18vII3gw53N2Y0s3MWIurzDZLiKjiG/xCSedmDDaxyevuUqD7m2DYMvfoswGQA",
                "password",
            ),
        ] {
            assert!(is(hash, password), "{hash}");
        }
    }

    #[test]
    fn unknown_and_malformed_hashes_are_refused() {
        for unknown in [
            "",
            "hunter2",
            "$",
            "$1$abc$def",
            "$6$salt$hash",
            "$2x$04$abcdefghijklmnopqrstuu73GOz4ocV2pWhsODTNEDFJSVeRa2FgK",
            "{SHA}x",
        ] {
            assert_eq!(Scheme::parse(unknown).err(), Some(HashFault::Unknown), "{unknown}");
        }
        for bad in HASHES {
            for cut in
                [&bad[..bad.len() - 2], bad.rsplit_once('$').expect("parts").0, &format!("{bad}!"), &format!("{bad}$")]
            {
                let is_other = Scheme::parse(cut).map_or(true, |scheme| {
                    scheme.output(PASSWORD.as_bytes(), &memory()).is_ok_and(|output| output != scheme.expected())
                });
                assert!(is_other, "{cut}");
            }
        }
        for malformed in [
            "$2b$03$abcdefghijklmnopqrstuu73GOz4ocV2pWhsODTNEDFJSVeRa2FgK",
            "$2b$+4$abcdefghijklmnopqrstuu73GOz4ocV2pWhsODTNEDFJSVeRa2FgK",
            "$pbkdf2-sha256$0$c2FsdA$VawEbjJHA8SQvEr+WewFaHgi29vtQqhVn/DTlKSHCcw",
            "$pbkdf2-sha256$i=1,l=31$c2FsdA$VawEbjJHA8SQvEr+WewFaHgi29vtQqhVn/DTlKSHCcw",
            "$pbkdf2-sha256$i=1,i=2$c2FsdA$VawEbjJHA8SQvEr+WewFaHgi29vtQqhVn/DTlKSHCcw",
            "$scrypt$ln=4,r=0,p=1$c2FsdA$tWct1R6MCCVq0hzJ+laGyunwp5Ti4ua8Z+vm7/4Sk90",
            "$scrypt$ln=255,r=8,p=1$c2FsdA$tWct1R6MCCVq0hzJ+laGyunwp5Ti4ua8Z+vm7/4Sk90",
            "$scrypt$ln=4,r=8$c2FsdA$tWct1R6MCCVq0hzJ+laGyunwp5Ti4ua8Z+vm7/4Sk90",
            "$argon2id$v=19$m=64,t=1,p=2$c2FsdHNhbHRzYWx0c2FsdA",
            "$argon2id$v=3$m=64,t=1,p=2$c2FsdHNhbHRzYWx0c2FsdA$N4MusPeaAvHiRSJW4sm4+V8gukOILRCqkdpIDNZyG5s",
        ] {
            assert_eq!(Scheme::parse(malformed).err(), Some(HashFault::Malformed), "{malformed}");
        }
    }

    #[test]
    fn a_hash_that_costs_too_much_to_verify_is_refused() {
        let bounded = |hash: &str| Scheme::parse(hash).and_then(Scheme::bounded).err();
        let (salt, output) = ("c2FsdHNhbHRzYWx0c2FsdA", "JOSFBdH7oGfZzJihCHsuyqoodlEdv1ygznnHPEaOKZ8");
        for (hash, least) in [
            ("$2b$13$abcdefghijklmnopqrstuu73GOz4ocV2pWhsODTNEDFJSVeRa2FgK".to_owned(), None),
            ("$2b$14$abcdefghijklmnopqrstuu73GOz4ocV2pWhsODTNEDFJSVeRa2FgK".to_owned(), Some(HashFault::TooCostly)),
            (format!("$pbkdf2-sha256$2000000${salt}${output}"), None),
            (format!("$pbkdf2-sha256$2000001${salt}${output}"), Some(HashFault::TooCostly)),
            (format!("$pbkdf2-sha512$i=1000001,l=32${salt}${output}"), Some(HashFault::TooCostly)),
            (format!("$scrypt$ln=17,r=8,p=1${salt}${output}"), None),
            (format!("$scrypt$ln=17,r=8,p=2${salt}${output}"), Some(HashFault::TooCostly)),
            (format!("$scrypt$ln=50,r=8,p=1${salt}${output}"), Some(HashFault::TooCostly)),
            (format!("$argon2id$v=19$m=65536,t=4,p=4${salt}${output}"), None),
            (format!("$argon2id$v=19$m=131073,t=1,p=1${salt}${output}"), Some(HashFault::TooCostly)),
            (format!("$argon2id$v=19$m=65536,t=9,p=1${salt}${output}"), Some(HashFault::TooCostly)),
            (format!("$argon2id$v=19$m=65536,t=1,p=17${salt}${output}"), Some(HashFault::TooCostly)),
        ] {
            assert_eq!(bounded(&hash), least, "{hash}");
        }
    }

    #[test]
    fn bcrypt_does_not_prove_a_password_longer_than_72_bytes() {
        // bcrypt.using(rounds=4, salt="abcdefghijklmnopqrstuu").hash("å" * 36)
        let hash = "$2b$04$abcdefghijklmnopqrstuupsnMGJariyH0lGHZlOLPRMcBH4K6Lqe";
        let (whole, longer) = ("å".repeat(36), "å".repeat(37));
        assert!(is(hash, &whole) && is(hash, &longer) && !is(hash, &"å".repeat(35)));
        let scheme = Scheme::parse(hash).expect("bcrypt");
        let typed = |text: &str| Password::typed(text).expect("short enough");
        assert!(scheme.proves_all_of(&typed(&whole)) && !scheme.proves_all_of(&typed(&longer)));
    }
}
