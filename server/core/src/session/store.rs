//! Sessions' rows.
use crate::Core;
use crate::account::store::ids;
use crate::caller::{Origin, Person};
use crate::error::{CoreError, Failure};
use crate::store::{Housekeeping, Tx};
use crate::token::Token;
use portvakt_model::id::{AccountId, SessionId, TenantId};
use portvakt_model::session::{ABSOLUTE_SECS, IDLE_SECS};
use portvakt_model::time::Timestamp;
use sqlx::FromRow;

#[derive(FromRow)]
pub(super) struct Found {
    id: String,
    tenant_id: String,
    account_id: String,
    current_tenant_id: String,
    seen_at: i64,
    pub(super) name: String,
    pub(super) language: String,
    pub(super) organisation: String,
}

impl Found {
    pub(super) fn person(&self, origin: Origin) -> Result<Person, CoreError> {
        let (account, home) = ids(&self.account_id, &self.tenant_id)?;
        let (session, tenant) = SessionId::parse(&self.id)
            .zip(TenantId::parse(&self.current_tenant_id))
            .ok_or(Failure::Unreadable("the ids of a session"))?;
        Ok(Person { account, home, tenant, session, origin })
    }

    pub(super) const fn seen_at(&self) -> Timestamp {
        Timestamp::from_micros(self.seen_at)
    }
}

/// The session of a token that has not come to an end.
pub(super) async fn find(core: &Core, token: &Token, now: Timestamp) -> Result<Option<Found>, CoreError> {
    Ok(sqlx::query_as(
        "SELECT s.id, s.tenant_id, s.account_id, s.current_tenant_id, s.seen_at, a.name, a.language,
                t.name AS organisation
           FROM session s
           JOIN account a ON a.tenant_id = s.tenant_id AND a.id = s.account_id
           JOIN tenant t ON t.id = s.current_tenant_id
          WHERE s.token_hash = $1 AND s.idle_ends_at > $2 AND s.ends_at > $2",
    )
    .bind(token.hash())
    .bind(now.as_micros())
    .fetch_optional(core.store.reader())
    .await?)
}

/// Moves the idle end on.
pub(super) async fn note_seen(tx: &mut Tx<Housekeeping>, home: TenantId, session: SessionId) -> Result<(), CoreError> {
    let now = tx.now();
    sqlx::query("UPDATE session SET seen_at = $1, idle_ends_at = $2 WHERE tenant_id = $3 AND id = $4")
        .bind(now.as_micros())
        .bind(now.plus_secs(IDLE_SECS).as_micros())
        .bind(home.to_string())
        .bind(session.to_string())
        .execute(tx.conn())
        .await?;
    Ok(())
}

/// Makes a session, which remembers the sign-in before it for the person to recognise.
pub(super) async fn insert(
    tx: &mut Tx,
    home: TenantId,
    account: AccountId,
    session: SessionId,
    token: &Token,
    origin: &Origin,
) -> Result<(), CoreError> {
    let now = tx.now();
    sqlx::query(
        "INSERT INTO session (id, tenant_id, account_id, current_tenant_id, token_hash, auth_time, seen_at, idle_ends_at,
                ends_at, device, network, previous_sign_in_at, previous_sign_in_device)
         SELECT $1, tenant_id, id, tenant_id, $2, $3, $4, $5, $6, $7, $8, last_sign_in_at, last_sign_in_device
           FROM account WHERE tenant_id = $9 AND id = $10",
    )
    .bind(session.to_string())
    .bind(token.hash())
    .bind(now.as_micros())
    .bind(now.as_micros())
    .bind(now.plus_secs(IDLE_SECS).as_micros())
    .bind(now.plus_secs(ABSOLUTE_SECS).as_micros())
    .bind(&origin.device)
    .bind(&origin.network)
    .bind(home.to_string())
    .bind(account.to_string())
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// `false` if it had ended.
pub(super) async fn delete(tx: &mut Tx, home: TenantId, session: SessionId) -> Result<bool, CoreError> {
    let done = sqlx::query("DELETE FROM session WHERE tenant_id = $1 AND id = $2")
        .bind(home.to_string())
        .bind(session.to_string())
        .execute(tx.conn())
        .await?;
    Ok(done.rows_affected() == 1)
}

/// Takes away an account's sessions that have come to an end, and the one that its browser brought.
pub(super) async fn delete_ended(
    tx: &mut Tx,
    home: TenantId,
    account: AccountId,
    earlier: Option<&Token>,
) -> Result<(), CoreError> {
    let now = tx.now().as_micros();
    sqlx::query(
        "DELETE FROM session
          WHERE tenant_id = $1 AND account_id = $2 AND (idle_ends_at <= $3 OR ends_at <= $3 OR token_hash = $4)",
    )
    .bind(home.to_string())
    .bind(account.to_string())
    .bind(now)
    .bind(earlier.map(Token::hash))
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Ends every session of an account.
pub(crate) async fn delete_all(tx: &mut Tx, home: TenantId, account: AccountId) -> Result<(), CoreError> {
    sqlx::query("DELETE FROM session WHERE tenant_id = $1 AND account_id = $2")
        .bind(home.to_string())
        .bind(account.to_string())
        .execute(tx.conn())
        .await?;
    Ok(())
}
