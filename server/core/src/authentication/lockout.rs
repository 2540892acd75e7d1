//! Lockout: a stranger can neither guess a password nor lock its owner out.
//!
//! Each try is counted in a lane before it is checked, so that concurrent tries count in full. A stranger's tries are
//! counted for the typed name, whether it has an account or not, so that known and unknown names answer alike. A known
//! device has a lane of its own for the account. Wrong tries from one network are counted together, whatever the names.
//! From the fifth failure on, each next try has to wait, twice as long each time, up to an hour. At the policy's
//! threshold the lane is locked. After a hundred strangers' failures in a row, however long they take, no stranger's
//! password is right any more (NIST SP 800-63B-4, section 3.2.2): then only a known device, a new password, an
//! administrator or `portvakt account unlock` helps.
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

/// Strangers' wrong passwords in a row after which no stranger's password is right any more (NIST SP 800-63B-4, section
/// 3.2.2), and a known device's after which it counts as a stranger.
const HARD_STOP: i64 = 100;
/// Wrong tries from one network in [`NETWORK_SECS`].
const NETWORK_TRIES: i64 = 60;
const NETWORK_SECS: i64 = 60;
/// Seconds after its last wrong try, and after it opens again, that a stranger's or a network's lane is forgotten.
const MEMORY_SECS: i64 = 24 * 60 * 60;
/// Seconds over which wrong tries of unknown names are one event in the operator's log.
const SUM_SECS: i64 = 60 * 60;
/// The wrong try after which the next one has to wait, and for how many seconds; twice as long after each further one.
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
        // The oldest key, which a rotation keeps: a lane must not be forgotten because of one.
        Self(vault.first_platform().mac(kind, &message).finalize().into_bytes().to_vec())
    }

    fn of_name(vault: &Vault, identifier: &Identifier) -> Self {
        Self::new(vault, "lockout name", &[identifier.as_str().as_bytes()])
    }

    /// Another one after each unlocking.
    fn of_device(vault: &Vault, account: AccountId, device: DeviceId, unlocks: i64) -> Self {
        Self::new(vault, "lockout device", &[account.to_string().as_bytes(), &device.0, &unlocks.to_be_bytes()])
    }

    fn of_network(vault: &Vault, network: Network) -> Self {
        Self::new(vault, "lockout network", &[&network.to_bytes()])
    }

    /// One of few lanes that all newcomers of a kind share when there are too many.
    fn shared(vault: &Vault, kind: &str, of: &Self) -> Self {
        Self::new(vault, "lockout shared", &[kind.as_bytes(), &of.0[..1]])
    }

    /// Where failures for unknown names are summed for the operator's log.
    fn of_sum(vault: &Vault) -> Self {
        Self::new(vault, "lockout sum", &[])
    }
}

/// How many lanes there are, as far as this process knows.
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
    /// Wrong tries in its lane, this one with them.
    failures: u32,
    network: Option<Lane>,
    /// Whether it was on a device that its account knows.
    pub known_device: bool,
    /// Strangers' wrong passwords in a row, this one with them. 0 on a known device.
    tries: i64,
    policy: LockoutPolicy,
}

impl Attempt {
    /// Whether no password of a stranger is right any more.
    pub(crate) fn is_stopped(&self) -> bool {
        self.tries > HARD_STOP
    }

    /// Until when the account that it was for is locked for strangers, if it is.
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
    /// Who has that name.
    pub account: Option<(TenantId, AccountId)>,
    /// The device, if that account has signed in on it before.
    pub device: Option<DeviceId>,
    /// How often the account was unlocked.
    pub unlocks: i64,
}

/// Counts a try before it is checked.
///
/// # Errors
/// [`Refusal::Locked`] if its lane takes none now, [`Refusal::TooMany`] if its network has had too many.
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
            // Committed also where nothing was taken: the network's count stands.
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

/// The lane itself if it is there or there is room, else the one that newcomers share.
async fn with_room(
    tx: &mut Tx<Housekeeping>,
    full: bool,
    lane: &Lane,
    shared: impl FnOnce() -> Lane,
) -> Result<Lane, CoreError> {
    Ok(if full && !store::is_there(tx, lane).await? { shared() } else { lane.clone() })
}

type Taken = (Lane, u32, Option<Lane>, i64);

/// Counts a stranger's try: for the network, for the name, and for the account that has it.
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

/// Counts a try in a lane and sets when the next one is taken.
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

/// Seconds until the next try after this many wrong ones.
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

/// A try that was not checked after all does not count.
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

/// Limits how often the caller does an action in a window.
///
/// # Errors
/// [`Refusal::TooMany`] above the limit.
pub(crate) async fn within(core: &Core, what: &str, account: AccountId, rate: Rate) -> Result<(), CoreError> {
    let lane = Lane::new(&core.vault, what, &[account.to_string().as_bytes()]);
    let (times, retry_after_secs) = core
        .store
        .tidy(async |mut tx| {
            let counted = store::count_in_window(&mut tx, &lane, rate.window_secs).await?;
            Ok((counted, tx.commit_housekeeping("what may be done so often").await?))
        })
        .await?;
    if times > rate.most { Err(Refusal::TooMany { retry_after_secs }.into()) } else { Ok(()) }
}

/// Takes a try back in the order in which it was counted, so that two of them never wait for each other.
async fn uncount<K>(tx: &mut Tx<K>, attempt: &Attempt) -> Result<(), CoreError> {
    if let Some(network) = &attempt.network {
        store::uncount(tx, network).await?;
    }
    store::uncount(tx, &attempt.lane).await
}

/// Takes the try back, since the credential was right. Strangers' failures stay counted in the name's lane: a lane that
/// starts again would show that the name has an account. The account's own count and a known device's lane start again.
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

/// Writes the event of a wrong try at an account, and returns the refusal. A try at an unknown name has no event of its
/// own.
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

/// Opens every lane that wrong tries have closed for an account.
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

/// Lifts the locks of an account in the caller's transaction.
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

/// Deletes expired lanes. Once a window, writes the number of unknown names that were tried to the operator's log.
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
        // Another process has told them.
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
