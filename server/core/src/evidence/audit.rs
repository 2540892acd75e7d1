//! The audit log: a hash chain of events for each tenant. Each event and each chain's head carry a MAC.
pub(crate) mod chain;
mod event;
pub(crate) mod part;
mod record;
pub(crate) mod store;

pub(crate) use event::utc;
pub use record::Event;

use crate::Core;
use crate::error::{CoreError, Failure};
use portvakt_model::id::TenantId;

/// Checks a tenant's chain from its first event to its head, in one view of the database. Returns the number of events.
///
/// # Errors
/// [`crate::error::Failure::Tampered`] names the first event that is not as it was written.
pub async fn verify(core: &Core, tenant: TenantId) -> Result<i64, CoreError> {
    store::verify(&mut *core.store.snapshot().await?, &core.vault, tenant).await
}

/// The most seconds by which the clocks of two processes on one database may differ.
pub const SKEW_SECS: i64 = 300;

/// Refuses a clock that is earlier than the last event of any tenant, by more than [`SKEW_SECS`].
///
/// # Errors
/// [`Failure::Clock`].
pub(crate) async fn in_order(core: &Core) -> Result<(), CoreError> {
    let mut conn = core.store.reader().acquire().await?;
    let (now, last) = (core.clock.now(), store::last(&mut conn).await?);
    match last.filter(|last| now.plus_secs(SKEW_SECS) < *last) {
        Some(last) => {
            let [now, last] =
                [now, last].map(|at| jiff::Timestamp::from_microsecond(at.as_micros()).unwrap_or_default());
            Err(Failure::Clock { now, last }.into())
        }
        None => Ok(()),
    }
}
