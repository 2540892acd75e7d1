//! The base of every service: the store, the vault, the clock, random bytes, the caller and the error. It uses no later
//! domain, except that the store writes the audit log with each change.
pub mod caller;
pub(crate) mod civil;
pub mod clock;
pub mod error;
pub mod flash;
pub mod identifier;
pub mod network;
pub mod random;
pub(crate) mod rate;
pub mod store;
pub mod token;
pub mod vault;
