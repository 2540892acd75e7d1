//! Where somebody is signed in.
use crate::device::Device;
use crate::id::SessionId;
use crate::time::LocalTime;
use serde::{Deserialize, Serialize};

/// A session as its owner sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Session {
    /// Which.
    pub id: SessionId,
    /// With what they signed in.
    pub device: Device,
    /// The address that they signed in from.
    pub network: String,
    /// When they signed in.
    pub since: LocalTime,
    /// When it was last used, to the minute.
    pub seen_at: LocalTime,
    /// Whether it is the one that asks.
    pub is_this: bool,
}
