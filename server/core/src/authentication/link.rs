//! Links that let their holder do one thing once: only the SHA-256 of a token is stored, the newest link of its kind
//! revokes the older ones, and whoever uses one takes it away in the same transaction as what it was for.
pub(crate) mod store;

use crate::Core;
use crate::error::CoreError;
use portvakt_model::id::{AccountId, TenantId};

/// Whose a link is: a set-up link belongs to nobody yet.
pub(crate) type Owner = Option<(TenantId, AccountId)>;

/// Takes away links whose time is over, whosesoever they are.
///
/// # Errors
/// If the database fails.
pub(crate) async fn purge(core: &Core) -> Result<(), CoreError> {
    core.store
        .tidy(async |mut tx| {
            store::delete_ended(&mut tx).await?;
            Ok(((), tx.commit_housekeeping("links whose time is over").await?))
        })
        .await
}
