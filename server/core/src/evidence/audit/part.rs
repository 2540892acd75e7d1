//! The personal parts of an event: each sealed under the key of the account that it is about.
use super::chain::commitment;
use crate::error::{CoreError, Failure};
use crate::vault::store::AccountKeys;
use crate::vault::{Place, Vault};
use sqlx::AnyConnection;

/// Of whoever acted.
pub(crate) const ACTOR: &str = "audit_event.actor_sealed";
/// Of whom it was done to.
pub(crate) const TARGET: &str = "audit_event.target_sealed";

/// What a sealed part turned out to be.
pub(crate) enum Opened {
    /// The part behind its salt.
    Salted(Vec<u8>),
    /// The key is gone: the person was erased.
    Erased,
    /// It is not what was sealed there, or not what the chain holds a commitment to.
    Altered,
}

/// Opens a part of an event.
pub(crate) async fn open(
    conn: &mut AnyConnection,
    vault: &Vault,
    keys: &mut AccountKeys,
    place: Place<'_>,
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
