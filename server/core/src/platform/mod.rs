//! What every service stands on: the store, the vault, the clock, chance, a caller and an error. Uses no other domain.
pub mod caller;
pub(crate) mod civil;
pub mod clock;
pub mod error;
pub mod flash;
pub mod identifier;
pub mod network;
pub mod random;
pub mod store;
pub mod token;
pub mod vault;
