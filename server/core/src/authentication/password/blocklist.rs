//! The passwords that attackers try first: a finite state transducer of their canonical forms, packed inside the program.
//! `cargo run -p portvakt_core --example blocklist` makes it. Its sources are named beside it in `data/`.
use super::canonical::{forms, is_a_pattern};
use crate::error::Failure;
use brotli_decompressor::BrotliDecompress;
use fst::Set;
use fst::raw::Fst;

/// Packed with brotli, because the transducer is a third larger.
static FILE: &[u8] = include_bytes!("../../../data/blocklist.fst.br");
/// The fewest forms of a complete list. The shipped list has more.
const LEAST: usize = 50_000;

pub(crate) struct Blocklist(Set<Vec<u8>>);

impl Blocklist {
    /// # Errors
    /// If the list is missing, damaged or incomplete. The portal does not start then.
    pub(crate) fn open() -> Result<Self, Failure> {
        Self::read(FILE)
    }

    fn read(mut packed: &[u8]) -> Result<Self, Failure> {
        let mut bytes = Vec::new();
        BrotliDecompress(&mut packed, &mut bytes).map_err(|_| Failure::Blocklist)?;
        Self::unpacked(bytes)
    }

    fn unpacked(bytes: Vec<u8>) -> Result<Self, Failure> {
        let list = Fst::new(bytes).map_err(|_| Failure::Blocklist)?;
        list.verify().map_err(|_| Failure::Blocklist)?;
        let list = Set::from(list);
        if list.len() < LEAST { Err(Failure::Blocklist) } else { Ok(Self(list)) }
    }

    /// Whether a password is common, as it stands or in one of its other [`forms`].
    pub(crate) fn holds(&self, nfc: &str) -> bool {
        is_a_pattern(nfc) || forms(nfc).iter().any(|form| self.0.contains(form))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_that_is_shipped_is_whole_and_a_damaged_one_is_refused() {
        let list = Blocklist::open().expect("whole");
        for common in [
            "password",
            "Passw0rd!2026!!",
            "password1234567",
            "passwordpassword",
            "qwertyuiopasdfghjkl",
            "123456789012345",
            "111111111111111",
            "iloveyouiloveyou",
            "abcabcabcabcabc",
            "aaaaaaaaaaaaaaa",
            "123456789012345!",
            "000000000000000!",
            "Abcdefghijklmno",
            "Password123Password123",
            "password password",
            "123456123456789",
            "200012345678901",
            "abc123123456789",
            "777777712345678",
        ] {
            assert!(list.holds(common), "{common}");
        }
        for good in [
            "granit fyr vinterljus 7",
            "correct horse battery staple 42!",
            "xkqjzvwmpbrtyhd",
            "lugn vinterhamn 41",
            "8301 5526 9917 0042 k",
            "4711-0815-2342-9931-x",
            "password is a word like another",
        ] {
            assert!(!list.holds(good), "{good}");
        }
        let mut damaged = FILE.to_vec();
        damaged[FILE.len() / 2] ^= 1;
        for bad in [&damaged, &FILE[..FILE.len() / 2], &[], b"no list"] {
            assert!(matches!(Blocklist::read(bad), Err(Failure::Blocklist)));
        }
        let mut whole = list.0.into_fst().into_inner();
        let middle = whole.len() / 2;
        whole[middle] ^= 1;
        let short = Set::from_iter(["password"]).expect("made").into_fst().into_inner();
        for bad in [whole, short, Vec::new()] {
            assert!(matches!(Blocklist::unpacked(bad), Err(Failure::Blocklist)));
        }
    }
}
