//! The rows of invitations.
use super::{FoundInvitation, Invitee};
use crate::Core;
use crate::error::{CoreError, Failure};
use crate::identifier::Identifier;
use crate::store::{Housekeeping, Tx};
use crate::token::Token;
use portvakt_model::email::EmailAddress;
use portvakt_model::id::{AccountId, InvitationId, TenantId};
use portvakt_model::language::Language;
use portvakt_model::link::LinkKind;
use portvakt_model::policy::LinkPolicy;
use portvakt_model::role::Role;
use portvakt_model::time::Timestamp;
use sqlx::FromRow;

const UNREADABLE: Failure = Failure::Unreadable("an invitation");
/// Seconds that an invitation is kept after its end.
const MEMORY_SECS: i64 = 30 * 24 * 60 * 60;

#[derive(FromRow)]
struct InvitationRow {
    id: String,
    tenant_id: String,
    email: String,
    name: String,
    language: String,
    role: String,
    inviter_id: Option<String>,
}

impl InvitationRow {
    fn found(self) -> Result<FoundInvitation, CoreError> {
        let inviter = self.inviter_id.as_deref().map(|id| AccountId::parse(id).ok_or(UNREADABLE)).transpose()?;
        Ok(FoundInvitation {
            id: InvitationId::parse(&self.id).ok_or(UNREADABLE)?,
            tenant: TenantId::parse(&self.tenant_id).ok_or(UNREADABLE)?,
            email: EmailAddress::parse(&self.email).map_err(|_| UNREADABLE)?,
            name: self.name,
            language: Language::of_tag(&self.language).unwrap_or_default(),
            role: Role::parse(&self.role).ok_or(UNREADABLE)?,
            inviter,
        })
    }
}

/// Whether the account with this identifier belongs to a tenant.
pub(super) async fn belongs(tx: &mut Tx, tenant: TenantId, identifier: &Identifier) -> Result<bool, CoreError> {
    let row: Option<(i64,)> = sqlx::query_as(
        "SELECT 1 FROM membership m JOIN account a ON a.id = m.account_id
          WHERE m.tenant_id = $1 AND a.identifier = $2",
    )
    .bind(tenant.to_string())
    .bind(identifier.as_str())
    .fetch_optional(tx.conn())
    .await?;
    Ok(row.is_some())
}

/// The role of the address's invitation, whether its link still works or not.
pub(super) async fn role_of_pending(
    tx: &mut Tx,
    tenant: TenantId,
    identifier: &Identifier,
) -> Result<Option<Role>, CoreError> {
    let row: Option<(String,)> = sqlx::query_as("SELECT role FROM invitation WHERE tenant_id = $1 AND identifier = $2")
        .bind(tenant.to_string())
        .bind(identifier.as_str())
        .fetch_optional(tx.conn())
        .await?;
    row.map(|(role,)| Role::parse(&role).ok_or_else(|| UNREADABLE.into())).transpose()
}

