//! The audit log: what happened, in a chain that shows every later change. May use `platform`.
pub mod audit;
