//! Lockout: a stranger can neither guess a password nor lock its owner out.
//!
//! Each try is counted in a lane before it is checked, so that concurrent tries count in full. A stranger's tries are
//! counted for the typed name, whether it has an account or not, so that known and unknown names answer alike. A known
//! device has a lane of its own for the account. The tries of strangers from one network are counted together, whatever
//! their names. From the fifth failure on, each next try has to wait, twice as long each time, up to an hour. At the
//! policy's threshold the lane is locked. After a hundred strangers' failures in a row, however long they take, no
//! stranger's password is right any more (NIST SP 800-63B-4, section 3.2.2). Then only a known device, a new password,
//! an administrator or `portvakt account unlock` helps.
pub(crate) mod store;

use crate::Core;
use crate::audit::Event;
use crate::caller::{Caller, Origin};
use crate::error::CoreError;
use crate::identifier::Identifier;
use crate::known_device::{self, DeviceId};
use crate::mail::{self, Letter};
use crate::network::Network;
use crate::rate::Rate;
use crate::store::{Housekeeping, Tx};
use crate::vault::Vault;
use hmac::Mac;
use portvakt_model::fault::{Refusal, Tries};
use portvakt_model::id::{AccountId, TenantId};
use portvakt_model::policy::LockoutPolicy;
use portvakt_model::time::Timestamp;
use std::cmp::Ordering as CmpOrdering;
use std::sync::atomic::{AtomicI64, Ordering};

/// The number of strangers' wrong passwords in a row after which no stranger's password is right any more (NIST SP
/// 800-63B-4, section 3.2.2). A known device with as many wrong passwords counts as a stranger.
const HARD_STOP: i64 = 100;
/// The most wrong tries of strangers from one network in [`NETWORK_SECS`].
const NETWORK_TRIES: i64 = 60;
const NETWORK_SECS: i64 = 60;
/// Seconds after its last try, or after it opens again, that a stranger's lane is deleted.
const MEMORY_SECS: i64 = 24 * 60 * 60;
/// Seconds of unknown names' wrong tries that one event in the operator's log sums up.
const SUM_SECS: i64 = 60 * 60;
/// The number of wrong tries from which on the next one has to wait, and the seconds of the first wait. Each further
/// wrong try doubles the wait.
const FIRST_DELAYED: u32 = 5;
const FIRST_DELAY_SECS: u32 = 30;
const LONGEST_DELAY_SECS: u32 = 60 * 60;
/// The end of a lock that only a new password, an administrator or the command line lifts.
pub(crate) const FOR_GOOD: Timestamp = Timestamp::from_micros(i64::MAX);
/// The most lanes: some 20 MB of rows. Above it, new names share 256 lanes, and so do new networks.
const MAX_LANES: i64 = 100_000;

/// The key of a lane: an HMAC, so that the row does not name the account.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Lane(Vec<u8>);

impl Lane {
    fn new(vault: &Vault, kind: &str, parts: &[&[u8]]) -> Self {
        let mut message = Vec::new();
        for part in parts {
            message.extend_from_slice(&(part.len() as u64).to_be_bytes());
            message.extend_from_slice(part);
        }
        // The oldest platform key, which a rotation keeps: a rotation must not reset the lanes.
        Self(vault.first_platform().mac(kind, &message).finalize().into_bytes().to_vec())
    }

    fn of_name(vault: &Vault, identifier: &Identifier) -> Self {
        Self::new(vault, "lockout name", &[identifier.as_str().as_bytes()])
    }

    /// The lane changes with each unlocking of the account, so it starts again.
    fn of_device(vault: &Vault, account: AccountId, device: DeviceId, unlocks: i64) -> Self {
        Self::new(vault, "lockout device", &[account.to_string().as_bytes(), &device.0, &unlocks.to_be_bytes()])
    }

    fn of_network(vault: &Vault, network: Network) -> Self {
        Self::new(vault, "lockout network", &[&network.to_bytes()])
    }

    /// One of the 256 lanes of a kind that new names or networks share above [`MAX_LANES`].
    fn shared(vault: &Vault, kind: &str, of: &Self) -> Self {
        Self::new(vault, "lockout shared", &[kind.as_bytes(), &of.0[..1]])
    }

    /// The lane that sums the failures for unknown names for the operator's log.
    fn of_sum(vault: &Vault) -> Self {
        Self::new(vault, "lockout sum", &[])
    }
}

/// The number of lanes, as far as this process knows.
#[derive(Default)]
pub(crate) struct Lanes(AtomicI64);

#[cfg(feature = "testing")]
impl Lanes {
    pub(crate) fn fill(&self) {
        self.0.store(MAX_LANES, Ordering::Relaxed);
    }
}

