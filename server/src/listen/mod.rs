//! Connections: their limits, their encryption, and the client at the other end.
pub mod accept;
pub(crate) mod peer;
pub mod tls;
