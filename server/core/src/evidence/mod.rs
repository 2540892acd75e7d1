//! The evidence of what happened: the audit log, a chain that reveals every later change. This domain may use
//! `platform`.
pub mod audit;
