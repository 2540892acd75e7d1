//! The mail that the portal sends. May use `platform`, `evidence`, `directory` and `rules`.
pub mod mail;
