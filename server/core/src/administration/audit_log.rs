//! The audit log as its readers see it: its events, found and told, and the check of its whole chain.
pub mod checking;
pub mod reading;
