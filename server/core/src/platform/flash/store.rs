//! The rows of the fields that wait for their page.
use crate::error::CoreError;
use crate::store::{Housekeeping, Tx};
use crate::token::Token;
use crate::vault::SealedCell;

const SEALED: SealedCell<'static> = SealedCell { column: "flash.sealed", row: "" };

pub(super) async fn delete_expired(tx: &mut Tx<Housekeeping>) -> Result<(), CoreError> {
    let now = tx.now().as_micros();
    sqlx::query("DELETE FROM flash WHERE ends_at <= $1").bind(now).execute(tx.conn()).await?;
    Ok(())
}

pub(super) async fn count(tx: &mut Tx<Housekeeping>) -> Result<i64, CoreError> {
    let (count,): (i64,) = sqlx::query_as("SELECT count(*) FROM flash").fetch_one(tx.conn()).await?;
    Ok(count)
}

pub(super) async fn insert(
    tx: &mut Tx<Housekeeping>,
    token: &Token,
    plain: &[u8],
    seconds: i64,
) -> Result<(), CoreError> {
    let ends = tx.now().plus_secs(seconds).as_micros();
    let sealed = tx.vault().platform().seal(SEALED, plain, tx.random());
    sqlx::query("INSERT INTO flash (token_hash, sealed, ends_at) VALUES ($1, $2, $3)")
        .bind(token.hash())
        .bind(sealed)
        .bind(ends)
        .execute(tx.conn())
        .await?;
    Ok(())
}

pub(super) async fn take(tx: &mut Tx<Housekeeping>, token: &Token) -> Result<Option<Vec<u8>>, CoreError> {
    let now = tx.now().as_micros();
    let row: Option<(Vec<u8>,)> =
        sqlx::query_as("DELETE FROM flash WHERE token_hash = $1 AND ends_at > $2 RETURNING sealed")
            .bind(token.hash())
            .bind(now)
            .fetch_optional(tx.conn())
            .await?;
    Ok(row.and_then(|(sealed,)| tx.vault().open_platform(SEALED, &sealed)))
}
