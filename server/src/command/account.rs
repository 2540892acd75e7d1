//! `portvakt account`: manages accounts without a browser.
use super::import::Import;
use super::place::PortalFlags;
use crate::services::in_one_line;
use anyhow::{Result, bail};
use clap::Subcommand;
use portvakt_core::error::CoreError;
use portvakt_core::{lockout, policy, reset, second_factor};
use portvakt_model::fault::Refusal;
use portvakt_model::link::LinkKind;

/// Manages accounts without a browser.
#[derive(Subcommand)]
pub enum Account {
    /// Prints a reset link for an owner who is locked out.
    Recover {
        /// The owner's email address.
        email: String,
        /// The portal to open.
        #[command(flatten)]
        place: PortalFlags,
    },
    /// Imports people and their passwords from another program's file.
    Import(Import),
    /// Removes the second factor of a person who has lost it, if no administrator can.
    ResetSecondFactor {
        /// The person's email address.
        email: String,
        /// The portal to open.
        #[command(flatten)]
        place: PortalFlags,
    },
    /// Unlocks an account after failed sign-ins.
    Unlock {
        /// The person's email address.
        email: String,
        /// The portal to open.
        #[command(flatten)]
        place: PortalFlags,
    },
}

/// Prints a reset link for an owner.
///
/// # Errors
/// If no owner has this address, or there is no portal.
pub async fn recover(place: &PortalFlags, email: &str) -> Result<()> {
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
            bail!("{email} owns no organisation: an owner or administrator can help other people")
        }
        Err(CoreError::Failed(failure)) => Err(failure.into()),
        Err(other) => Err(other.into()),
    }
}

/// Unlocks an account.
///
/// # Errors
/// If no account has this address, or there is no portal.
pub async fn unlock(place: &PortalFlags, email: &str) -> Result<()> {
    let (core, _) = place.open().await?;
    let done = lockout::unlock(&core, email).await;
    core.store.close().await;
    match done {
        Ok(()) => {
            println!("{email} can sign in again now.");
            Ok(())
        }
        Err(CoreError::Refused(Refusal::NotFound)) => bail!("no account has the address {email}: check the spelling"),
        Err(CoreError::Failed(failure)) => Err(failure.into()),
        Err(other) => Err(other.into()),
    }
}

/// Removes the second factor of an account.
///
/// # Errors
/// If no account has this address, if it has no second factor, or if there is no portal.
pub async fn reset_second_factor(place: &PortalFlags, email: &str) -> Result<()> {
    let (core, _) = place.open().await?;
    let done = second_factor::reset(&core, email).await;
    core.store.close().await;
    match done {
        Ok(()) => {
            println!("{email} now signs in with the password alone, and is signed out everywhere.");
            Ok(())
        }
        Err(CoreError::Refused(Refusal::NotFound)) => {
            bail!("no account with a second factor has the address {email}: check the spelling")
        }
        Err(CoreError::Failed(failure)) => Err(failure.into()),
        Err(other) => Err(other.into()),
    }
}
