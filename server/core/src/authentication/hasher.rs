//! Password hashes, by Argon2id, with bounded memory and a bounded queue. As many hashes run at once as there are
//! cores. The next hash takes over the memory of the one before; after a while without a hash the memory goes back to
//! the system. This needs the program's own allocator: glibc's kept 630–839 MB after 200 hashes.
mod scheme;

pub use scheme::HashFault;

use crate::error::{CoreError, Failure};
use crate::password::typed::Password;
use crate::random::Random;
use argon2::password_hash::phc::{self, Output, ParamsString, Salt};
use argon2::{ARGON2ID_IDENT, Algorithm, Block, Params, Version};
use portvakt_model::fault::Refusal;
use scheme::Scheme;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use subtle::ConstantTimeEq;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::Instant;
use tokio::{task, time};
use zeroize::Zeroizing;

/// A hash with its parameters and its salt. Portvakt's own are PHC strings (`$argon2id$v=19$m=…`).
#[derive(Clone)]
pub struct PasswordHash {
    text: String,
    imported: bool,
}

impl PasswordHash {
    fn ours(text: String) -> Self {
        Self { text, imported: false }
    }

    pub(crate) fn from_stored(text: String, imported: bool) -> Self {
        Self { text, imported }
    }

    /// Takes over a hash that another program made.
    ///
    /// # Errors
    /// If the hash has an unknown scheme, is damaged, or costs too much to verify.
    pub fn import(text: &str) -> Result<Self, HashFault> {
        Scheme::parse(text)?.bounded()?;
        Ok(Self { text: text.to_owned(), imported: true })
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.text
    }

    /// Whether another program made the hash.
    pub(crate) fn is_imported(&self) -> bool {
        self.imported
    }
}

/// The memory and the passes that a hash takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cost {
    /// Memory in KiB.
    pub memory_kib: u32,
    /// Passes over the memory.
    pub passes: u32,
}

impl Cost {
    /// 19 MiB and two passes: the minimum of the OWASP Password Storage Cheat Sheet for Argon2id with one lane.
    pub const DEFAULT: Self = Self { memory_kib: 19 * 1024, passes: 2 };

    fn params(self) -> Result<Params, CoreError> {
        Params::new(self.memory_kib, self.passes, 1, Some(OUTPUT_BYTES)).map_err(failed)
    }
}

const OUTPUT_BYTES: usize = 32;
const SALT_BYTES: usize = 16;

/// Memory of finished hashes, kept for the next ones. To allocate it for each hash takes time, and the allocator may
/// keep any amount of freed memory.
struct Memory {
    free: Vec<Vec<Block>>,
    used: Instant,
    /// Whether a task is waiting to give the memory back.
    watched: bool,
}

impl Memory {
    /// The time without a hash after which the memory goes back to the system.
    const KEPT: Duration = Duration::from_secs(5);

    fn take(memory: &Mutex<Self>, blocks: usize) -> Vec<Block> {
        let mut taken = Self::lock(memory).free.pop().unwrap_or_default();
        taken.resize(blocks, Block::new());
        taken
    }

    fn put_back(memory: &Arc<Mutex<Self>>, blocks: Vec<Block>) {
        let mut kept = Self::lock(memory);
        kept.free.push(blocks);
        kept.used = Instant::now();
        if !std::mem::replace(&mut kept.watched, true) {
            tokio::spawn(Self::give_back(Arc::clone(memory)));
        }
    }

    async fn give_back(memory: Arc<Mutex<Self>>) {
        while let Some(left) = Self::given_back_in(&memory) {
            time::sleep(left).await;
        }
    }

    /// The time until the memory may go back to the system. `None` if it has just gone back.
    fn given_back_in(memory: &Mutex<Self>) -> Option<Duration> {
        let mut memory = Self::lock(memory);
        let left = Self::KEPT.checked_sub(memory.used.elapsed()).filter(|left| !left.is_zero());
        if left.is_none() {
            memory.free = Vec::new();
            memory.watched = false;
        }
        left
    }

