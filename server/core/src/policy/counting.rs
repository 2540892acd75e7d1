//! Whose turn it is to count what rules would do.
use portvakt_model::id::TenantId;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError, Weak};
use tokio::sync::Semaphore;

/// One turn for each organisation.
#[derive(Default)]
pub(crate) struct Counting(Mutex<HashMap<TenantId, Weak<Semaphore>>>);

impl Counting {
    /// An organisation's, for as long as somebody waits for it or has it.
    pub(super) fn of(&self, tenant: TenantId) -> Arc<Semaphore> {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        known.retain(|_, turn| turn.strong_count() > 0);
        if let Some(turn) = known.get(&tenant).and_then(Weak::upgrade) {
            return turn;
        }
        let turn = Arc::new(Semaphore::new(1));
        known.insert(tenant, Arc::downgrade(&turn));
        turn
    }
}

#[test]
fn an_organisation_waits_for_itself_and_for_no_other() {
    let counting = Counting::default();
    let [one, other] = [1, 2].map(|n: u128| TenantId::parse(&format!("00000000-0000-7000-8000-{n:012x}")).unwrap());
    let turn = counting.of(one);
    let held = turn.try_acquire().unwrap();
    assert!(counting.of(one).try_acquire().is_err());
    assert!(counting.of(other).try_acquire().is_ok());
    drop(held);
    assert!(counting.of(one).try_acquire().is_ok());
    drop(turn);
    counting.of(other);
    assert!(counting.0.lock().unwrap().keys().all(|tenant| *tenant == other), "nothing is kept of who does not ask");
}
