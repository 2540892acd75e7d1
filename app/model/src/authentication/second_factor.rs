//! Second factors: a passkey, a code from a code app (TOTP, RFC 6238), or a recovery code.
use crate::field::FieldRule;
use crate::passkey::Passkey;
use crate::time::LocalTime;
use serde::{Deserialize, Serialize};

/// Digits of a code app's code. Every code app shows six.
pub const DIGITS: usize = 6;
/// Seconds between a code app's codes (RFC 6238, section 5.2).
pub const STEP_SECS: i64 = 30;
/// Wrong codes after which a sign-in has to begin again.
pub const TRIES: u32 = 5;
/// Recovery codes in a set.
pub const RECOVERY_CODES: usize = 10;
/// The person is warned when no more than this many codes are left.
pub const FEW_RECOVERY_CODES: u32 = 2;
/// Seconds after a proof of identity in which a person may do sensitive things without another one.
pub const FRESH_SECS: i64 = 10 * 60;

/// The characters of a recovery code. None is easily mistaken for another.
const ALPHABET: &[u8; 32] = b"23456789ABCDEFGHJKLMNPQRSTUVWXYZ";
/// Characters of a recovery code: 120 bits, five in each character.
const RECOVERY_CHARS: usize = 24;
/// Characters in a group.
const GROUP: usize = 6;

/// A typed code. Its form tells which kind it is.
#[derive(Clone, PartialEq, Eq)]
pub enum Code {
    /// The digits of a code app's code.
    App(String),
    /// A recovery code.
    Recovery(RecoveryCode),
}

impl Code {
    /// Reads a typed code. Spaces and hyphens are ignored, and small letters count as capitals.
    ///
    /// # Errors
    /// [`FieldRule::Empty`], or [`FieldRule::NotACode`] for any other text that is no code.
    pub fn parse(typed: &str) -> Result<Self, FieldRule> {
        // Phone keyboards and word processors turn a hyphen into one of these.
        let text: String =
            typed.chars().filter(|c| !c.is_whitespace() && !matches!(c, '-' | '\u{2010}'..='\u{2015}')).collect();
        if text.is_empty() {
            return Err(FieldRule::Empty);
        }
        if text.len() == DIGITS && text.bytes().all(|b| b.is_ascii_digit()) {
            return Ok(Self::App(text));
        }
        RecoveryCode::parse(&text).map(Self::Recovery).ok_or(FieldRule::NotACode)
    }
}

/// A code that replaces a lost second factor once: 120 random bits.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct RecoveryCode([u8; 15]);

impl RecoveryCode {
    /// The code with these bits.
    #[must_use]
    pub const fn new(bits: [u8; 15]) -> Self {
        Self(bits)
    }

    /// The code's bits.
    #[must_use]
    pub const fn bits(&self) -> &[u8; 15] {
        &self.0
    }

    /// The text to show: four groups of six characters.
    #[must_use]
    pub fn reveal(&self) -> String {
        let all = self.0.iter().fold(0_u128, |all, byte| all << 8 | u128::from(*byte));
        let mut text = String::with_capacity(RECOVERY_CHARS + RECOVERY_CHARS / GROUP);
        for at in 0..RECOVERY_CHARS {
            if at > 0 && at % GROUP == 0 {
                text.push('-');
            }
            let five = (all >> (5 * (RECOVERY_CHARS - 1 - at))) & 31;
            text.push(char::from(ALPHABET[usize::try_from(five).unwrap_or_default()]));
        }
        text
    }

    fn parse(text: &str) -> Option<Self> {
        if text.len() != RECOVERY_CHARS {
            return None;
        }
        let mut all = 0_u128;
        for char in text.bytes() {
            let five = ALPHABET.iter().position(|letter| *letter == char.to_ascii_uppercase())?;
            all = all << 5 | u128::try_from(five).ok()?;
        }
        let mut bits = [0; 15];
        bits.copy_from_slice(&all.to_be_bytes()[1..]);
        Some(Self(bits))
    }
}

/// The second factors that a waiting sign-in accepts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Accepts {
    /// A passkey.
    pub passkey: bool,
    /// A code from the person's code app.
    pub code_app: bool,
}

/// The second factors that a person may set up if the policy demands one and they have none.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Demanded {
    /// A code app. `None` if the policy demands a passkey.
    pub code_app: Option<Enrolment>,
}

/// A person's second factors.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SecondFactor {
    /// The person's code app.
    pub code_app: Option<CodeApp>,
    /// A code app whose set-up is not finished.
    pub enrolment: Option<Enrolment>,
    /// The number of unused recovery codes.
    pub recovery_left: u32,
    /// The person's passkeys, the oldest first.
    pub passkeys: Vec<Passkey>,
}

impl SecondFactor {
    /// Whether the person has a second factor.
    #[must_use]
    pub fn is_on(&self) -> bool {
        self.code_app.is_some() || !self.passkeys.is_empty()
    }
}

/// A code app that is set up.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CodeApp {
    /// The time of the set-up.
    pub since: LocalTime,
    /// The time of the last use.
    pub used_at: Option<LocalTime>,
}

/// The data that a code app needs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Enrolment {
    /// The `otpauth://…` address, which a phone opens in the app.
    pub address: String,
    /// The same address as a QR code: an SVG path with one unit for each module.
    pub path: String,
    /// The number of modules on a side.
    pub size: u32,
    /// The secret in base32, for people who type it.
    pub secret: String,
}

/// New recovery codes. They are shown once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewRecoveryCodes {
    /// The codes, or none if the person already has codes.
    pub recovery_codes: Vec<String>,
    /// The next address, if the codes were made during a sign-in.
    pub go_on: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_recovery_code_is_read_back_however_it_is_written() {
        let code = RecoveryCode::new([0xff, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13]);
        let shown = code.reveal();
        assert_eq!(shown.len(), 27);
        assert_eq!(shown.split('-').map(str::len).collect::<Vec<_>>(), [6, 6, 6, 6]);
        for typed in
            [shown.clone(), shown.to_lowercase(), shown.replace('-', " "), format!("  {}\n", shown.replace('-', "–"))]
        {
            assert!(Code::parse(&typed) == Ok(Code::Recovery(code)), "{typed}");
        }
        assert!(RecoveryCode::new([0; 15]).reveal().chars().all(|c| c == '2' || c == '-'));
        assert!(RecoveryCode::new([255; 15]).reveal().chars().all(|c| c == 'Z' || c == '-'));
    }

    #[test]
    fn a_code_of_an_app_is_six_digits() {
        assert!(Code::parse(" 123 456 ") == Ok(Code::App("123456".to_owned())));
        for bad in
            ["12345", "1234567", "12345a", "１２３４５６", "ABCDEF-ABCDEF-ABCDEF-ABCDE", "O1ABCD-ABCDEF-ABCDEF-ABCDEF"]
        {
            assert!(Code::parse(bad) == Err(FieldRule::NotACode), "{bad}");
        }
        assert!(Code::parse(" - ") == Err(FieldRule::Empty));
    }
}
