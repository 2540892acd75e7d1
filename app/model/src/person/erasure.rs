//! The erasure of an account and of its owner's personal data.
use crate::time::LocalTime;
use serde::{Deserialize, Serialize};

/// Days between the request and the erasure. During these days the request can be stopped.
pub const WAIT_DAYS: i64 = 30;

/// A requested erasure.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ErasureStanding {
    /// The day of the erasure.
    pub due_at: LocalTime,
    /// Whether the organisation requested it, not the person.
    pub by_organisation: bool,
}

/// A person's own erasure request, or what stands in its way.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Own {
    /// The open request.
    pub standing: Option<ErasureStanding>,
    /// An organisation that would lose its only owner. The erasure cannot be requested until it has another.
    pub sole_owner_of: Option<String>,
    /// Whether the account has a password. The form asks for it.
    pub has_password: bool,
}
