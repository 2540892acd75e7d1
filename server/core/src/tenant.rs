//! Organisations: the operator, and its customers.
pub(crate) mod store;

use crate::Core;
use crate::error::CoreError;

/// The operator's name. `None` until the portal is set up.
///
/// # Errors
/// If the database fails.
pub async fn operator_name(core: &Core) -> Result<Option<String>, CoreError> {
    store::operator_name(core).await
}
