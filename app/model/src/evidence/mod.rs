//! The audit log.
pub mod audit;
