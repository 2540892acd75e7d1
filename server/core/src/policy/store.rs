//! The platform's row.
use crate::Core;
use crate::error::{CoreError, Failure};
use portvakt_model::policy::Policy;

pub(super) async fn platform(core: &Core) -> Result<Policy, CoreError> {
    let (rules,): (String,) =
        sqlx::query_as("SELECT rules FROM platform_policy WHERE id = 1").fetch_one(core.store.reader()).await?;
    serde_json::from_str(&rules).map_err(|_| Failure::Unreadable("the platform's policy").into())
}
