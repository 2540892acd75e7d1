//! Makes a hundred thousand policies and passwords by a fixed rule and a digest of every decision. The tests compute it
//! natively, and `cargo xtask test rust` in WASM under Node. Both have to arrive at [`expected`].
use portvakt_model::policy::{Demand, PasswordPolicy, Policy};
use wasm_bindgen::prelude::wasm_bindgen;

const CASES: u32 = 100_000;

/// The digest of every build.
#[wasm_bindgen]
#[must_use]
pub fn expected() -> String {
    "9a03837a6ce6f1ca, 33868 accepted".to_owned()
}

/// The digest of this build.
#[wasm_bindgen]
#[must_use]
pub fn verdicts() -> String {
    let mut chance = Chance(2026);
    let mut digest = Digest(0xcbf2_9ce4_8422_2325);
    let mut accepted = 0_u32;
    for _ in 0..CASES {
        let (one, other) = (chance.policy(), chance.policy());
        let mut policy = if chance.below(2) == 0 { one } else { one.strictest(other) };
        policy.second_factor.demand = Demand::Any;
        let policy = policy.of_holder(if chance.below(2) == 0 { Demand::Any } else { Demand::Optional });
        let text = chance.text();
        let broken = policy.password.check(&text);
        accepted += u32::from(broken.is_empty());
        digest.add(format!("{broken:?}").as_bytes());
        for progress in policy.password.progress(&text) {
            digest.add(&progress.found.to_le_bytes());
        }
    }
    format!("{:016x}, {accepted} accepted", digest.0)
}

/// `SplitMix64`. Written here, because the expected digest stands on its sequence, and a library may change its own.
struct Chance(u64);

impl Chance {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn below(&mut self, limit: u32) -> u32 {
        u32::try_from(self.next() % u64::from(limit)).unwrap_or(0)
    }

    fn policy(&mut self) -> Policy {
        let password = PasswordPolicy {
            min_length_alone: 15 + self.below(10),
            min_length_with_second: 8 + self.below(10),
            min_digits: self.below(4),
            min_specials: self.below(4),
            min_upper: self.below(4),
            min_lower: self.below(4),
            ..Policy::FLOOR.password
        };
        Policy { password, ..Policy::FLOOR }
    }

    /// A text with letters of several scripts and cases, digits of several kinds, marks, emoji, and now and then a
    /// character that no field accepts.
    fn text(&mut self) -> String {
        const ALPHABET: [char; 40] = [
            'a', 'b', 'e', 'k', 's', 'A', 'K', 'Q', 'å', 'Ä', 'ö', 'é', 'ß', 'ẞ', 'ſ', 'ﬁ', 'ǅ', 'ъ', 'Ж', 'λ', 'Σ',
            '漢', 'あ', 'ʰ', '0', '7', '٣', '²', 'Ⅷ', '½', ' ', '!', '-', '_', '€', '´', '😀', '\u{301}', '\u{202e}',
            '\n',
        ];
        let length = if self.below(100) == 0 { 250 + self.below(10) } else { self.below(40) };
        // Characters that no field accepts are rare, or no password would be accepted.
        let usual = if self.below(10) == 0 { 40 } else { 37 };
        (0..length).map(|_| ALPHABET[self.below(usual) as usize]).collect()
    }
}

/// FNV-1a.
struct Digest(u64);

impl Digest {
    fn add(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = (self.0 ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }
}
