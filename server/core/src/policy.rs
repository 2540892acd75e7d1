//! Which rules hold for whom.
mod store;

use crate::Core;
use crate::error::CoreError;
use portvakt_model::policy::Policy;

/// What holds before anybody is known, and below which nobody's rules go: the platform's row, and never less than the
/// floor that is built in, whoever wrote that row.
///
/// # Errors
/// If the database fails, or the row is no policy.
pub async fn platform(core: &Core) -> Result<Policy, CoreError> {
    Ok(Policy::FLOOR.strictest(store::platform(core).await?))
}
