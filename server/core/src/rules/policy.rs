//! The policy that holds for an account: the strictest of the platform's and of every organisation's that it belongs to.
pub(crate) mod store;

pub(crate) use store::enrolled;

use crate::Core;
use crate::error::CoreError;
use crate::identifier::Identifier;
use crate::store::Tx;
use portvakt_model::id::{AccountId, TenantId};
use portvakt_model::policy::{Demand, Policy, TenantPolicy};
use portvakt_model::role::Role;
use portvakt_model::security::Source;
use sqlx::AnyConnection;
use store::MemberPolicy;

/// The policy before the account is known, and the floor of every account's: the platform's row, never weaker than the
/// built-in floor, whatever the row says.
///
/// # Errors
/// If the database fails, or the row is no policy.
pub async fn platform(core: &Core) -> Result<Policy, CoreError> {
    platform_in(&mut *core.store.reader().acquire().await?).await
}

async fn platform_in(conn: &mut AnyConnection) -> Result<Policy, CoreError> {
    Ok(Policy::FLOOR.with(store::platform(conn).await?))
}

/// The policy of an organisation for everyone. Its policy for privileged roles may be stricter.
pub(crate) async fn of_tenant(core: &Core, tenant: TenantId) -> Result<Policy, CoreError> {
    with(core, store::find(core.store.reader(), tenant).await?.map(|found| found.policy.standard)).await
}

/// The policy of an account that is to have a role in an organisation, and belongs to no other.
pub(crate) async fn of_role(core: &Core, tenant: TenantId, role: Role) -> Result<Policy, CoreError> {
    with(core, store::find(core.store.reader(), tenant).await?.map(|found| *found.policy.of(role.level()))).await
}

/// The policy of a name before it is known whether it has an account: that of the organisation with the address's domain.
pub(crate) async fn of_address(core: &Core, identifier: &Identifier) -> Result<Policy, CoreError> {
    let domain = identifier.as_str().rsplit_once('@').map_or("", |(_, domain)| domain);
    with(core, store::of_domain(core, domain).await?.map(|policy| policy.standard)).await
}

/// The policy of an account, with the second factor that it has.
///
/// # Errors
/// If the database fails, or a stored policy cannot be read.
pub async fn of(core: &Core, home: TenantId, account: AccountId) -> Result<Policy, CoreError> {
    of_in(&mut *core.store.reader().acquire().await?, home, account).await
}

/// The policy of an account, and the strictest demand that its second factor meets.
pub(crate) struct Held {
    pub policy: Policy,
    pub enrolled: Demand,
}

/// As [`of`], in this connection's transaction.
pub(crate) async fn of_in(conn: &mut AnyConnection, home: TenantId, account: AccountId) -> Result<Policy, CoreError> {
    Ok(held_in(conn, home, account).await?.policy)
}

/// As [`of_in`], with the second factor that the policy was made for.
pub(crate) async fn held_in(conn: &mut AnyConnection, home: TenantId, account: AccountId) -> Result<Held, CoreError> {
    let places = store::places(&mut *conn, account).await?;
    let mine = places.into_iter().filter(|place| place.is_open || place.tenant == home);
    let rules = mine.map(|place| *place.policy.unwrap_or(UNSET).of(place.role.level()));
    let enrolled = store::enrolled(&mut *conn, home, account).await?;
    Ok(Held { policy: Policy::of_person(platform_in(conn).await?, rules, enrolled), enrolled })
}

/// Shortens the sessions of an account whose role has changed, or that has joined an organisation, to the policy's limits. If
/// its home made the change, its waiting sign-ins start again; a host must not be able to interrupt them.
pub(crate) async fn hold(tx: &mut Tx, by: TenantId, home: TenantId, account: AccountId) -> Result<(), CoreError> {
    let policy = of_in(tx.conn(), home, account).await?;
    if by == home {
        store::delete_waiting_of(tx, home, account).await?;
    }
    store::shorten_sessions_of(tx, home, account, policy.session).await
}

/// The source of each of an account's rules: its organisations and the level of its role there, with the organisation's
/// policy if it is stricter than the platform's.
pub(crate) async fn sources(core: &Core, home: TenantId, account: AccountId) -> Result<Vec<Source>, CoreError> {
    let platform = platform(core).await?;
    let enrolled = store::enrolled(core.store.reader(), home, account).await?;
    let places = store::places(core.store.reader(), account).await?;
    let mine = places.into_iter().filter(|place| place.is_open || place.tenant == home);
    let source = |place: MemberPolicy| {
        let policy = place.policy?;
        let level = place.role.level();
        let [own, of_all] = [policy.of(level), &policy.standard].map(|of| platform.with(*of).of_holder(enrolled));
        let MemberPolicy { organisation, role, .. } = place;
        (own != platform).then_some(Source { organisation, role, policy: own, of_all })
    };
    Ok(mine.filter_map(source).collect())
}

async fn with(core: &Core, own: Option<Policy>) -> Result<Policy, CoreError> {
    let platform = platform(core).await?;
    Ok(own.map_or(platform, |own| platform.strictest(own)))
}

/// The policy of an organisation that has set none.
pub(crate) const UNSET: TenantPolicy = TenantPolicy::RECOMMENDED;
