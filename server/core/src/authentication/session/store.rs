//! The rows of sessions.
use super::Bounds;
use crate::Core;
use crate::account::store::ids;
use crate::caller::{Origin, Person};
use crate::error::{CoreError, Failure};
use crate::store::{Housekeeping, Tx};
use crate::tenant::store::BrandingRow;
use crate::token::Token;
use portvakt_model::branding::Branding;
use portvakt_model::id::{AccountId, SessionId, TenantId};
use portvakt_model::tenant::Place;
use portvakt_model::time::Timestamp;
use sqlx::FromRow;

#[derive(FromRow)]
pub(super) struct FoundSession {
    id: String,
    tenant_id: String,
    pub(super) account_id: String,
    current_tenant_id: String,
    seen_at: i64,
    pub(super) idle_secs: i64,
    ends_at: i64,
    pub(super) name: String,
    pub(super) email: String,
    pub(super) language: String,
    organisation: String,
    slug: String,
    accent: Option<String>,
    logo: Option<String>,
    pub(super) role: String,
    kind: String,
    #[sqlx(skip)]
    pub(super) elsewhere: Vec<Place>,
}

impl FoundSession {
    pub(super) fn person(&self, origin: Origin) -> Result<Person, CoreError> {
        let (account, home) = ids(&self.account_id, &self.tenant_id)?;
        let (session, tenant) =
            SessionId::parse(&self.id).zip(TenantId::parse(&self.current_tenant_id)).ok_or(UNREADABLE)?;
        Ok(Person { account, home, tenant, session, origin })
    }

    pub(super) fn branding(&self) -> Branding {
        let (name, slug) = (self.organisation.clone(), self.slug.clone());
        BrandingRow { name, slug, accent: self.accent.clone(), logo: self.logo.clone() }.into()
    }

    pub(super) fn in_operator(&self) -> bool {
        self.kind == "operator"
    }

    pub(super) const fn seen_at(&self) -> Timestamp {
        Timestamp::from_micros(self.seen_at)
    }

    pub(super) const fn ends_at(&self) -> Timestamp {
        Timestamp::from_micros(self.ends_at)
    }
}

const UNREADABLE: Failure = Failure::Unreadable("the ids of a session");

/// The session of a token, even if it has expired. `None` if there is none, if the home or the current tenant is
/// suspended, or if the account may not act in the current tenant.
pub(super) async fn find(core: &Core, token: &Token) -> Result<Option<FoundSession>, CoreError> {
    let found: Option<FoundSession> = sqlx::query_as(
        "SELECT s.id, s.tenant_id, s.account_id, s.current_tenant_id, s.seen_at, s.idle_secs, s.ends_at, a.name,
                a.email, a.language, t.name AS organisation, t.slug, t.accent, t.logo, t.kind, m.role
           FROM session s
           JOIN account a ON a.tenant_id = s.tenant_id AND a.id = s.account_id
           JOIN tenant h ON h.id = s.tenant_id
           JOIN tenant t ON t.id = s.current_tenant_id
           JOIN membership m ON m.tenant_id = s.current_tenant_id AND m.account_id = s.account_id
                AND m.suspended_at IS NULL
          WHERE s.token_hash = $1 AND h.suspended_at IS NULL AND t.suspended_at IS NULL",
    )
    .bind(token.hash())
    .fetch_optional(core.store.reader())
    .await?;
    let Some(mut found) = found else { return Ok(None) };
    found.elsewhere = elsewhere(core, &found).await?;
    Ok(Some(found))
}

/// The other tenants in which the session's account may act, by short name.
async fn elsewhere(core: &Core, found: &FoundSession) -> Result<Vec<Place>, CoreError> {
    let rows: Vec<(String, String)> = sqlx::query_as(
        "SELECT t.id, t.name FROM membership m JOIN tenant t ON t.id = m.tenant_id
          WHERE m.account_id = $1 AND m.tenant_id <> $2 AND m.suspended_at IS NULL AND t.suspended_at IS NULL
          ORDER BY t.slug",
    )
    .bind(&found.account_id)
    .bind(&found.current_tenant_id)
    .fetch_all(core.store.reader())
    .await?;
    rows.into_iter().map(|(id, name)| Ok(Place { id: TenantId::parse(&id).ok_or(UNREADABLE)?, name })).collect()
}

/// A session in a list.
pub(super) struct ListedSession {
    pub id: SessionId,
    pub device: String,
    pub network: String,
    pub auth_time: Timestamp,
    pub seen_at: Timestamp,
}

/// The person's open sessions, the one last used first.
pub(super) async fn list(core: &Core, person: &Person) -> Result<Vec<ListedSession>, CoreError> {
    let rows: Vec<(String, String, String, i64, i64)> = sqlx::query_as(
        "SELECT id, device, network, auth_time, seen_at FROM session
          WHERE tenant_id = $1 AND account_id = $2 AND idle_ends_at > $3 AND ends_at > $3
          ORDER BY seen_at DESC, id DESC",
    )
    .bind(person.home.to_string())
    .bind(person.account.to_string())
    .bind(core.clock.now().as_micros())
    .fetch_all(core.store.reader())
    .await?;
    rows.into_iter()
        .map(|(id, device, network, auth_time, seen_at)| {
            let id = SessionId::parse(&id).ok_or(UNREADABLE)?;
            let [auth_time, seen_at] = [auth_time, seen_at].map(Timestamp::from_micros);
            Ok(ListedSession { id, device, network, auth_time, seen_at })
        })
        .collect()
}

