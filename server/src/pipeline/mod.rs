//! The steps that every request and its answer pass.
pub(crate) mod budget;
pub(crate) mod edge;
pub(crate) mod faults;
pub(crate) mod forms;
pub(crate) mod guard;
pub(crate) mod headers;
pub(crate) mod health;
pub(crate) mod metrics;
pub(crate) mod probe;
pub(crate) mod session;
