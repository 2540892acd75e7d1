//! What this process remembers of sessions: those that it read in the last second, and when it last saw each one, until
//! that time is written to the database.
use super::store::{FoundSession, SessionSeen};
use crate::token::Token;
use portvakt_model::id::{AccountId, SessionId, TenantId};
use portvakt_model::time::Timestamp;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Seconds that a found session is remembered. Another process's end of the session is noticed this much later at most.
const GOOD_SECS: i64 = 1;
/// The most sessions that are remembered at once. Above it, all are forgotten.
const MAX_FOUND: usize = 10_000;

/// The remembered sessions, and the times last seen that are not written yet.
#[derive(Default)]
pub(crate) struct Sessions {
    found: Mutex<FoundOnes>,
    seen: Mutex<HashMap<SessionId, SessionSeen>>,
}

#[derive(Default)]
struct FoundOnes {
    by_token: HashMap<Vec<u8>, (Timestamp, Arc<FoundSession>)>,
    /// The number of times that this process has forgotten sessions because they ended or changed.
    ends: u64,
}

/// The value of [`ends`](FoundOnes::ends) before the database was asked.
pub(super) struct ReadAt(u64);

/// A poisoned lock is used all the same: a panic leaves no map half changed.
fn locked<T>(of: &Mutex<T>) -> MutexGuard<'_, T> {
    of.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Sessions {
    pub(super) fn find(&self, token: &Token, now: Timestamp) -> Option<Arc<FoundSession>> {
        let found = locked(&self.found);
        let (at, session) = found.by_token.get(&token.hash())?;
        (*at <= now && now < at.plus_secs(GOOD_SECS)).then(|| Arc::clone(session))
    }

    pub(super) fn ask(&self) -> ReadAt {
        ReadAt(locked(&self.found).ends)
    }

    /// Remembers a session that was read, unless a session has ended here since the read.
    pub(super) fn keep(&self, asked: &ReadAt, token: &Token, now: Timestamp, found: FoundSession) -> Arc<FoundSession> {
        let found = Arc::new(found);
        let mut all = locked(&self.found);
        if all.ends == asked.0 {
            if all.by_token.len() >= MAX_FOUND {
                all.by_token.clear();
            }
            all.by_token.insert(token.hash(), (now, Arc::clone(&found)));
        }
        found
    }

    /// Forgets an account's sessions, after one of them has ended or changed.
    pub(crate) fn forget(&self, account: AccountId) {
        let account = account.to_string();
        let mut all = locked(&self.found);
        all.ends += 1;
        all.by_token.retain(|_, (_, found)| found.account_id != account);
    }

    /// Forgets every session, after many sessions have ended or moved to another tenant.
    pub(crate) fn forget_all(&self) {
        let mut all = locked(&self.found);
        all.ends += 1;
        all.by_token.clear();
    }

    pub(super) fn seen_at(&self, session: SessionId) -> Option<Timestamp> {
        locked(&self.seen).get(&session).map(|seen| seen.at)
    }

    pub(super) fn see(&self, home: TenantId, session: SessionId, at: Timestamp) {
        locked(&self.seen).insert(session, SessionSeen { home, at });
    }

    pub(super) fn take_seen(&self) -> HashMap<SessionId, SessionSeen> {
        std::mem::take(&mut *locked(&self.seen))
    }

    /// Puts back the times that could not be written. A newer time stays.
    pub(super) fn put_back(&self, seen: HashMap<SessionId, SessionSeen>) {
        let mut all = locked(&self.seen);
        for (session, seen) in seen {
            all.entry(session).or_insert(seen);
        }
    }
}