/// When a session was last seen.
#[derive(Clone, Copy)]
pub(super) struct SessionSeen {
    pub home: TenantId,
    pub at: Timestamp,
}

/// Stores when a session was last seen and moves its idle end.
pub(super) async fn note_seen(
    tx: &mut Tx<Housekeeping>,
    session: SessionId,
    seen: &SessionSeen,
) -> Result<(), CoreError> {
    // The session's own idle time counts: the policy may have become stricter since it was seen.
    sqlx::query(
        "UPDATE session SET seen_at = $1, idle_ends_at = $1 + idle_secs * 1000000
          WHERE tenant_id = $2 AND id = $3 AND seen_at < $1",
    )
    .bind(seen.at.as_micros())
    .bind(seen.home.to_string())
    .bind(session.to_string())
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Seconds that another process may take to write when it last saw a session.
const UNWRITTEN_SECS: i64 = 120;

/// At most 500 expired sessions.
pub(super) async fn list_ended(core: &Core) -> Result<Vec<(TenantId, SessionId)>, CoreError> {
    let now = core.clock.now();
    let rows: Vec<(String, String)> =
        sqlx::query_as("SELECT tenant_id, id FROM session WHERE ends_at <= $1 OR idle_ends_at <= $2 LIMIT 500")
            .bind(now.as_micros())
            .bind(now.plus_secs(-UNWRITTEN_SECS).as_micros())
            .fetch_all(core.store.reader())
            .await?;
    rows.iter().map(|(home, id)| Ok(TenantId::parse(home).zip(SessionId::parse(id)).ok_or(UNREADABLE)?)).collect()
}

/// Deletes a session if it has expired and was not used meanwhile.
pub(super) async fn delete_if_ended(
    tx: &mut Tx<Housekeeping>,
    home: TenantId,
    session: SessionId,
) -> Result<(), CoreError> {
    let now = tx.now();
    sqlx::query("DELETE FROM session WHERE tenant_id = $1 AND id = $2 AND (ends_at <= $3 OR idle_ends_at <= $4)")
        .bind(home.to_string())
        .bind(session.to_string())
        .bind(now.as_micros())
        .bind(now.plus_secs(-UNWRITTEN_SECS).as_micros())
        .execute(tx.conn())
        .await?;
    Ok(())
}

/// Deletes an account's oldest sessions, except the `most` newest. Returns the number of deleted sessions.
pub(super) async fn delete_oldest(
    tx: &mut Tx,
    home: TenantId,
    account: AccountId,
    most: i64,
) -> Result<u64, CoreError> {
    let done = sqlx::query(
        "DELETE FROM session
          WHERE tenant_id = $1 AND account_id = $2 AND id NOT IN
                (SELECT id FROM session WHERE tenant_id = $1 AND account_id = $2 ORDER BY auth_time DESC, id DESC LIMIT $3)",
    )
    .bind(home.to_string())
    .bind(account.to_string())
    .bind(most)
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected())
}

/// Inserts a session, with the time and the device of the account's sign-in before it. `false` if the account's home is
/// suspended.
pub(super) async fn insert(
    tx: &mut Tx,
    home: TenantId,
    account: AccountId,
    session: SessionId,
    Bounds { policy, until }: Bounds,
    token: &Token,
    origin: &Origin,
) -> Result<bool, CoreError> {
    let now = tx.now();
    let ends_at = now.plus_secs(policy.absolute_secs.into());
    let ends_at = until.map_or(ends_at, |until| until.min(ends_at));
    let done = sqlx::query(
        "INSERT INTO session (id, tenant_id, account_id, current_tenant_id, token_hash, auth_time, proven_at, seen_at,
                idle_secs, idle_ends_at, ends_at, device, network, previous_sign_in_at, previous_sign_in_device)
         SELECT $1, a.tenant_id, a.id, a.tenant_id, $2, $3, $3, $3, $4, $5, $6, $7, $8, a.last_sign_in_at,
                a.last_sign_in_device
           FROM account a JOIN tenant t ON t.id = a.tenant_id
          WHERE a.tenant_id = $9 AND a.id = $10 AND t.suspended_at IS NULL",
    )
    .bind(session.to_string())
    .bind(token.hash())
    .bind(now.as_micros())
    .bind(i64::from(policy.idle_secs))
    .bind(now.plus_secs(policy.idle_secs.into()).as_micros())
    .bind(ends_at.as_micros())
    .bind(&origin.device)
    .bind(&origin.network)
    .bind(home.to_string())
    .bind(account.to_string())
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Deletes a session. `false` if it had ended.
pub(super) async fn delete(tx: &mut Tx, home: TenantId, session: SessionId) -> Result<bool, CoreError> {
    let done = sqlx::query("DELETE FROM session WHERE tenant_id = $1 AND id = $2")
        .bind(home.to_string())
        .bind(session.to_string())
        .execute(tx.conn())
        .await?;
    Ok(done.rows_affected() == 1)
}

