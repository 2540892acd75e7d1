//! The state of a customer's contract: suspended, restored, ended.
use super::store;
use crate::Core;
use crate::audit::Event;
use crate::caller::Caller;
use crate::error::{CoreError, Failure};
use crate::session::store as sessions;
use crate::store::Tx;
use crate::tenant::{require_operator_in, store as tenants};
use portvakt_model::fault::{FieldRule, Refusal};
use portvakt_model::id::TenantId;
use portvakt_model::text::line;

/// Seconds from the end of a contract to the deletion of its keys. During this time the end can be taken back.
pub const WAIT_SECS: i64 = 30 * 24 * 60 * 60;
/// The most characters of a reason.
const MAX_REASON: u32 = 200;

/// Suspends a customer: signs its people out and lets none of them sign in. Its guests go on in their own home.
///
/// # Errors
/// [`Refusal::NotFound`] if the caller does not administer the operator, if there is no such customer, and for the
/// operator itself. [`Refusal::Fields`] without a reason. [`Refusal::Conflict`] if the customer is suspended already.
#[tracing::instrument(name = "tenant.suspend", skip_all)]
pub async fn suspend(core: &Core, caller: &Caller, tenant: TenantId, reason: &str) -> Result<(), CoreError> {
    let parsed = line(reason, MAX_REASON).map_err(|rule| vec![rule.of("reason")]);
    core.store
        .write(async |mut tx| {
            let operator = require_operator_in(&mut tx, caller).await?;
            require_customer(&mut tx, tenant).await?;
            let reason = parsed.clone()?;
            if !store::suspend(&mut tx, tenant, &reason).await? {
                return Err(Refusal::Conflict.into());
            }
            sign_out(&mut tx, tenant).await?;
            Ok(((), tx.commit(caller, Event::tenant_suspended(operator, tenant, &reason)).await?))
        })
        .await?;
    core.sessions.forget_all();
    Ok(())
}

/// Lets a customer's people sign in again. A contract that was about to end goes on.
///
/// # Errors
/// [`Refusal::NotFound`] if the caller does not administer the operator, and if there is no such customer.
/// [`Refusal::Conflict`] if the customer is not suspended, or if its contract has ended.
#[tracing::instrument(name = "tenant.restore", skip_all)]
pub async fn restore(core: &Core, caller: &Caller, tenant: TenantId) -> Result<(), CoreError> {
    core.store
        .write(async |mut tx| {
            let operator = require_operator_in(&mut tx, caller).await?;
            require_customer(&mut tx, tenant).await?;
            if !store::restore(&mut tx, tenant).await? {
                return Err(Refusal::Conflict.into());
            }
            Ok(((), tx.commit(caller, Event::tenant_restored(operator, tenant)).await?))
        })
        .await
}

/// Ends a customer's contract. Suspends the customer now, and everything except its log is deleted [`WAIT_SECS`] later.
/// The caller confirms with the customer's short name.
///
/// # Errors
/// [`Refusal::NotFound`] if the caller does not administer the operator, if there is no such customer, and for the
/// operator itself. [`Refusal::Fields`] for another short name. [`Refusal::Conflict`] if the contract's end is set
/// already.
#[tracing::instrument(name = "tenant.end", skip_all)]
pub async fn end(core: &Core, caller: &Caller, tenant: TenantId, confirm: &str) -> Result<(), CoreError> {
    core.store
        .write(async |mut tx| {
            let operator = require_operator_in(&mut tx, caller).await?;
            let slug = require_customer(&mut tx, tenant).await?;
            match confirm.trim() {
                "" => return Err(vec![FieldRule::Empty.of("confirm")].into()),
                typed if typed != slug => return Err(vec![FieldRule::NotTheSame.of("confirm")].into()),
                _ => {}
            }
            let ends_at = tx.now().plus_secs(WAIT_SECS);
            if !store::set_end(&mut tx, tenant, ends_at).await? {
                return Err(Refusal::Conflict.into());
            }
            sign_out(&mut tx, tenant).await?;
            Ok(((), tx.commit(caller, Event::tenant_ending(operator, tenant, ends_at)).await?))
        })
        .await?;
    core.sessions.forget_all();
    Ok(())
}

/// The short name of a customer. Refuses the operator's own tenant, as if it did not exist.
async fn require_customer(tx: &mut Tx, tenant: TenantId) -> Result<String, CoreError> {
    let found = tenants::find(tx.conn(), tenant).await?.filter(|found| !found.is_operator);
    Ok(found.ok_or(Refusal::NotFound)?.slug)
}

/// Ends the sessions of a tenant's people, and sends its guests home.
async fn sign_out(tx: &mut Tx, tenant: TenantId) -> Result<(), CoreError> {
    sessions::delete_of_home(tx, tenant).await?;
    sessions::send_home(tx, tenant, None).await
}

/// Deletes the keys of customers whose contract has ended, and everything of theirs except the audit log, which still
/// verifies. Skips a customer that another process has done.
pub(crate) async fn end_due(core: &Core) -> Result<(), CoreError> {
    for tenant in store::list_due(core).await? {
        let ended = core.store.write(async |mut tx| {
            if !store::note_ended(&mut tx, tenant).await? {
                return Err(Refusal::Conflict.into());
            }
            sessions::send_home(&mut tx, tenant, None).await?;
            let guests = store::guests_elsewhere(&mut tx, tenant).await?;
            store::delete_content(&mut tx, tenant).await?;
            let operator = tenants::operator(tx.conn()).await?.ok_or(Failure::Unreadable("the operator"))?;
            Ok(((), tx.commit(&Caller::System, Event::tenant_ended(operator, tenant, &guests)).await?))
        });
        match ended.await {
            Ok(()) => tracing::info!(%tenant, "the keys of an organisation were deleted: its contract has ended"),
            Err(CoreError::Refused(Refusal::Conflict)) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(())
}
