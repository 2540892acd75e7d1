//! The policy for a person: the strictest value of each rule, of the platform and of all the person's organisations.
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

/// The platform's policy. It holds before an account is known, and no person's policy is weaker. It is the stricter
/// value of each rule of the platform's row and of [`Policy::FLOOR`], so that no row can weaken the floor.
///
/// # Errors
/// If the database fails, or if the row is no policy.
pub async fn platform(core: &Core) -> Result<Policy, CoreError> {
    platform_in(&mut *core.store.reader().acquire().await?).await
}

async fn platform_in(conn: &mut AnyConnection) -> Result<Policy, CoreError> {
    Ok(Policy::FLOOR.with(store::platform(conn).await?))
}

/// The policy of the standard level in an organisation, or the platform's policy if the organisation has set none.
pub(crate) async fn of_tenant(core: &Core, tenant: TenantId) -> Result<Policy, CoreError> {
    with(core, store::find(core.store.reader(), tenant).await?.map(|found| found.policy.standard)).await
}

/// The policy for a person who gets a role in an organisation and belongs to no other.
pub(crate) async fn of_role(core: &Core, tenant: TenantId, role: Role) -> Result<Policy, CoreError> {
    with(core, store::find(core.store.reader(), tenant).await?.map(|found| *found.policy.of(role.level()))).await
}

/// The policy for an address before it is known whether there is such an account: the policy of the organisation that
/// has the address's domain, or else the platform's.
pub(crate) async fn of_address(core: &Core, identifier: &Identifier) -> Result<Policy, CoreError> {
    let domain = identifier.as_str().rsplit_once('@').map_or("", |(_, domain)| domain);
    with(core, store::of_domain(core, domain).await?.map(|policy| policy.standard)).await
}

/// The policy for an account, given the second factors that it has.
///
/// # Errors
/// If the database fails, or if a stored policy cannot be read.
pub async fn of(core: &Core, home: TenantId, account: AccountId) -> Result<Policy, CoreError> {
    of_in(&mut *core.store.reader().acquire().await?, home, account).await
}

/// The policy of an account, and the strictest demand that its second factor meets.
pub(crate) struct AccountPolicy {
    pub policy: Policy,
    pub enrolled: Demand,
}

/// Like [`of`], in this connection's transaction.
pub(crate) async fn of_in(conn: &mut AnyConnection, home: TenantId, account: AccountId) -> Result<Policy, CoreError> {
    Ok(account_policy_in(conn, home, account).await?.policy)
}

/// As [`of_in`], with the second factor that the policy was made for.
pub(crate) async fn account_policy_in(
    conn: &mut AnyConnection,
    home: TenantId,
    account: AccountId,
) -> Result<AccountPolicy, CoreError> {
    let places = store::places(&mut *conn, account).await?;
    let mine = places.into_iter().filter(|place| place.is_open || place.tenant == home);
    let rules = mine.map(|place| *place.policy.unwrap_or(UNSET).of(place.role.level()));
    let enrolled = store::enrolled(&mut *conn, home, account).await?;
    Ok(AccountPolicy { policy: Policy::of_person(platform_in(conn).await?, rules, enrolled), enrolled })
}

/// Shortens an account's sessions to its present policy, after its role has changed or it has joined an organisation.
/// If `by` is its home, also deletes its unfinished sign-ins, which have to begin anew. A host does not delete them:
/// it could keep the person from signing in.
pub(crate) async fn shorten_sessions(
    tx: &mut Tx,
    by: TenantId,
    home: TenantId,
    account: AccountId,
) -> Result<(), CoreError> {
    let policy = of_in(tx.conn(), home, account).await?;
    if by == home {
        store::delete_waiting_of(tx, home, account).await?;
    }
    store::shorten_sessions_of(tx, home, account, policy.session).await
}

/// The origin of each rule for an account: its organisations with a policy stricter than the platform's, and the role
/// there.
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
