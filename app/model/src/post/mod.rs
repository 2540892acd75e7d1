//! The outbox.
pub mod mail;
