//! The policy of an organisation: what it demands of its members. May use `platform`, `evidence` and `directory`.
pub mod policy;
