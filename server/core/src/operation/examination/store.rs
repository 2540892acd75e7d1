//! The queries of an examination.
use super::File;
use crate::error::{CoreError, has_code};
use portvakt_model::time::Timestamp;
use sqlx::AnyConnection;

/// The version of the last migration, and the number of unfinished ones.
pub(super) async fn schema(conn: &mut AnyConnection) -> Result<(Option<i64>, i64), CoreError> {
    let row = sqlx::query_as(
        "SELECT max(version), CAST(COALESCE(sum(CASE WHEN success THEN 0 ELSE 1 END), 0) AS BIGINT) FROM _sqlx_migrations",
    );
    match row.fetch_one(conn).await {
        Err(e) if has_code(&e, &["1", "42P01"]) => Ok((None, 0)), // no such table
        row => Ok(row?),
    }
}

/// SQLite's own check of its file.
pub(super) async fn file(conn: &mut AnyConnection) -> Result<File, CoreError> {
    let (said,): (String,) =
        sqlx::query_as("SELECT quick_check FROM pragma_quick_check LIMIT 1").fetch_one(conn).await?;
    Ok(if said == "ok" { File::Sound } else { File::Damaged(said) })
}

/// The time of PostgreSQL's clock.
pub(super) async fn clock(conn: &mut AnyConnection) -> Result<Timestamp, CoreError> {
    let (micros,): (i64,) = sqlx::query_as("SELECT CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000000 AS BIGINT)")
        .fetch_one(conn)
        .await?;
    Ok(Timestamp::from_micros(micros))
}
