//! What a password is worth while it is being typed: advice for the page. The rules decide again when it is sent.
use super::{Context, NFC, guessable};
use crate::account::store as accounts;
use crate::caller::Person;
use crate::error::{BUSY, CoreError, Failure};
use crate::sign_in::waiting::choosing;
use crate::token::Token;
use crate::{Core, invitation, link, reset};
use portvakt_model::fault::Refusal;
use portvakt_model::link::LinkKind;
use portvakt_model::password::{Strength, Verdict};
use tokio::sync::Semaphore;
use tokio::task;
use zxcvbn::{Score, zxcvbn};

/// What is known of somebody who is about to choose a password: the holder of an open link, whoever is signed in, or whose
/// sign-in waits for it.
/// `more` is what they have typed of themselves, a line each.
///
/// # Errors
/// [`Refusal::NotFound`] for everybody else: to them the list of common passwords is no business of ours.
pub async fn context(
    core: &Core,
    link: Option<&Token>,
    person: Option<&Person>,
    waiting: Option<&Token>,
    more: &str,
) -> Result<Context, CoreError> {
    let mut known: Vec<String> = more.chars().take(MAX_KNOWN).collect::<String>().lines().map(str::to_owned).collect();
    let of_holder = match link {
        Some(link) => of_link(core, link).await?,
        None => None,
    };
    match (of_holder, person) {
        (Some(of_holder), _) => known.extend(of_holder),
        (None, Some(person)) => {
            let (name, email, organisation) = accounts::known(core, person.home, person.account).await?;
            known.extend([name, email, organisation]);
        }
        (None, None) => {
            let found = match waiting {
                Some(token) => choosing(core, token).await?,
                None => None,
            };
            let (home, account) = found.ok_or(Refusal::NotFound)?;
            let (name, email, organisation) = accounts::known(core, home, account).await?;
            known.extend([name, email, organisation]);
        }
    }
    Ok(Context::new(&known.iter().map(String::as_str).collect::<Vec<_>>()))
}

/// The name, the address and the organisation of the holder of an open link that leads to a password, where they are known.
async fn of_link(core: &Core, link: &Token) -> Result<Option<Vec<String>>, CoreError> {
    if let Some(of_account) = reset::known(core, link).await? {
        return Ok(Some(of_account.into()));
    }
    if let Some(of_invitee) = invitation::known(core, link).await? {
        return Ok(Some(of_invitee.into()));
    }
    Ok(link::is_open(core, LinkKind::Setup, link).await?.then(Vec::new))
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
