//! What a password is worth while it is being typed: advice for the page. The rules decide again when it is sent.
use super::{Context, NFC, guessable};
use crate::error::{BUSY, CoreError, Failure};
use crate::token::Token;
use crate::{Core, invitation, link, reset};
use portvakt_model::fault::Refusal;
use portvakt_model::link::LinkKind;
use portvakt_model::password::{Strength, Verdict};
use tokio::sync::Semaphore;
use tokio::task;
use zxcvbn::{Score, zxcvbn};

/// What is known of the holder of an open link who is about to choose a password: `more` is what they have typed of
/// themselves, a line each.
///
/// # Errors
/// [`Refusal::NotFound`] without such a link: to others the list of common passwords is no business of ours.
pub async fn context(core: &Core, link: &Token, more: &str) -> Result<Context, CoreError> {
    let mut known: Vec<String> = more.chars().take(MAX_KNOWN).collect::<String>().lines().map(str::to_owned).collect();
    let of_holder = match reset::known(core, link).await? {
        Some(of_account) => Some(of_account),
        None => invitation::known(core, link).await?,
    };
    match of_holder {
        Some(of_holder) => known.extend(of_holder),
        None if link::is_open(core, LinkKind::Setup, link).await? => {}
        None => return Err(Refusal::NotFound.into()),
    }
    Ok(Context::new(&known.iter().map(String::as_str).collect::<Vec<_>>()))
}

/// Most characters that somebody tells of themselves.
const MAX_KNOWN: usize = 1000;
/// Judged at once; more are told to come back. Judging takes about a millisecond.
static JUDGES: Semaphore = Semaphore::const_new(4);
/// Most characters whose strength is estimated: the time grows with their square, and these are enough for any score.
const MAX_ESTIMATED: usize = 72;

/// How hard a password is to guess, and whether it is one of those that are tried first.
///
/// # Errors
/// [`BUSY`] if too many are being judged.
pub async fn judge(core: &Core, context: Context, text: &str) -> Result<Verdict, CoreError> {
    let permit = JUDGES.try_acquire().map_err(|_| BUSY)?;
    let nfc = NFC.normalize(text).into_owned();
    let broken = guessable(core, &context, &nfc);
    let strength = task::spawn_blocking(move || {
        let known: Vec<&str> = context.0.iter().map(String::as_str).collect();
        let start: String = nfc.chars().take(MAX_ESTIMATED).collect();
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
