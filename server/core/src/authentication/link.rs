//! Mailed or printed links, each for one action that its holder can do once. Only the SHA-256 of the token is stored.
//! The newest link of a kind revokes the older ones of an account. The transaction that acts on a link also deletes it.
pub(crate) mod store;

use crate::Core;
use crate::error::CoreError;
use portvakt_model::id::{AccountId, TenantId};

/// The home and the account of a link. `None` for a set-up link.
pub(crate) type LinkAccount = Option<(TenantId, AccountId)>;

/// Deletes expired links of every account.
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
