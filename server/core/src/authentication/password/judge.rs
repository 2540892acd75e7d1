//! The strength of a password while a person types it: advice for the page. The rules are checked again when the form
//! is sent.
use super::typed::NFC;
use super::{Context, guessable};
use crate::Core;
use crate::error::{BUSY, CoreError, Failure};
use portvakt_model::password::{Strength, Verdict};
use tokio::sync::Semaphore;
use tokio::task;
use zeroize::Zeroizing;
use zxcvbn::{Score, zxcvbn};

/// The most passwords that are judged at once. One more is refused with [`BUSY`]. Judging takes about a millisecond.
static JUDGES: Semaphore = Semaphore::const_new(4);
/// The most characters whose strength is estimated. The time grows with their square, and 72 are enough for any score.
const MAX_ESTIMATED: usize = 72;

/// Estimates how hard a password is to guess, and checks whether it is common or consists of words of the context.
///
/// # Errors
/// [`BUSY`] if too many passwords are being judged.
pub async fn judge(core: &Core, context: Context, text: &str) -> Result<Verdict, CoreError> {
    let permit = JUDGES.try_acquire().map_err(|_| BUSY)?;
    let nfc = Zeroizing::new(NFC.normalize(text).into_owned());
    let broken = guessable(core, &context, &nfc);
    let strength = task::spawn_blocking(move || {
        let known: Vec<&str> = context.0.iter().map(String::as_str).collect();
        let start: Zeroizing<String> = Zeroizing::new(nfc.chars().take(MAX_ESTIMATED).collect());
        let score = zxcvbn(&start, &known).score();
        drop(permit);
        match score {
            Score::Two => Strength::Fair,
            Score::Three => Strength::Good,
            Score::Four => Strength::Excellent,
            _ => Strength::Weak,
        }
    });
    let strength = strength.await.map_err(Failure::from)?;
    Ok(Verdict { strength: if broken.is_empty() { strength } else { Strength::Weak }, broken })
}