/// A try that was counted and may be checked.
pub(crate) struct Attempt {
    lane: Lane,
    /// The number of wrong tries in the lane, this one included.
    failures: u32,
    network: Option<Lane>,
    /// Whether the try came from a known device of the account.
    pub known_device: bool,
    /// The number of strangers' wrong passwords in a row, this one included. 0 on a known device, and for a name
    /// without a password.
    tries: i64,
    policy: LockoutPolicy,
}

impl Attempt {
    /// Whether no stranger's password is right any more for this account.
    pub(crate) fn is_stopped(&self) -> bool {
        self.tries > HARD_STOP
    }

    /// The end of the account's lock for strangers after this try. `None` if the try does not lock the account.
    fn locks_until(&self, now: Timestamp) -> Option<Timestamp> {
        if self.tries >= HARD_STOP {
            return Some(FOR_GOOD);
        }
        let locks = self.failures >= self.policy.threshold && !self.known_device;
        locks.then(|| now.plus_secs(delay_secs(self.failures, self.policy).into()))
    }
}

/// The account that a claimant names.
pub(crate) struct Claim<'a> {
    pub identifier: &'a Identifier,
    /// The account with that name and its home. `None` if no account has it.
    pub account: Option<(TenantId, AccountId)>,
    /// The browser's device. `None` if the account has not signed in on it before.
    pub device: Option<DeviceId>,
    /// The number of times that the account was unlocked.
    pub unlocks: i64,
}

/// Counts a try before it is checked.
///
/// # Errors
/// [`Refusal::Locked`] if the lane is closed, [`Refusal::TooMany`] if the network has reached [`NETWORK_TRIES`].
pub(crate) async fn admit(
    core: &Core,
    policy: LockoutPolicy,
    claim: &Claim<'_>,
    origin: &Origin,
) -> Result<Attempt, CoreError> {
    let name = Lane::of_name(&core.vault, claim.identifier);
    let device = claim.account.zip(claim.device);
    let device = device.map(|((_, account), id)| Lane::of_device(&core.vault, account, id, claim.unlocks));
    let from = origin.network.parse().ok().and_then(Network::of);
    let network = from.map(|network| Lane::of_network(&core.vault, network));
    let full = core.lanes.0.load(Ordering::Relaxed) >= MAX_LANES;
    let (outcome, made) = core
        .store
        .tidy(async |mut tx| {
            let known = match &device {
                Some(lane) if store::failures(&mut tx, lane).await? < HARD_STOP => Some(lane),
                _ => None,
            };
            let outcome = if let Some(lane) = known {
                let taken = take(&mut tx, lane, policy, known_device::LIFETIME_SECS).await?;
                taken.map(|failures| (lane.clone(), failures, None, 0))
            } else {
                // Known names share a lane too: the lane must not show which names are known.
                let here = network.as_ref().unwrap_or(&name);
                let lane = with_room(&mut tx, full, &name, || Lane::shared(&core.vault, "names", here)).await?;
                let network = match &network {
                    Some(lane) => {
                        let shared = || Lane::shared(&core.vault, "networks", lane);
                        Some(with_room(&mut tx, full, lane, shared).await?)
                    }
                    None => None,
                };
                strangers(&mut tx, lane, network, claim.identifier, policy).await?
            };
            let made = matches!(&outcome, Ok((_, 1, ..)));
            // The transaction commits also if the try is refused: the network's count stays.
            Ok(((outcome, made), tx.commit_housekeeping("a try").await?))
        })
        .await?;
    if made {
        core.lanes.0.fetch_add(1, Ordering::Relaxed);
    }
    let (lane, failures, network, tries) = outcome?;
    let known_device = device.is_some_and(|device| device == lane);
    Ok(Attempt { lane, failures, network, known_device, tries, policy })
}

/// The lane itself if it exists or if there is room for it, otherwise the shared one.
async fn with_room(
    tx: &mut Tx<Housekeeping>,
    full: bool,
    lane: &Lane,
    shared: impl FnOnce() -> Lane,
) -> Result<Lane, CoreError> {
    Ok(if full && !store::is_there(tx, lane).await? { shared() } else { lane.clone() })
}

type Taken = (Lane, u32, Option<Lane>, i64);

