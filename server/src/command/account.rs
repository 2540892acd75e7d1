//! `portvakt account`: looks after accounts without a browser.
use super::import::Import;
use super::place::Place;
use crate::services::in_one_line;
use anyhow::{Result, bail};
use clap::Subcommand;
use portvakt_core::error::CoreError;
use portvakt_core::{lockout, policy, reset, second_factor};
use portvakt_model::fault::Refusal;
use portvakt_model::link::LinkKind;

/// Looks after accounts without a browser.
#[derive(Subcommand)]
pub enum Account {
    /// Prints a link with which an owner who is locked out chooses a new password.
    Recover {
        /// The owner's email address.
        email: String,
        /// Where the portal is.
        #[command(flatten)]
        place: Place,
    },
    /// Gives the people of another program's file an account, with the passwords that they have there.
    Import(Import),
    /// Takes the second factor away from a person who has lost it and whom nobody else can help.
    ResetSecondFactor {
        /// The person's email address.
        email: String,
        /// Where the portal is.
        #[command(flatten)]
        place: Place,
    },
    /// Lets a person sign in again at once whom wrong tries have locked out.
    Unlock {
        /// The person's email address.
        email: String,
        /// Where the portal is.
        #[command(flatten)]
        place: Place,
    },
}

/// Prints a reset link for an owner.
///
/// # Errors
/// If there is no such owner, or no portal.
pub async fn recover(place: &Place, email: &str) -> Result<()> {
    let (core, config) = place.open().await?;
    let base = config.base()?;
    let links = policy::platform(&core).await.map_err(in_one_line)?.links;
    let done = reset::recover(&core, email).await;
    core.store.close().await;
    match done {
        Ok(token) => {
            let minutes = LinkKind::Reset.lifetime_secs(links) / 60;
            println!("Choose a new password here, within {minutes} minutes: {}", base.link(LinkKind::Reset, &token));
            Ok(())
        }
        Err(CoreError::Refused(Refusal::NotFound)) => {
            bail!("{email} owns no organisation here: an owner or administrator can help everybody else")
        }
        Err(CoreError::Failed(failure)) => Err(failure.into()),
        Err(other) => Err(other.into()),
    }
}

/// Opens what wrong tries have closed for an account.
///
/// # Errors
/// If there is no such account, or no portal.
pub async fn unlock(place: &Place, email: &str) -> Result<()> {
    let (core, _) = place.open().await?;
    let done = lockout::unlock(&core, email).await;
    core.store.close().await;
    match done {
        Ok(()) => {
            println!("{email} can sign in again, from anywhere and at once.");
            Ok(())
        }
        Err(CoreError::Refused(Refusal::NotFound)) => bail!("{email} has no account here: look for a misspelling"),
        Err(CoreError::Failed(failure)) => Err(failure.into()),
        Err(other) => Err(other.into()),
    }
}

/// Takes an account's second factor away.
///
/// # Errors
/// If there is no such account, or it has none, or no portal.
pub async fn reset_second_factor(place: &Place, email: &str) -> Result<()> {
    let (core, _) = place.open().await?;
    let done = second_factor::reset(&core, email).await;
    core.store.close().await;
    match done {
        Ok(()) => {
            println!("{email} signs in with the password alone, and is signed out everywhere.");
            Ok(())
        }
        Err(CoreError::Refused(Refusal::NotFound)) => {
            bail!("{email} has no account here, or no second factor: look for a misspelling")
        }
        Err(CoreError::Failed(failure)) => Err(failure.into()),
        Err(other) => Err(other.into()),
    }
}
