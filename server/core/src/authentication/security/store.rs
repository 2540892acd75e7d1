//! The rows behind a person's security page.
use crate::Core;
use crate::error::CoreError;
use portvakt_model::id::{AccountId, TenantId};
use portvakt_model::time::Timestamp;

/// When an account's password was chosen. `None` if it has none.
pub(super) async fn password_set_at(
    core: &Core,
    home: TenantId,
    account: AccountId,
) -> Result<Option<Timestamp>, CoreError> {
    let row: Option<(i64,)> = sqlx::query_as("SELECT set_at FROM password WHERE tenant_id = $1 AND account_id = $2")
        .bind(home.to_string())
        .bind(account.to_string())
        .fetch_optional(core.store.reader())
        .await?;
    Ok(row.map(|(set_at,)| Timestamp::from_micros(set_at)))
}
