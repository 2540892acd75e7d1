//! A refused form's fields, for a browser without JavaScript, when they are too long for a cookie. They stay in a
//! sealed row.
mod store;

use crate::Core;
use crate::error::CoreError;
use crate::token::Token;

/// The seconds that a result waits for its page.
pub const LIFETIME_SECS: i64 = 60;
/// The seconds that a person's typed fields wait until the person has signed in again.
pub const KEPT_SECS: i64 = 10 * 60;

/// The most rows at once, of all browsers together: at 64 KiB each, 16 MiB.
const MAX_ROWS: i64 = 256;

/// Keeps bytes for `seconds`. `None` if too many others are being kept.
///
/// # Errors
/// If the database fails.
pub async fn keep(core: &Core, plain: &[u8], seconds: i64) -> Result<Option<Token>, CoreError> {
    let token = Token::new(&core.random);
    let kept = core
        .store
        .tidy(async |mut tx| {
            store::delete_expired(&mut tx).await?;
            let room = store::count(&mut tx).await? < MAX_ROWS;
            if room {
                store::insert(&mut tx, &token, plain, seconds).await?;
            }
            Ok((room, tx.commit_housekeeping("a form's fields").await?))
        })
        .await?;
    Ok(kept.then_some(token))
}

/// Deletes the expired rows.
///
/// # Errors
/// If the database fails.
pub(crate) async fn purge(core: &Core) -> Result<(), CoreError> {
    core.store
        .tidy(async |mut tx| {
            store::delete_expired(&mut tx).await?;
            Ok(((), tx.commit_housekeeping("expired form fields").await?))
        })
        .await
}

/// Returns the kept bytes and deletes them. `None` if they expired or were taken before.
///
/// # Errors
/// If the database fails.
pub async fn take(core: &Core, token: &Token) -> Result<Option<Vec<u8>>, CoreError> {
    core.store
        .tidy(async |mut tx| {
            let plain = store::take(&mut tx, token).await?;
            Ok((plain, tx.commit_housekeeping("a form's fields").await?))
        })
        .await
}
