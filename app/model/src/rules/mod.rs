//! The policies of organisations.
pub mod policy;
