//! Having an account erased, with all that is kept of its person.
use crate::time::LocalTime;
use serde::{Deserialize, Serialize};

/// Days from the asking to the erasing, in which it can be stopped.
pub const WAIT_DAYS: i64 = 30;

/// An erasure that was asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Standing {
    /// When it is carried out, if nobody stops it.
    pub due_at: LocalTime,
    /// Whether the organisation asked, and not the person.
    pub by_organisation: bool,
}

/// How it stands with the erasure of one's own account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Own {
    /// That which was asked for.
    pub standing: Option<Standing>,
    /// An organisation that would be without an owner, so that it cannot be asked for.
    pub sole_owner_of: Option<String>,
    /// Whether they have a password, which is asked for.
    pub has_password: bool,
}
