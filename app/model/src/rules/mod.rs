//! The rules that organisations set for their people.
pub mod policy;
