//! The policies of the platform and of organisations. May use `platform`, `evidence` and `directory`.
pub mod policy;
