//! Verifying a whole chain when a reader of the log asks for it. A verification reads every event, so each process runs
//! one at a time. The process keeps the results in memory: in a table a thief could write that all is well.
use crate::Core;
use crate::account::zone;
use crate::audit::verify;
use crate::caller::Person;
use crate::civil::local;
use crate::error::{ChainFault, CoreError, Failure, chain};
use crate::member;
use portvakt_model::audit::reading::{self, Check};
use portvakt_model::fault::Refusal;
use portvakt_model::id::TenantId;
use portvakt_model::role::Role;
use portvakt_model::time::Timestamp;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::time::timeout;

/// The longest time that a request waits for the result. After that the reader finds it on the page later.
const PATIENCE: Duration = Duration::from_secs(5);
/// The longest time of a verification: all the while it holds a view of the database, which keeps SQLite's log from
/// being emptied.
const MOST: Duration = Duration::from_mins(10);
/// Seconds after which to ask again while another organisation's chain is being verified.
const AGAIN_SECS: u32 = 10;

/// The verifications of this process: the running one, and the last of each tenant.
#[derive(Default)]
pub(crate) struct Checks(Mutex<Known>);

#[derive(Default)]
struct Known {
    running: Option<TenantId>,
    last: HashMap<TenantId, (Timestamp, CheckResult)>,
}

/// The result of a verification.
#[derive(Clone, Copy)]
enum CheckResult {
    Whole(i64),
    Broken(ChainFault),
    NoEnd,
}

impl Checks {
    fn known(&self) -> MutexGuard<'_, Known> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The running verification. Dropping it ends the verification and notes the result, also in a panic.
struct Running {
    checks: Arc<Checks>,
    tenant: TenantId,
    found: (Timestamp, CheckResult),
}

impl Running {
    fn ended(&mut self, found: CheckResult) {
        self.found.1 = found;
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let mut known = self.checks.known();
        known.running = None;
        known.last.insert(self.tenant, self.found);
    }
}

/// The last verification of the chain of the organisation in which the caller acts.
///
/// # Errors
/// [`Refusal::NotFound`] if the caller may not read its log.
pub async fn check(core: &Core, person: &Person) -> Result<Check, CoreError> {
    member::require(core.store.reader(), person, Role::reads_audit).await?;
    let (running, last) = {
        let known = core.checks.known();
        (known.running == Some(person.tenant), known.last.get(&person.tenant).copied())
    };
    let Some((at, found)) = last.filter(|_| !running) else {
        return Ok(if running { Check::Running } else { Check::Never });
    };
    let at = local(at, &zone(core, person).await?, core.clock.now())?;
    Ok(match found {
        CheckResult::Whole(events) => Check::Whole { events, at },
        CheckResult::Broken(fault) => {
            let (seq, fault) = told(fault);
            Check::Broken { seq, fault, at }
        }
        CheckResult::NoEnd => Check::Unfinished { at },
    })
}

/// Starts a verification of that chain and waits a while for the result, which [`check`] tells. A second request while
/// it runs changes nothing.
///
/// # Errors
/// [`Refusal::NotFound`] if the caller may not read its log. [`Refusal::Busy`] while another organisation's chain is
/// being verified.
#[tracing::instrument(name = "audit.check", skip_all)]
pub async fn start(core: &Core, person: &Person) -> Result<(), CoreError> {
    member::require(core.store.reader(), person, Role::reads_audit).await?;
    let tenant = person.tenant;
    {
        let mut known = core.checks.known();
        match known.running {
            None => known.running = Some(tenant),
            Some(other) if other == tenant => return Ok(()),
            Some(_) => return Err(Refusal::Busy { retry_after_secs: AGAIN_SECS }.into()),
        }
    }
    let now = core.clock.now();
    let mut running = Running { checks: Arc::clone(&core.checks), tenant, found: (now, CheckResult::NoEnd) };
    let core = core.clone();
    let going_on = tokio::spawn(async move {
        let found = match timeout(MOST, verify(&core, tenant)).await {
            Ok(Ok(events)) => CheckResult::Whole(events),
            Ok(Err(CoreError::Failed(failure @ Failure::Tampered { fault, .. }))) => {
                tracing::error!(error = chain(&failure), "a chain does not verify");
                CheckResult::Broken(fault)
            }
            Ok(Err(error)) => {
                tracing::error!(error = chain(&error), "a chain could not be verified");
                CheckResult::NoEnd
            }
            Err(_) => CheckResult::NoEnd,
        };
        running.ended(found);
    });
    // The page tells whether the verification has ended, goes on or was lost.
    let _ = timeout(PATIENCE, going_on).await;
    Ok(())
}

fn told(fault: ChainFault) -> (i64, reading::ChainFault) {
    match fault {
        ChainFault::Altered(seq) => (seq, reading::ChainFault::Altered),
        ChainFault::Missing(seq) => (seq, reading::ChainFault::Missing),
        ChainFault::Unexpected(seq) => (seq, reading::ChainFault::Unexpected),
        ChainFault::Head(seq) => (seq, reading::ChainFault::Head),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{World, refusal};
    use uuid::Uuid;

    #[tokio::test]
    async fn one_chain_is_verified_at_a_time() {
        let world = World::sqlite().await;
        let anna = world.owner().await.person;
        let running = |tenant| world.core.checks.known().running = tenant;
        running(Some(TenantId(Uuid::from_u128(7))));
        let refused = refusal(start(&world.core, &anna).await);
        assert_eq!(refused, Some(Refusal::Busy { retry_after_secs: AGAIN_SECS }));
        assert_eq!(check(&world.core, &anna).await.unwrap(), Check::Never, "another organisation's is not told");
        running(Some(anna.tenant));
        start(&world.core, &anna).await.unwrap();
        assert_eq!(check(&world.core, &anna).await.unwrap(), Check::Running);
        running(None);
        start(&world.core, &anna).await.unwrap();
        assert!(matches!(check(&world.core, &anna).await.unwrap(), Check::Whole { events: 1, .. }));
    }

    #[tokio::test]
    async fn a_crashed_verification_frees_its_place() {
        let world = World::sqlite().await;
        let anna = world.owner().await.person;
        world.core.checks.known().running = Some(anna.tenant);
        let at = world.core.clock.now();
        let checks = Arc::clone(&world.core.checks);
        let running = Running { checks, tenant: anna.tenant, found: (at, CheckResult::NoEnd) };
        assert!(tokio::spawn(async move { std::panic::resume_unwind(Box::new(running)) }).await.is_err());
        assert!(matches!(check(&world.core, &anna).await.unwrap(), Check::Unfinished { .. }));
        start(&world.core, &anna).await.unwrap();
    }
}
