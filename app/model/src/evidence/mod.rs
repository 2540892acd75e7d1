//! What the audit log says.
pub mod audit;
