//! Links that let their holder do one thing once: only the SHA-256 of a token is stored, the newest link of its kind
//! revokes the older ones, and whoever uses one takes it away in the same transaction as what it was for.
pub(crate) mod store;

use crate::error::CoreError;
use crate::tenant::store::operator;
use crate::token::Token;
use crate::{Core, address, invitation};
use portvakt_model::id::{AccountId, TenantId};
use portvakt_model::link::LinkKind;

/// Whose a link is: a set-up link belongs to nobody yet.
pub(crate) type Owner = Option<(TenantId, AccountId)>;

/// Whether a link can be used now. Asking does not use it.
///
/// # Errors
/// If the database fails.
pub async fn is_open(core: &Core, kind: LinkKind, token: &Token) -> Result<bool, CoreError> {
    // Another process may have made a set-up link at the moment when the portal was set up.
    if kind == LinkKind::Setup && operator(core.store.reader()).await?.is_some() {
        return Ok(false);
    }
    if kind == LinkKind::Invitation {
        return invitation::is_open(core, token).await;
    }
    if kind == LinkKind::EmailStop {
        return address::is_stoppable(core, token).await;
    }
    Ok(store::find(core, kind, token).await?.is_some())
}

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
