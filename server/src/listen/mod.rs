//! Connections: who may have one, how it is encrypted, and who is at its other end.
pub mod accept;
pub(crate) mod peer;
pub mod tls;
