//! The queue for counting the effects of a policy.
use portvakt_model::id::TenantId;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError, Weak};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// The most counts at once: the other connections stay free for other requests.
const AT_ONCE: usize = 2;

/// Lets each organisation run one count at a time, and all organisations together [`AT_ONCE`].
pub(crate) struct Counting {
    known: Mutex<HashMap<TenantId, Weak<Semaphore>>>,
    all: Arc<Semaphore>,
}

impl Default for Counting {
    fn default() -> Self {
        Self { known: Mutex::default(), all: Arc::new(Semaphore::new(AT_ONCE)) }
    }
}

/// The permits of one count. It runs while it holds them.
pub(super) struct Turn(#[expect(dead_code, reason = "held, not read")] [Option<OwnedSemaphorePermit>; 2]);

impl Counting {
    /// Waits for the organisation's own permit first, so that an organisation with many requests takes only one of the
    /// common permits.
    pub(super) async fn turn(&self, tenant: TenantId) -> Turn {
        // `acquire_owned` fails only after a close, and these semaphores are never closed.
        let own = self.of(tenant).acquire_owned().await.ok();
        let all = Arc::clone(&self.all).acquire_owned().await.ok();
        Turn([own, all])
    }

    /// The organisation's semaphore. It exists while a count of the organisation runs or waits.
    fn of(&self, tenant: TenantId) -> Arc<Semaphore> {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        known.retain(|_, turn| turn.strong_count() > 0);
        if let Some(turn) = known.get(&tenant).and_then(Weak::upgrade) {
            return turn;
        }
        let turn = Arc::new(Semaphore::new(1));
        known.insert(tenant, Arc::downgrade(&turn));
        turn
    }
}

#[tokio::test]
async fn one_count_runs_per_organisation_and_two_in_all() {
    use std::time::Duration;
    let counting = Counting::default();
    let tenant = |n: u128| TenantId::parse(&format!("00000000-0000-7000-8000-{n:012x}")).unwrap();
    let soon = async |n| tokio::time::timeout(Duration::from_millis(20), counting.turn(tenant(n))).await.ok();
    let first = soon(1).await.unwrap();
    assert!(soon(1).await.is_none());
    let second = soon(2).await.unwrap();
    assert!(soon(3).await.is_none());
    drop(first);
    let third = soon(3).await.unwrap();
    assert!(soon(1).await.is_none());
    drop((second, third));
    assert!(soon(1).await.is_some());
    let of_last = counting.of(tenant(4));
    assert_eq!(counting.known.lock().unwrap().len(), 1, "nothing is kept of who does not ask");
    drop(of_last);
}