/// Counts a stranger's try for the network, for the name's lane and for the account's password.
async fn strangers(
    tx: &mut Tx<Housekeeping>,
    lane: Lane,
    network: Option<Lane>,
    identifier: &Identifier,
    policy: LockoutPolicy,
) -> Result<Result<Taken, Refusal>, CoreError> {
    if let Some(network) = &network {
        let (tries, wait) = store::count_in_window(tx, network, NETWORK_SECS).await?;
        if tries > NETWORK_TRIES {
            return Ok(Err(Refusal::TooMany { retry_after_secs: wait }));
        }
    }
    let failures = match take(tx, &lane, policy, MEMORY_SECS).await? {
        Ok(failures) => failures,
        Err(locked) => return Ok(Err(locked)),
    };
    let tries = store::count_password_try(tx, identifier).await?;
    Ok(Ok((lane, failures, network, tries)))
}

/// Counts a try in a lane and sets the time from which on the next one is accepted. A refusal if the lane is closed.
async fn take(
    tx: &mut Tx<Housekeeping>,
    lane: &Lane,
    policy: LockoutPolicy,
    memory_secs: i64,
) -> Result<Result<u32, Refusal>, CoreError> {
    let longest = policy.duration_secs.max(LONGEST_DELAY_SECS);
    let Some(failures) = store::count(tx, lane, longest, memory_secs).await? else {
        let retry_after_secs = store::opens_in(tx, lane).await?;
        return Ok(Err(Refusal::Locked { retry_after_secs }));
    };
    let wait = delay_secs(failures, policy);
    if wait > 0 {
        store::close(tx, lane, wait, memory_secs).await?;
    }
    Ok(Ok(failures))
}

/// The seconds that the next try has to wait after this many wrong ones.
fn delay_secs(failures: u32, policy: LockoutPolicy) -> u32 {
    let delay = match failures.checked_sub(FIRST_DELAYED) {
        None => 0,
        Some(more) => FIRST_DELAY_SECS.checked_shl(more.min(16)).unwrap_or(u32::MAX).min(LONGEST_DELAY_SECS),
    };
    match failures.cmp(&policy.threshold) {
        CmpOrdering::Less => delay,
        CmpOrdering::Equal => policy.duration_secs,
        CmpOrdering::Greater => delay.max(policy.duration_secs),
    }
}

/// Takes back the count of a try that was not checked.
pub(crate) async fn give_back(core: &Core, attempt: &Attempt, identifier: &Identifier) -> Result<(), CoreError> {
    core.store
        .tidy(async |mut tx| {
            uncount(&mut tx, attempt).await?;
            if !attempt.known_device {
                store::uncount_password_try(&mut tx, identifier).await?;
            }
            Ok(((), tx.commit_housekeeping("a try that was not checked").await?))
        })
        .await
}

/// Counts an action of an account in a window, and limits it.
///
/// # Errors
/// [`Refusal::TooMany`] above the limit.
pub(crate) async fn within(core: &Core, what: &str, account: AccountId, rate: Rate) -> Result<(), CoreError> {
    let lane = Lane::new(&core.vault, what, &[account.to_string().as_bytes()]);
    let (times, retry_after_secs) = core
        .store
        .tidy(async |mut tx| {
            let counted = store::count_in_window(&mut tx, &lane, rate.window_secs).await?;
            Ok((counted, tx.commit_housekeeping("a limited action").await?))
        })
        .await?;
    if times > rate.most { Err(Refusal::TooMany { retry_after_secs }.into()) } else { Ok(()) }
}

/// Takes a try back from its network's lane and its own. The order is that of the counting, so that two transactions
/// never wait for each other.
async fn uncount<K>(tx: &mut Tx<K>, attempt: &Attempt) -> Result<(), CoreError> {
    if let Some(network) = &attempt.network {
        store::uncount(tx, network).await?;
    }
    store::uncount(tx, &attempt.lane).await
}

/// Takes the try back, because the password was right. The account's own count and a known device's lane start again. A
/// stranger's earlier failures stay counted in the name's lane: a lane that starts again would show that the name has
/// an account.
pub(crate) async fn succeed(
    tx: &mut Tx,
    attempt: &Attempt,
    home: TenantId,
    account: AccountId,
) -> Result<(), CoreError> {
    if attempt.known_device {
        return store::forget(tx, &attempt.lane).await;
    }
    uncount(tx, attempt).await?;
    store::note_lock(tx, home, account, Timestamp::from_micros(0)).await?;
    store::forget_password_tries(tx, home, account).await
}

