//! The rows of profiles.
use super::Wish;
use crate::account::store::index;
use crate::error::CoreError;
use crate::store::Tx;
use portvakt_model::audit::Field;
use portvakt_model::fault::Refusal;
use portvakt_model::id::{AccountId, TenantId};
use sqlx::{Any, Executor, FromRow};

/// A stored profile.
#[derive(FromRow)]
pub(super) struct ProfileRow {
    pub(super) name: String,
    pub(super) language: String,
    pub(super) time_zone: String,
    pub(super) profile_version: i64,
}

impl ProfileRow {
    /// The fields that the form would change, with their values before and after.
    pub(super) fn changed(&self, wish: &Wish) -> Vec<(Field, String, String)> {
        let all = [
            (Field::Name, &self.name, wish.name.as_str()),
            (Field::Language, &self.language, wish.language.tag()),
            (Field::TimeZone, &self.time_zone, &wish.time_zone),
        ];
        let changed = all.into_iter().filter(|(_, before, after)| before != after);
        changed.map(|(field, before, after)| (field, before.clone(), after.to_owned())).collect()
    }
}

pub(super) async fn find<'e>(
    database: impl Executor<'e, Database = Any>,
    home: TenantId,
    account: AccountId,
) -> Result<ProfileRow, CoreError> {
    sqlx::query_as("SELECT name, language, time_zone, profile_version FROM account WHERE tenant_id = $1 AND id = $2")
        .bind(home.to_string())
        .bind(account.to_string())
        .fetch_optional(database)
        .await?
        .ok_or_else(|| Refusal::NotFound.into())
}

/// Saves a profile. `false` if it was changed since `version`.
pub(super) async fn change(
    tx: &mut Tx,
    home: TenantId,
    account: AccountId,
    version: i64,
    wish: &Wish,
) -> Result<bool, CoreError> {
    let done = sqlx::query(
        "UPDATE account SET name = $1, language = $2, time_zone = $3, profile_version = profile_version + 1
          WHERE tenant_id = $4 AND id = $5 AND profile_version = $6",
    )
    .bind(wish.name.as_str())
    .bind(wish.language.tag())
    .bind(&wish.time_zone)
    .bind(home.to_string())
    .bind(account.to_string())
    .bind(version)
    .execute(tx.conn())
    .await?;
    if done.rows_affected() == 0 {
        return Ok(false);
    }
    index(tx, account).await?;
    Ok(true)
}