    fn lock(memory: &Mutex<Self>) -> MutexGuard<'_, Self> {
        memory.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A place in the hasher's queue, held until it is dropped.
pub(crate) struct Turn(#[expect(dead_code, reason = "held, not read")] OwnedSemaphorePermit);

/// Hashes and verifies passwords on blocking threads, outside the async runtime's own.
pub struct Hasher {
    cost: Cost,
    random: Random,
    cores: usize,
    permits: Arc<Semaphore>,
    queue: Arc<Semaphore>,
    memory: Arc<Mutex<Memory>>,
    /// The number of hashes made or verified, for tests that count them.
    #[cfg(feature = "testing")]
    made: std::sync::atomic::AtomicU64,
    /// Each hash locks this gate before it begins, so that a test can hold the hashes up.
    #[cfg(feature = "testing")]
    pub(crate) gate: Arc<tokio::sync::Mutex<()>>,
}

impl Hasher {
    /// The most requests that hash, wait to hash or are about to. Any further request is refused with
    /// [`Refusal::Busy`].
    const QUEUE: usize = 64;
    /// The longest wait for a free core.
    const PATIENCE: Duration = Duration::from_secs(5);
    const BUSY: Refusal = Refusal::Busy { retry_after_secs: 5 };

    pub(crate) fn new(random: Random, cost: Cost) -> Self {
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        Self {
            cost,
            random,
            cores,
            permits: Arc::new(Semaphore::new(cores)),
            queue: Arc::new(Semaphore::new(Self::QUEUE)),
            memory: Arc::new(Mutex::new(Memory { free: Vec::new(), used: Instant::now(), watched: false })),
            #[cfg(feature = "testing")]
            made: std::sync::atomic::AtomicU64::new(0),
            #[cfg(feature = "testing")]
            gate: Arc::default(),
        }
    }

    /// Takes a place in the queue before any work is done for the request.
    ///
    /// # Errors
    /// [`Refusal::Busy`] if the queue is full.
    pub(crate) fn turn(&self) -> Result<Turn, CoreError> {
        Ok(Turn(Arc::clone(&self.queue).try_acquire_owned().map_err(|_| Self::BUSY)?))
    }

    /// Hashes a password with a new random salt, and takes its own place in the queue.
    ///
    /// # Errors
    /// [`Refusal::Busy`] when the queue is full or the wait too long.
    pub async fn hash(&self, password: &Password) -> Result<PasswordHash, CoreError> {
        let salt: [u8; SALT_BYTES] = self.random.bytes();
        let _turn = self.turn()?;
        let scheme = Scheme::Argon2 {
            algorithm: Algorithm::Argon2id,
            version: Version::V0x13,
            params: self.cost.params()?,
            salt: salt.to_vec(),
            output: vec![0; OUTPUT_BYTES],
        };
        let output = self.output(password, Arc::new(scheme)).await?;
        self.stored(&salt, &output)
    }

    /// A random hash that no password matches. It costs as much to verify as an account's hash.
    ///
    /// # Errors
    /// Never in practice: the parameters are constants.
    pub(crate) fn of_nobody(&self) -> Result<PasswordHash, CoreError> {
        self.stored(&self.random.bytes::<SALT_BYTES>(), &self.random.bytes::<OUTPUT_BYTES>())
    }

    fn stored(&self, salt: &[u8], output: &[u8]) -> Result<PasswordHash, CoreError> {
        let hash = phc::PasswordHash {
            algorithm: ARGON2ID_IDENT,
            version: Some(Version::V0x13.into()),
            params: ParamsString::try_from(&self.cost.params()?).map_err(failed)?,
            salt: Some(Salt::new(salt).map_err(failed)?),
            hash: Some(Output::new(output).map_err(failed)?),
        };
        Ok(PasswordHash::ours(hash.to_string()))
    }

    /// Whether the password matches the hash, by the scheme and the parameters that the hash names.
    ///
    /// # Errors
    /// [`Refusal::Busy`] when the wait is too long.
    pub(crate) async fn verify(
        &self,
        _turn: &Turn,
        password: &Password,
        hash: &PasswordHash,
    ) -> Result<bool, CoreError> {
        let scheme = Arc::new(Scheme::parse(&hash.text).map_err(failed)?);
        let output = self.output(password, Arc::clone(&scheme)).await?;
        Ok(output.ct_eq(scheme.expected()).into())
    }

    /// Whether a hash should be made again from the password that it has just accepted, because it has lower costs than
    /// today's or was made by another program. `false` for another program's hash that covers only a part of the
    /// password: the rest was not checked.
    #[must_use]
    pub fn is_outdated(&self, hash: &PasswordHash, password: &Password) -> bool {
        match Scheme::parse(&hash.text) {
            Ok(scheme) if hash.imported => scheme.proves_all_of(password),
            Ok(Scheme::Argon2 { params, .. }) => {
                params.m_cost() < self.cost.memory_kib || params.t_cost() < self.cost.passes
            }
            _ => true,
        }
    }

    /// The number of places taken in the queue, and the number of running hashes.
    pub(crate) fn load(&self) -> (usize, usize) {
        let taken = Self::QUEUE.saturating_sub(self.queue.available_permits());
        (taken, self.cores.saturating_sub(self.permits.available_permits()))
    }

    /// The number of hashes made or verified.
    #[cfg(feature = "testing")]
    pub(crate) fn made(&self) -> u64 {
        self.made.load(std::sync::atomic::Ordering::SeqCst)
    }

    async fn output(&self, password: &Password, scheme: Arc<Scheme>) -> Result<Vec<u8>, CoreError> {
        let permit = time::timeout(Self::PATIENCE, Arc::clone(&self.permits).acquire_owned())
            .await
            .map_err(|_| Self::BUSY)?
            .map_err(|_| Self::BUSY)?;
        #[cfg(feature = "testing")]
        self.made.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
        #[cfg(feature = "testing")]
        let gate = Arc::clone(&self.gate);
        let (password, memory) = (Zeroizing::new(password.as_bytes().to_vec()), Arc::clone(&self.memory));
        task::spawn_blocking(move || {
            #[cfg(feature = "testing")]
            drop(gate.blocking_lock());
            let output = scheme.output(&password, &memory);
            // The permit is held until the hash is done. Otherwise a client that hangs up would let another hash start
            // beside this one.
            drop(permit);
            output.map_err(failed)
        })
        .await
        .map_err(Failure::from)?
    }
}

fn failed(error: impl std::fmt::Display) -> CoreError {
    Failure::Hash(error.to_string()).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hasher(memory_kib: u32) -> Hasher {
        Hasher::new(Random::new(|bytes| bytes.fill(5)), Cost { memory_kib, passes: 2 })
    }

    fn password(text: &str) -> Password {
        Password::typed(text).expect("short enough")
    }

    #[tokio::test]
    async fn only_the_same_password_is_verified() {
        let hasher = hasher(256);
        let hash = hasher.hash(&password("correct horse")).await.expect("hashed");
        assert!(hash.as_str().starts_with("$argon2id$v=19$m=256,t=2,p=1$"), "{}", hash.as_str());
        assert!(
            hasher.verify(&hasher.turn().expect("free"), &password("correct horse"), &hash).await.expect("verified")
        );
        assert!(
            !hasher.verify(&hasher.turn().expect("free"), &password("correct horsf"), &hash).await.expect("verified")
        );
        let nobody = hasher.of_nobody().expect("made");
        assert!(
            !hasher.verify(&hasher.turn().expect("free"), &password("correct horse"), &nobody).await.expect("verified")
        );
    }

    #[tokio::test]
    async fn a_hash_is_verified_by_its_own_cost_and_is_outdated_when_that_was_raised() {
        let (small, large) = (hasher(256), hasher(512));
        let old = small.hash(&password("a")).await.expect("hashed");
        let new = large.hash(&password("a")).await.expect("hashed");
        assert!(large.verify(&large.turn().expect("free"), &password("a"), &old).await.expect("verified"));
        assert!(small.verify(&small.turn().expect("free"), &password("a"), &new).await.expect("verified"));
        let typed = password("a");
        assert!(
            large.is_outdated(&old, &typed) && !large.is_outdated(&new, &typed) && !small.is_outdated(&new, &typed)
        );
    }

    #[tokio::test(start_paused = true)]
    async fn a_hash_takes_over_the_memory_of_the_one_before_and_gives_it_back_when_idle() {
        let (small, large) = (hasher(256), hasher(512));
        let hashes =
            [small.hash(&password("a")).await.expect("hashed"), large.hash(&password("a")).await.expect("hashed")];
        let kept = || Memory::lock(&small.memory).free.iter().map(Vec::len).collect::<Vec<_>>();
        assert!(small.verify(&small.turn().expect("free"), &password("a"), &hashes[1]).await.expect("verified"));
        assert_eq!(kept(), [512], "one for both, as long as the last one needed");
        time::sleep(Memory::KEPT / 2).await;
        assert!(small.verify(&small.turn().expect("free"), &password("a"), &hashes[0]).await.expect("verified"));
        assert_eq!(kept(), [256]);
        time::sleep(Memory::KEPT / 2 + Duration::from_millis(1)).await;
        assert_eq!(kept(), [256], "used in between");
        time::sleep(Memory::KEPT).await;
        assert_eq!(kept(), [0; 0]);
    }

    /// RFC 9106 has no vector for p = 1. This one is from the reference implementation's own test file (version 0x13,
    /// id).
    #[tokio::test]
    async fn the_reference_vector_is_verified() {
        let hash = PasswordHash::from_stored(
            "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc".to_owned(),
            false,
        );
        let hasher = hasher(256);
        let turn = hasher.turn().expect("free");
        assert!(hasher.verify(&turn, &password("password"), &hash).await.expect("verified"));
    }
}
