//! What a password is worth while it is being typed: advice for the page. The rules decide again when it is sent.
use super::typed::NFC;
use super::{Context, guessable};
use crate::Core;
use crate::error::{BUSY, CoreError, Failure};
use portvakt_model::password::{Strength, Verdict};
use tokio::sync::Semaphore;
use tokio::task;
use zeroize::Zeroizing;
use zxcvbn::{Score, zxcvbn};

/// Judged at once; more are told to come back. Judging takes about a millisecond.
static JUDGES: Semaphore = Semaphore::const_new(4);
/// The most characters whose strength is estimated. The time grows with their square, and so many are enough for any
/// score.
const MAX_ESTIMATED: usize = 72;

/// How hard a password is to guess, and whether it is one of those that are tried first.
///
/// # Errors
/// [`BUSY`] if too many are being judged.
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
