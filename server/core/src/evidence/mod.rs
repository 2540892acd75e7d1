//! The evidence of each change: the audit log, a chain that reveals every later alteration. This domain may use
//! `platform`.
pub mod audit;
