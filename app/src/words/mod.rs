//! Words that several parts of the portal use, in each language.
pub mod contract;
pub mod device;
pub mod event;
pub mod language;
pub mod role;
pub mod setting;
