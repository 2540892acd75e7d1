//! Codes by time (TOTP, RFC 6238): HMAC-SHA-1, six digits, a new code every thirty seconds. Every code app uses these
//! parameters if the set-up address names no others.
use crate::error::Failure;
use portvakt_model::second_factor::{DIGITS, Enrolment, STEP_SECS};
use portvakt_model::time::Timestamp;
use qrcodegen::{QrCode, QrCodeEcc};
use std::fmt::Write;
use subtle::ConstantTimeEq;
use totp_rs::{Builder, Totp};

/// 160 bits: RFC 4226, section 4.
pub(super) type Secret = [u8; 20];

/// The most bytes, percent-encoded, of the organisation's name and of the account's address in the set-up address. The
/// name stands in it twice. With both at their longest the QR code has 65 modules a side, which a phone reads from a
/// screen.
const MOST_ISSUER: usize = 60;
const MOST_ACCOUNT: usize = 150;

/// The beginning of a text that has at most `most` bytes when it is percent-encoded.
fn cut(text: &str, most: usize) -> String {
    let length = |c: char| if c.is_ascii_alphanumeric() { 1 } else { 3 * c.len_utf8() };
    let mut whole = 0;
    let fits = |c: &char| {
        whole += length(*c);
        whole <= most
    };
    text.chars().take_while(fits).collect::<String>().trim_end().to_owned()
}

const UNFIT: Failure = Failure::Unreadable("a code app");

fn totp(secret: &Secret, issuer: &str, account: &str) -> Totp {
    Builder::new()
        .with_digits(u8::try_from(DIGITS).unwrap_or_default())
        .with_step_duration(STEP_SECS.unsigned_abs())
        .with_secret(secret.to_vec())
        .with_issuer(Some(issuer))
        .with_account_name(account)
        .build_noncompliant()
}

/// The time step of a code, among the steps at most `window` steps away from now. `None` if the code belongs to none of
/// them.
pub(super) fn step(secret: &Secret, code: &str, now: Timestamp, window: i64) -> Option<i64> {
    let totp = totp(secret, "", "");
    let here = now.as_micros().div_euclid(1_000_000 * STEP_SECS);
    // Tries the nearest steps first: the code is most probably one of theirs.
    let near = (0..=window).flat_map(|away| [here - away, here + away]);
    near.into_iter().find(|step| {
        let right = totp.generate((step.max(&0) * STEP_SECS).unsigned_abs()).to_string();
        right.as_bytes().ct_eq(code.as_bytes()).into()
    })
}

/// The set-up address for a code app, its QR code and its secret, in the name of an organisation.
pub(super) fn enrolment(secret: &Secret, organisation: &str, email: &str) -> Result<Enrolment, Failure> {
    // A colon separates the organisation from the account in the address.
    let [issuer, account] =
        [(organisation, MOST_ISSUER), (email, MOST_ACCOUNT)].map(|(text, most)| cut(&text.replace(':', " "), most));
    let totp = totp(secret, &issuer, &account);
    let address = totp.to_url().map_err(|_| UNFIT)?;
    // Of the codes of the same size, `qrcodegen` takes the one that repairs most.
    let qr = QrCode::encode_text(&address, QrCodeEcc::Low).map_err(|_| UNFIT)?;
    let mut path = String::new();
    for y in 0..qr.size() {
        for x in (0..qr.size()).filter(|x| qr.get_module(*x, y)) {
            // Adjacent modules are drawn as one bar.
            if x > 0 && qr.get_module(x - 1, y) {
                continue;
            }
            let length = (x..qr.size()).take_while(|x| qr.get_module(*x, y)).count();
            write!(path, "M{x} {y}h{length}v1h-{length}z").map_err(|_| UNFIT)?;
        }
    }
    let secret = totp.secret().to_base32();
    let groups: Vec<_> = secret.as_bytes().chunks(4).map(String::from_utf8_lossy).collect();
    Ok(Enrolment { address, path, size: qr.size().unsigned_abs(), secret: groups.join(" ") })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 6238, appendix B: the last six digits of its eight-digit codes.
    const VECTORS: [(i64, &str); 6] = [
        (59, "287082"),
        (1_111_111_109, "081804"),
        (1_111_111_111, "050471"),
        (1_234_567_890, "005924"),
        (2_000_000_000, "279037"),
        (20_000_000_000, "353130"),
    ];
    const SECRET: &Secret = b"12345678901234567890";

    fn at(secs: i64) -> Timestamp {
        Timestamp::from_micros(secs * 1_000_000)
    }

    #[test]
    fn the_codes_equal_the_vectors_of_rfc_6238() {
        for (secs, code) in VECTORS {
            assert_eq!(step(SECRET, code, at(secs), 0), Some(secs / 30), "{secs}");
        }
    }

    #[test]
    fn a_code_is_right_in_its_step_and_in_the_ones_beside_it() {
        let begins = 1_111_111_110;
        for (secs, is_right) in [
            (begins - 31, false),
            (begins - 30, true),
            (begins - 1, true),
            (begins, true),
            (begins + 29, true),
            (begins + 59, true),
            (begins + 60, false),
        ] {
            let found = step(SECRET, "050471", at(secs), 1);
            assert_eq!(found, is_right.then_some(begins / 30), "{}", secs - begins);
        }
        assert_eq!(step(SECRET, "050472", at(begins), 1), None);
    }

    #[test]
    fn the_longest_names_make_a_code_that_a_phone_reads() {
        let long = format!("{}@{}.example", "ö".repeat(64), "å".repeat(60));
        for organisation in ["😀".repeat(100), "€".repeat(100), "Å".repeat(100), "x".repeat(100), String::new()] {
            for email in ["anna@nordhamn.example", &long] {
                let told = enrolment(SECRET, &organisation, email).unwrap();
                assert!(told.size <= 65, "{} modules for {organisation} and {email}", told.size);
                assert!(told.address.starts_with("otpauth://totp/"), "{}", told.address);
            }
        }
        assert_eq!(cut("Nordhamns kommun", MOST_ISSUER), "Nordhamns kommun");
    }

    #[test]
    fn the_set_up_address_names_the_organisation_and_the_account() {
        let told = enrolment(SECRET, "Nordhamn: kommun", "anna@nordhamn.example").unwrap();
        assert!(
            told.address.starts_with("otpauth://totp/Nordhamn%20%20kommun:anna%40nordhamn.example?"),
            "{}",
            told.address
        );
        assert!(told.address.contains("secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"), "{}", told.address);
        assert_eq!(told.secret, "GEZD GNBV GY3T QOJQ GEZD GNBV GY3T QOJQ");
        assert!(told.path.starts_with("M0 0h7v1h-7z") && told.size >= 33, "{}", told.size);
    }
}
