//! What the pages of a policy show.
use super::impact::Impact;
use super::{Change, TenantPolicy};
use crate::time::LocalTime;
use serde::{Deserialize, Serialize};

/// The rules of an organisation as those see them who may change them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PolicyPage {
    /// What holds.
    pub policy: TenantPolicy,
    /// How often it was saved: whoever saves says which version they have read.
    pub version: i64,
    /// When it was saved last, if it ever was.
    pub saved: Option<Saved>,
    /// Others that are looked at, an earlier version or a profile, and what saving them would do.
    pub proposed: Option<(TenantPolicy, Impact)>,
}

/// A version that was saved.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Saved {
    /// The first is 1.
    pub version: i64,
    /// When.
    pub at: LocalTime,
    /// Who did, if they are here still.
    pub by: Option<String>,
    /// Why.
    pub reason: String,
    /// What differs from the version before it.
    pub changes: Vec<Change>,
}
