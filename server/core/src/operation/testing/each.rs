//! Makes two tests of one function, one for each database, and tells whether tests use their large counts.
use super::World;
use std::env;
use std::fs::OpenOptions;
use std::io::Write as _;
use std::time::Instant;
use tokio::runtime::{Builder, Runtime};

/// The start of a test: a [`World`], or a world with people in it.
pub trait Fixture: Sized {
    /// Makes the fixture in a fresh world.
    fn of(world: World) -> impl Future<Output = Self>;
}

impl Fixture for World {
    async fn of(world: World) -> Self {
        world
    }
}

/// Makes two tests of one function, `name::sqlite` and `name::postgres`. The function's parameter is a [`Fixture`]. If
/// `threads` is given, the test's runtime has that many worker threads. If not, all runs on the test's own thread.
///
/// Write it in parentheses: rustfmt formats a function in parentheses and skips one in braces.
///
/// ```
/// use portvakt_core::each_database;
/// use portvakt_core::testing::World;
///
/// each_database!(
///     threads = 2,
///     /// The behaviour that the test checks.
///     async fn a_clock_goes_on(world: World) {
///         world.clock.advance_secs(1);
///     }
/// );
/// # fn main() {}
/// ```
#[macro_export]
macro_rules! each_database {
    ($($test:tt)+) => { $crate::tests_on!(sqlite postgres: $($test)+); };
}

/// Makes the test `name::sqlite` only: for a feature of SQLite, or if the database makes no difference.
#[macro_export]
macro_rules! on_sqlite {
    ($($test:tt)+) => { $crate::tests_on!(sqlite: $($test)+); };
}

/// The common part of [`each_database!`] and [`on_sqlite!`].
#[doc(hidden)]
#[macro_export]
macro_rules! tests_on {
    (
        $($engine:ident)+: $(threads = $threads:literal,)? $(#[$attribute:meta])*
        async fn $name:ident($($fixture:ident)+: $kind:ty $(,)?) $body:block
    ) => {
        $(#[$attribute])*
        #[cfg(test)] // clippy allows more in tests
        async fn $name($($fixture)+: $kind) $body

        #[cfg(test)]
        mod $name {
            const THREADS: usize = [$($threads,)? 0][0];
            $(
                #[test]
                fn $engine() {
                    let name = concat!(module_path!(), "::", stringify!($engine));
                    $crate::testing::run(name, THREADS, $crate::testing::World::$engine(), super::$name);
                }
            )+
        }
    };
}

/// Runs a test in a world of its own, with `threads` worker threads, or on its own thread if that is 0. For the macros.
///
/// # Panics
/// If the test fails.
pub fn run<F: Fixture, T: Future<Output = ()>>(
    name: &'static str,
    threads: usize,
    world: impl Future<Output = World>,
    test: impl FnOnce(F) -> T,
) {
    let _timed = Timed { name, begun: Instant::now() };
    runtime(threads).block_on(async { test(F::of(world.await).await).await });
}

#[expect(clippy::unwrap_used, reason = "for tests: whatever goes wrong ends them")]
fn runtime(threads: usize) -> Runtime {
    let mut builder = if threads == 0 { Builder::new_current_thread() } else { Builder::new_multi_thread() };
    if threads > 0 {
        builder.worker_threads(threads);
    }
    builder.enable_all().build().unwrap()
}

/// A running test. When it ends, passed or failed, it adds a line with its milliseconds and its name to the file that
/// `TEST_TIMES` names. The test command sums them up, because libtest has no hook at the end of a run.
struct Timed {
    name: &'static str,
    begun: Instant,
}

impl Drop for Timed {
    fn drop(&mut self) {
        let Some(path) = env::var_os("TEST_TIMES") else { return };
        let line = format!("{}\t{}\n", self.begun.elapsed().as_millis(), self.name);
        let file = OpenOptions::new().create(true).append(true).open(path);
        if let Err(error) = file.and_then(|mut file| file.write_all(line.as_bytes())) {
            eprintln!("TEST_TIMES: {error}");
        }
    }
}

/// Whether tests use their large counts (`TEST_FULL=1`). Their small counts are the lowest that still fail when the
/// behaviour breaks.
#[must_use]
pub fn full() -> bool {
    env::var_os("TEST_FULL").is_some_and(|value| value == "1")
}
