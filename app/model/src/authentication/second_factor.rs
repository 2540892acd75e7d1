//! What somebody shows beside their password: a passkey, a code of their code app (TOTP, RFC 6238), or a recovery code.
use crate::field::FieldRule;
use crate::passkey::Passkey;
use crate::time::LocalTime;
use serde::{Deserialize, Serialize};

/// Digits of a code app's code: what every code app shows.
pub const DIGITS: usize = 6;
/// Seconds after which a code app shows another one (RFC 6238, section 5.2).
pub const STEP_SECS: i64 = 30;
/// Wrong codes after which a sign-in begins anew.
pub const TRIES: u32 = 5;
/// Recovery codes that somebody gets at once.
pub const RECOVERY_CODES: usize = 10;
/// Whoever has no more than this left is warned.
pub const FEW_RECOVERY_CODES: u32 = 2;
/// Seconds for which somebody who has proven themselves may do what matters most, without being asked again.
pub const FRESH_SECS: i64 = 10 * 60;

/// What a code is made of: no letter or digit that is easily taken for another one.
const ALPHABET: &[u8; 32] = b"23456789ABCDEFGHJKLMNPQRSTUVWXYZ";
/// Characters of a recovery code: 120 bits, five in each.
const RECOVERY_CHARS: usize = 24;
/// Characters that are written together.
const GROUP: usize = 6;

/// A code as it was typed. Its form tells which of the two it is.
#[derive(Clone, PartialEq, Eq)]
pub enum Code {
    /// Of a code app: its digits.
    App(String),
    /// A recovery code.
    Recovery(RecoveryCode),
}

impl Code {
    /// Reads what somebody typed. Spaces and hyphens are there for the eye, and small letters are as good as capitals.
    ///
    /// # Errors
    /// [`FieldRule::Empty`], or [`FieldRule::NotACode`] for what is neither.
    pub fn parse(typed: &str) -> Result<Self, FieldRule> {
        // What a phone's keyboard and a word processor make of a hyphen.
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

/// A code that lets somebody in once who has lost their other second factor: 120 bits of chance.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct RecoveryCode([u8; 15]);

impl RecoveryCode {
    /// Of these bits.
    #[must_use]
    pub const fn new(bits: [u8; 15]) -> Self {
        Self(bits)
    }

    /// Its bits.
    #[must_use]
    pub const fn bits(&self) -> &[u8; 15] {
        &self.0
    }

    /// As it is shown: four groups of six.
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

/// What does of a second factor, for somebody whose sign-in waits for one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Accepts {
    /// A passkey.
    pub passkey: bool,
    /// A code of their code app.
    pub code_app: bool,
}

/// What somebody may set up whose organisation demands a second factor that they have not.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Demanded {
    /// A code app. `None` where that does not do.
    pub code_app: Option<Enrolment>,
}

/// How it stands with somebody's second factor.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SecondFactor {
    /// Their code app.
    pub code_app: Option<CodeApp>,
    /// A code app that they have begun to set up.
    pub enrolment: Option<Enrolment>,
    /// Recovery codes that were not used yet.
    pub recovery_left: u32,
    /// Their passkeys, the oldest first.
    pub passkeys: Vec<Passkey>,
}

impl SecondFactor {
    /// Whether there is one.
    #[must_use]
    pub fn is_on(&self) -> bool {
        self.code_app.is_some() || !self.passkeys.is_empty()
    }
}

/// A code app that is set up.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CodeApp {
    /// Since when.
    pub since: LocalTime,
    /// When a code of it was shown last.
    pub used_at: Option<LocalTime>,
}

/// What a code app needs to be told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Enrolment {
    /// `otpauth://…`, which a phone opens in the app.
    pub address: String,
    /// The same as a QR code: an SVG path, a unit for each module.
    pub path: String,
    /// Modules on a side.
    pub size: u32,
    /// The secret in base32, for those who type it.
    pub secret: String,
}

/// Recovery codes that were just made. They are told once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewRecoveryCodes {
    /// As they are shown; none for somebody who has some already.
    pub recovery_codes: Vec<String>,
    /// Where whoever got them at a sign-in goes on.
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
