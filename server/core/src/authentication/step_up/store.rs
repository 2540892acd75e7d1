//! The time of a session's last proof of identity.
use crate::caller::Person;
use crate::error::CoreError;
use crate::store::Tx;
use crate::token::Token;
use portvakt_model::time::Timestamp;
use sqlx::{Any, Executor};

pub(super) async fn proven_at<'e>(
    database: impl Executor<'e, Database = Any>,
    person: &Person,
) -> Result<Option<Timestamp>, CoreError> {
    let row: Option<(i64,)> =
        sqlx::query_as("SELECT proven_at FROM session WHERE tenant_id = $1 AND account_id = $2 AND id = $3")
            .bind(person.home.to_string())
            .bind(person.account.to_string())
            .bind(person.session.to_string())
            .fetch_optional(database)
            .await?;
    Ok(row.map(|(at,)| Timestamp::from_micros(at)))
}

/// Stores now as the time of the last proof, and gives the session a new token. `false` if the session has ended.
pub(super) async fn renew(tx: &mut Tx, person: &Person, token: &Token) -> Result<bool, CoreError> {
    let now = tx.now().as_micros();
    let done = sqlx::query(
        "UPDATE session SET proven_at = $1, token_hash = $2 WHERE tenant_id = $3 AND account_id = $4 AND id = $5",
    )
    .bind(now)
    .bind(token.hash())
    .bind(person.home.to_string())
    .bind(person.account.to_string())
    .bind(person.session.to_string())
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}