/// Writes the event of a wrong try at an account, and returns the refusal. At the policy's threshold the account's
/// owner gets a mail. A try at an unknown name is added to the operator's sum instead.
///
/// # Errors
/// If the database fails.
pub(crate) async fn fail(
    core: &Core,
    attempt: &Attempt,
    account: Option<(TenantId, AccountId)>,
    origin: &Origin,
) -> Result<Refusal, CoreError> {
    let Attempt { failures, policy, known_device, .. } = *attempt;
    let locked = failures >= policy.threshold;
    if let Some((home, account)) = account {
        let event = if failures == policy.threshold {
            Event::account_locked(home, account, failures, known_device, origin)
        } else {
            Event::sign_in_failed(home, account, known_device, origin)
        };
        let caller = Caller::Claimant(origin.reference);
        core.store
            .write(async |mut tx| {
                if failures == policy.threshold {
                    mail::tell(&mut tx, home, account, Letter::Locked, origin).await?;
                }
                if let Some(until) = attempt.locks_until(tx.now()) {
                    store::note_lock(&mut tx, home, account, until).await?;
                }
                Ok(((), tx.commit(&caller, event.clone()).await?))
            })
            .await?;
    } else {
        let sum = Lane::of_sum(&core.vault);
        core.store
            .tidy(async |mut tx| {
                store::add_to_sum(&mut tx, &sum).await?;
                Ok(((), tx.commit_housekeeping("an unknown name").await?))
            })
            .await?;
    }
    let wait_secs = delay_secs(failures, policy);
    Ok(if locked {
        Refusal::Locked { retry_after_secs: wait_secs }
    } else {
        Refusal::WrongCredentials(Tries {
            left: policy.threshold - failures,
            wait_secs,
            lock_secs: policy.duration_secs,
        })
    })
}

/// Lifts the locks of an account from the server's command line.
///
/// # Errors
/// [`Refusal::NotFound`] if the address has no account.
pub async fn unlock(core: &Core, email: &str) -> Result<(), CoreError> {
    let identifier = Identifier::of(email);
    let found = crate::account::store::find(core, &identifier).await?;
    let (home, account) = found.ok_or(Refusal::NotFound)?;
    core.store
        .write(async |mut tx| {
            open(&mut tx, home, account, &identifier).await?;
            Ok(((), tx.commit(&Caller::Command, Event::account_unlocked(home, account)).await?))
        })
        .await
}

/// Lifts the locks of an account in the caller's transaction: deletes the lane of its name, sets its count of wrong
/// passwords to 0 and gives its known devices new lanes.
pub(crate) async fn open(
    tx: &mut Tx,
    home: TenantId,
    account: AccountId,
    identifier: &Identifier,
) -> Result<(), CoreError> {
    let lane = Lane::of_name(&tx.vault(), identifier);
    store::forget(tx, &lane).await?;
    store::note_lock(tx, home, account, Timestamp::from_micros(0)).await?;
    store::unlock_password(tx, home, account).await
}

/// Deletes expired lanes. After each [`SUM_SECS`], writes the number of wrong tries at unknown names to the operator's
/// log.
///
/// # Errors
/// If the database fails.
pub(crate) async fn tidy_up(core: &Core) -> Result<(), CoreError> {
    let sum = Lane::of_sum(&core.vault);
    let (left, due) = core
        .store
        .tidy(async |mut tx| {
            store::delete_ended(&mut tx, &sum).await?;
            let found = (store::count_lanes(&mut tx).await?, store::is_due(&mut tx, &sum).await?);
            Ok((found, tx.commit_housekeeping("lanes whose time is over").await?))
        })
        .await?;
    core.lanes.0.store(left, Ordering::Relaxed);
    let Some(operator) = crate::tenant::store::operator(core.store.reader()).await?.filter(|_| due) else {
        return Ok(());
    };
    let told = core.store.write(async |mut tx| {
        let tries = store::take_sum(&mut tx, &sum).await?.ok_or(Refusal::NotFound)?;
        Ok(((), tx.commit(&Caller::System, Event::unknown_names_tried(operator, tries)).await?))
    });
    match told.await {
        // Another process has written the event.
        Err(CoreError::Refused(Refusal::NotFound)) => Ok(()),
        done => done,
    }
}

#[test]
fn the_wait_doubles_from_the_fifth_try_to_an_hour_and_is_the_lock_from_the_threshold_on() {
    let policy = LockoutPolicy { threshold: 8, duration_secs: 900 };
    let waits: Vec<_> = (1..=14).map(|failures| delay_secs(failures, policy)).collect();
    assert_eq!(waits, [0, 0, 0, 0, 30, 60, 120, 900, 900, 960, 1920, 3600, 3600, 3600]);
    assert_eq!(delay_secs(u32::MAX, policy), 3600);
    let soon = LockoutPolicy { threshold: 3, duration_secs: 60 };
    assert_eq!([1, 2, 3, 4, 5, 6, 7].map(|n| delay_secs(n, soon)), [0, 0, 60, 60, 60, 60, 120]);
}
