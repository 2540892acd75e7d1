//! The personal parts of an event. Each is sealed under the key of the account that it is about.
use super::chain::commitment;
use crate::error::{CoreError, Failure};
use crate::vault::store::AccountKeys;
use crate::vault::{SealedCell, Vault};
use sqlx::AnyConnection;

/// The column of the part that is about the actor.
pub(crate) const ACTOR: &str = "audit_event.actor_sealed";
/// The column of the part that is about the target.
pub(crate) const TARGET: &str = "audit_event.target_sealed";

/// The result of opening a part.
pub(crate) enum Opened {
    /// The part, with its salt before it.
    Salted(Vec<u8>),
    /// The key was deleted: the person was erased.
    Erased,
    /// The part is not the one that was sealed there, or does not fit the chain's commitment.
    Altered,
}

/// Opens a part of an event.
pub(crate) async fn open(
    conn: &mut AnyConnection,
    vault: &Vault,
    keys: &mut AccountKeys,
    place: SealedCell<'_>,
    committed: &[u8],
    sealed: &[u8],
) -> Result<Opened, CoreError> {
    match keys.open(conn, vault, place, sealed).await {
        Ok(None) => Ok(Opened::Erased),
        Ok(Some(salted)) if commitment(&salted) == *committed => Ok(Opened::Salted(salted)),
        Ok(Some(_)) | Err(CoreError::Failed(Failure::Vault(_))) => Ok(Opened::Altered),
        Err(e) => Err(e),
    }
}
