//! The regular work of every process that serves. Work that two processes do does no harm.
use crate::Core;
use crate::error::CoreError;
use crate::{
    address, erasure, flash, invitation, invitation_list, link, lockout, mail, passkey, second_factor, session,
    sign_in, tenants,
};
use std::time::Duration;

/// The time between two rounds.
pub const EVERY: Duration = Duration::from_mins(1);

/// One round: writes down when sessions were last seen, deletes what has ended, and carries out the erasures and the
/// contract ends that are due.
///
/// # Errors
/// If the database fails. The next round does the rest.
pub async fn round(core: &Core) -> Result<(), CoreError> {
    session::flush(core).await?;
    session::purge(core).await?;
    sign_in::purge(core).await?;
    second_factor::purge(core).await?;
    passkey::purge(core).await?;
    link::purge(core).await?;
    address::purge(core).await?;
    invitation::purge(core).await?;
    invitation_list::purge(core).await?;
    flash::purge(core).await?;
    mail::purge(core).await?;
    erasure::carry_out(core).await?;
    tenants::end_due(core).await?;
    lockout::tidy_up(core).await
}
