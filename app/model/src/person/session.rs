//! A person's sessions.
use crate::device::Device;
use crate::id::SessionId;
use crate::time::LocalTime;
use serde::{Deserialize, Serialize};

/// A session, as its owner sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Session {
    /// The session.
    pub id: SessionId,
    /// The device of the sign-in.
    pub device: Device,
    /// The network address of the sign-in.
    pub network: String,
    /// The time of the sign-in.
    pub since: LocalTime,
    /// The time of the last request, to the minute.
    pub seen_at: LocalTime,
    /// Whether it is the session of this request.
    pub is_this: bool,
}