/// Deletes a session of this account. `false` if the account has no such session.
pub(super) async fn delete_of(
    tx: &mut Tx,
    home: TenantId,
    account: AccountId,
    session: SessionId,
) -> Result<bool, CoreError> {
    let done = sqlx::query("DELETE FROM session WHERE tenant_id = $1 AND account_id = $2 AND id = $3")
        .bind(home.to_string())
        .bind(account.to_string())
        .bind(session.to_string())
        .execute(tx.conn())
        .await?;
    Ok(done.rows_affected() == 1)
}

/// Deletes an account's sessions except this one. Returns their number.
pub(super) async fn delete_others(
    tx: &mut Tx,
    home: TenantId,
    account: AccountId,
    session: SessionId,
) -> Result<u64, CoreError> {
    let done = sqlx::query("DELETE FROM session WHERE tenant_id = $1 AND account_id = $2 AND id <> $3")
        .bind(home.to_string())
        .bind(account.to_string())
        .bind(session.to_string())
        .execute(tx.conn())
        .await?;
    Ok(done.rows_affected())
}

/// Deletes an account's expired sessions, and the session with the token `earlier`.
pub(super) async fn delete_ended(
    tx: &mut Tx,
    home: TenantId,
    account: AccountId,
    earlier: Option<&Token>,
) -> Result<(), CoreError> {
    let now = tx.now();
    sqlx::query(
        "DELETE FROM session
          WHERE tenant_id = $1 AND account_id = $2 AND (ends_at <= $3 OR idle_ends_at <= $5 OR token_hash = $4)",
    )
    .bind(home.to_string())
    .bind(account.to_string())
    .bind(now.as_micros())
    .bind(earlier.map(Token::hash))
    .bind(now.plus_secs(-UNWRITTEN_SECS).as_micros())
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Deletes every session of an account except one, which gets a new token. `false` if that one has ended.
pub(crate) async fn renew_alone(
    tx: &mut Tx,
    home: TenantId,
    account: AccountId,
    session: SessionId,
    token: &Token,
) -> Result<bool, CoreError> {
    sqlx::query("DELETE FROM session WHERE tenant_id = $1 AND account_id = $2 AND id <> $3")
        .bind(home.to_string())
        .bind(account.to_string())
        .bind(session.to_string())
        .execute(tx.conn())
        .await?;
    let done = sqlx::query("UPDATE session SET token_hash = $1 WHERE tenant_id = $2 AND account_id = $3 AND id = $4")
        .bind(token.hash())
        .bind(home.to_string())
        .bind(account.to_string())
        .bind(session.to_string())
        .execute(tx.conn())
        .await?;
    Ok(done.rows_affected() == 1)
}

/// Deletes every session of an account and returns their number.
pub(crate) async fn delete_all(tx: &mut Tx, home: TenantId, account: AccountId) -> Result<u64, CoreError> {
    let done = sqlx::query("DELETE FROM session WHERE tenant_id = $1 AND account_id = $2")
        .bind(home.to_string())
        .bind(account.to_string())
        .execute(tx.conn())
        .await?;
    Ok(done.rows_affected())
}

/// Deletes the sessions of all accounts at home in a tenant.
pub(crate) async fn delete_of_home(tx: &mut Tx, home: TenantId) -> Result<(), CoreError> {
    sqlx::query("DELETE FROM session WHERE tenant_id = $1").bind(home.to_string()).execute(tx.conn()).await?;
    Ok(())
}

/// Moves a session to another tenant. `false` if its account may not act there, or if the session has ended.
pub(super) async fn switch(tx: &mut Tx, person: &Person, to: TenantId) -> Result<bool, CoreError> {
    let done = sqlx::query(
        "UPDATE session SET current_tenant_id = $1
          WHERE tenant_id = $2 AND id = $3 AND account_id IN
                (SELECT m.account_id FROM membership m JOIN tenant t ON t.id = m.tenant_id
                  WHERE m.tenant_id = $1 AND m.account_id = $4 AND m.suspended_at IS NULL AND t.suspended_at IS NULL)",
    )
    .bind(to.to_string())
    .bind(person.home.to_string())
    .bind(person.session.to_string())
    .bind(person.account.to_string())
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Moves sessions that act in a tenant back to their home: one account's before its membership is removed, or every
/// guest's when the tenant is suspended.
pub(crate) async fn send_home(tx: &mut Tx, tenant: TenantId, account: Option<AccountId>) -> Result<(), CoreError> {
    sqlx::query(
        "UPDATE session SET current_tenant_id = tenant_id
          WHERE current_tenant_id = $1 AND tenant_id <> $1 AND account_id = COALESCE($2, account_id)",
    )
    .bind(tenant.to_string())
    .bind(account.map(|account| account.to_string()))
    .execute(tx.conn())
    .await?;
    Ok(())
}
