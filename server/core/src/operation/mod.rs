//! Keeping an installation running, and the organisations of demonstrations and tests.
//! May use `platform`, `evidence`, `directory`, `rules`, `post`, `authentication`, `person` and `administration`.
pub mod demo;
pub mod examination;
pub mod figures;
pub mod housekeeping;
#[cfg(feature = "testing")]
pub mod testing;
