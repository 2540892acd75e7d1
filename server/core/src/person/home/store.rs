//! The query of the first page.
use crate::Core;
use crate::error::CoreError;
use portvakt_model::fault::Refusal;
use portvakt_model::id::{SessionId, TenantId};
use sqlx::FromRow;

#[derive(FromRow)]
pub(super) struct HomeRow {
    pub(super) time_zone: String,
    pub(super) previous_sign_in_at: Option<i64>,
    pub(super) previous_sign_in_device: Option<String>,
}

pub(super) async fn find(core: &Core, home: TenantId, session: SessionId) -> Result<HomeRow, CoreError> {
    sqlx::query_as(
        "SELECT a.time_zone, s.previous_sign_in_at, s.previous_sign_in_device
           FROM session s JOIN account a ON a.tenant_id = s.tenant_id AND a.id = s.account_id
          WHERE s.tenant_id = $1 AND s.id = $2",
    )
    .bind(home.to_string())
    .bind(session.to_string())
    .fetch_optional(core.store.reader())
    .await?
    .ok_or_else(|| Refusal::SignedOut.into())
}
