//! Organisations: the operator, and its customers.
pub(crate) mod store;

use crate::Core;
use crate::error::CoreError;
use portvakt_model::time::Timestamp;
use std::sync::{Mutex, PoisonError};

/// The operator's name as it was found in the last second.
#[derive(Default)]
pub(crate) struct Recent(Mutex<Option<(Timestamp, String)>>);

/// The operator's name, for the frame of every page, as of a second ago. `None` until the portal is set up.
///
/// # Errors
/// If the database fails.
pub async fn operator_name(core: &Core) -> Result<Option<String>, CoreError> {
    let now = core.clock.now();
    let recent = |at: Timestamp| at <= now && now < at.plus_secs(1);
    let known = core.operator.0.lock().unwrap_or_else(PoisonError::into_inner).clone();
    if let Some((_, name)) = known.filter(|(at, _)| recent(*at)) {
        return Ok(Some(name));
    }
    // That there is none is not remembered: the first person must find the portal set up at once.
    let name = store::operator_name(core).await?;
    *core.operator.0.lock().unwrap_or_else(PoisonError::into_inner) = name.clone().map(|name| (now, name));
    Ok(name)
}