/// Inserts an invitation, or overwrites the earlier one of the same address.
pub(super) async fn put(
    tx: &mut Tx,
    tenant: TenantId,
    who: &Invitee,
    inviter: Option<AccountId>,
    token: &Token,
    links: LinkPolicy,
) -> Result<InvitationId, CoreError> {
    let now = tx.now();
    let id: InvitationId = tx.random().id(now);
    let (id,): (String,) = sqlx::query_as(
        "INSERT INTO invitation
                (id, tenant_id, identifier, email, name, language, role, inviter_id, token_hash, sent_at, ends_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
         ON CONFLICT (tenant_id, identifier) DO UPDATE
            SET email = excluded.email, name = excluded.name, language = excluded.language, role = excluded.role,
                inviter_id = excluded.inviter_id, token_hash = excluded.token_hash, sent_at = excluded.sent_at,
                ends_at = excluded.ends_at
         RETURNING id",
    )
    .bind(id.to_string())
    .bind(tenant.to_string())
    .bind(Identifier::of(who.email.as_str()).as_str())
    .bind(who.email.as_str())
    .bind(who.name.as_ref().map_or("", |name| name.as_str()))
    .bind(who.language.tag())
    .bind(who.role.as_str())
    .bind(inviter.map(|id| id.to_string()))
    .bind(token.hash())
    .bind(now.as_micros())
    .bind(ends_at(now, links).as_micros())
    .fetch_one(tx.conn())
    .await?;
    Ok(InvitationId::parse(&id).ok_or(UNREADABLE)?)
}

fn ends_at(now: Timestamp, links: LinkPolicy) -> Timestamp {
    now.plus_secs(LinkKind::Invitation.lifetime_secs(links))
}

/// Gives an invitation a new link, a new inviter and a new end.
pub(super) async fn renew(
    tx: &mut Tx,
    tenant: TenantId,
    id: InvitationId,
    inviter: Option<AccountId>,
    token: &Token,
    links: LinkPolicy,
) -> Result<Option<FoundInvitation>, CoreError> {
    let now = tx.now();
    let row: Option<InvitationRow> = sqlx::query_as(
        "UPDATE invitation SET token_hash = $1, inviter_id = $2, sent_at = $3, ends_at = $4
          WHERE tenant_id = $5 AND id = $6
         RETURNING id, tenant_id, email, name, language, role, inviter_id",
    )
    .bind(token.hash())
    .bind(inviter.map(|id| id.to_string()))
    .bind(now.as_micros())
    .bind(ends_at(now, links).as_micros())
    .bind(tenant.to_string())
    .bind(id.to_string())
    .fetch_optional(tx.conn())
    .await?;
    row.map(InvitationRow::found).transpose()
}

/// Deletes an invitation. Returns its role.
pub(super) async fn delete(tx: &mut Tx, tenant: TenantId, id: InvitationId) -> Result<Option<Role>, CoreError> {
    let row: Option<(String,)> =
        sqlx::query_as("DELETE FROM invitation WHERE tenant_id = $1 AND id = $2 RETURNING role")
            .bind(tenant.to_string())
            .bind(id.to_string())
            .fetch_optional(tx.conn())
            .await?;
    row.map(|(role,)| Role::parse(&role).ok_or_else(|| UNREADABLE.into())).transpose()
}

/// The invitation of a link that can be used now. No link can be used while its tenant is suspended.
pub(super) async fn find(core: &Core, token: &Token) -> Result<Option<FoundInvitation>, CoreError> {
    let row: Option<InvitationRow> = sqlx::query_as(
        "SELECT i.id, i.tenant_id, i.email, i.name, i.language, i.role, i.inviter_id
           FROM invitation i JOIN tenant t ON t.id = i.tenant_id
          WHERE i.token_hash = $1 AND i.ends_at > $2 AND t.suspended_at IS NULL",
    )
    .bind(token.hash())
    .bind(core.clock.now().as_micros())
    .fetch_optional(core.store.reader())
    .await?;
    row.map(InvitationRow::found).transpose()
}

/// Deletes the invitation of a link and returns it. Of several requests at the same time one gets it.
pub(super) async fn consume(tx: &mut Tx, token: &Token) -> Result<Option<FoundInvitation>, CoreError> {
    let now = tx.now().as_micros();
    let row: Option<InvitationRow> = sqlx::query_as(
        "DELETE FROM invitation
          WHERE token_hash = $1 AND ends_at > $2 AND tenant_id IN (SELECT id FROM tenant WHERE suspended_at IS NULL)
         RETURNING id, tenant_id, email, name, language, role, inviter_id",
    )
    .bind(token.hash())
    .bind(now)
    .fetch_optional(tx.conn())
    .await?;
    row.map(InvitationRow::found).transpose()
}

/// An invitation in the list.
pub(super) struct ListedInvitation {
    pub id: InvitationId,
    pub email: String,
    pub name: String,
    pub role: Role,
    pub sent_at: Timestamp,
    pub ends_at: Timestamp,
}

/// The most invitations in the list.
const MOST: i64 = 1000;

pub(super) async fn list(core: &Core, tenant: TenantId) -> Result<Vec<ListedInvitation>, CoreError> {
    let rows: Vec<(String, String, String, String, i64, i64)> = sqlx::query_as(
        "SELECT id, email, name, role, sent_at, ends_at FROM invitation
          WHERE tenant_id = $1 ORDER BY sent_at DESC, id DESC LIMIT $2",
    )
    .bind(tenant.to_string())
    .bind(MOST)
    .fetch_all(core.store.reader())
    .await?;
    rows.into_iter()
        .map(|(id, email, name, role, sent_at, ends_at)| {
            let id = InvitationId::parse(&id).ok_or(UNREADABLE)?;
            let role = Role::parse(&role).ok_or(UNREADABLE)?;
            let [sent_at, ends_at] = [sent_at, ends_at].map(Timestamp::from_micros);
            Ok(ListedInvitation { id, email, name, role, sent_at, ends_at })
        })
        .collect()
}

pub(super) async fn delete_old(tx: &mut Tx<Housekeeping>) -> Result<(), CoreError> {
    let now = tx.now();
    sqlx::query("DELETE FROM invitation WHERE ends_at <= $1")
        .bind(now.plus_secs(-MEMORY_SECS).as_micros())
        .execute(tx.conn())
        .await?;
    Ok(())
}

/// Withdraws the invitations to own a tenant.
pub(super) async fn delete_owners(tx: &mut Tx, tenant: TenantId) -> Result<(), CoreError> {
    sqlx::query("DELETE FROM invitation WHERE tenant_id = $1 AND role = 'owner'")
        .bind(tenant.to_string())
        .execute(tx.conn())
        .await?;
    Ok(())
}

/// The address of the newest invitation to own a tenant, and the end of that invitation.
pub(crate) async fn find_owner(core: &Core, tenant: TenantId) -> Result<Option<(String, Timestamp)>, CoreError> {
    let row: Option<(String, i64)> = sqlx::query_as(
        "SELECT email, ends_at FROM invitation WHERE tenant_id = $1 AND role = 'owner' ORDER BY sent_at DESC LIMIT 1",
    )
    .bind(tenant.to_string())
    .fetch_optional(core.store.reader())
    .await?;
    Ok(row.map(|(email, ends_at)| (email, Timestamp::from_micros(ends_at))))
}
