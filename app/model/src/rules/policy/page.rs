//! The data of the policy pages.
use super::impact::Impact;
use super::{Change, TenantPolicy};
use crate::time::LocalTime;
use serde::{Deserialize, Serialize};

/// An organisation's policy, as its administrators see it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PolicyPage {
    /// The policy in force.
    pub policy: TenantPolicy,
    /// The number of saves. A save names the version that its page was made from.
    pub version: i64,
    /// The last save, if there was one.
    pub saved: Option<Saved>,
    /// A policy to look at, an earlier version or a profile, and the effects of saving it.
    pub proposed: Option<(TenantPolicy, Impact)>,
}

/// A saved version of a policy.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Saved {
    /// The version's number, from 1.
    pub version: i64,
    /// The time of the save.
    pub at: LocalTime,
    /// The name of the administrator who saved it, if the account still exists.
    pub by: Option<String>,
    /// The administrator's reason.
    pub reason: String,
    /// The differences from the version before.
    pub changes: Vec<Change>,
}
