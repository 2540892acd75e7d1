//! The audit log for its readers: the search in its events, and the check of its whole chain.
pub mod checking;
pub mod reading;
