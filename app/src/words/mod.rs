//! Words that several parts of the portal say, in each language.
pub mod contract;
pub mod device;
pub mod event;
pub mod language;
pub mod role;
