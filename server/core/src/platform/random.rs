//! Random bytes, injected: a test seeds them, and no other code asks the operating system.
use portvakt_model::time::Timestamp;
use std::sync::Arc;
use uuid::{Builder, Uuid};

/// A source of unpredictable bytes.
#[derive(Clone)]
pub struct Random(Arc<Fill>);

type Fill = dyn Fn(&mut [u8]) + Send + Sync;

impl Random {
    /// The operating system's source.
    ///
    /// # Panics
    /// When asked for bytes, if the operating system has none: without them the portal cannot keep a secret.
    #[must_use]
    pub fn system() -> Self {
        #[expect(clippy::disallowed_methods, reason = "the one place that asks the operating system")]
        Self::new(|bytes| getrandom::fill(bytes).expect("the operating system gives randomness"))
    }

    /// A source that calls `fill`.
    #[must_use]
    pub fn new(fill: impl Fn(&mut [u8]) + Send + Sync + 'static) -> Self {
        Self(Arc::new(fill))
    }

    /// `N` random bytes.
    #[must_use]
    pub fn bytes<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0; N];
        (self.0)(&mut bytes);
        bytes
    }

    /// A new id: a UUIDv7, so that ids sort by time.
    #[must_use]
    pub fn id<T: From<Uuid>>(&self, now: Timestamp) -> T {
        let millis = u64::try_from(now.as_micros() / 1000).unwrap_or_default();
        T::from(Builder::from_unix_timestamp_millis(millis, &self.bytes()).into_uuid())
    }
}
