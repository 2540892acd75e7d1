//! What somebody is in an organisation.
use serde::{Deserialize, Serialize};
use std::fmt;

/// How much whoever has a role may do: stricter rules can hold for more. A higher one is greater.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum PrivilegeLevel {
    /// What everybody may.
    Standard,
    /// Sees what others may not.
    Elevated,
    /// Decides over others.
    Administrative,
}

impl PrivilegeLevel {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Standard, Self::Elevated, Self::Administrative];
}

/// A built-in role. An earlier one may do everything that a later one may.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Role {
    /// May do everything in the organisation.
    Owner,
    /// Looks after its people and its rules.
    Administrator,
    /// Reads its audit log.
    Auditor,
    /// Uses its products.
    Member,
}

impl Role {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Owner, Self::Administrator, Self::Auditor, Self::Member];

    /// The name in the database.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Owner => "owner",
            Self::Administrator => "administrator",
            Self::Auditor => "auditor",
            Self::Member => "member",
        }
    }

    /// `None` for what is no built-in role's name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.as_str() == name)
    }

    /// Its place among the roles, the one that may do everything first: what lists are sorted by.
    #[must_use]
    pub const fn rank(self) -> i64 {
        self as i64
    }

    /// Whether whoever has this role may give somebody `other`: nobody gives what they do not have.
    #[must_use]
    pub fn may_give(self, other: Self) -> bool {
        self.administers() && self <= other
    }

    /// Whether whoever has this role looks after the organisation's people and settings.
    #[must_use]
    pub fn administers(self) -> bool {
        self <= Self::Administrator
    }

    /// How much it may do.
    #[must_use]
    pub const fn level(self) -> PrivilegeLevel {
        match self {
            Self::Owner | Self::Administrator => PrivilegeLevel::Administrative,
            Self::Auditor => PrivilegeLevel::Elevated,
            Self::Member => PrivilegeLevel::Standard,
        }
    }

    /// Whether whoever has this role reads the organisation's audit log.
    #[must_use]
    pub fn reads_audit(self) -> bool {
        self <= Self::Auditor
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

#[test]
fn a_role_is_read_back_by_its_name() {
    for role in Role::ALL {
        assert_eq!(Role::parse(role.as_str()), Some(role));
    }
    for bad in ["", "Owner", "root", "owner "] {
        assert_eq!(Role::parse(bad), None, "{bad}");
    }
}

#[test]
fn nobody_gives_a_role_that_may_do_more_than_their_own() {
    let given = |giver: Role| Role::ALL.into_iter().filter(|role| giver.may_give(*role)).collect::<Vec<_>>();
    assert_eq!(given(Role::Owner), Role::ALL);
    assert_eq!(given(Role::Administrator), [Role::Administrator, Role::Auditor, Role::Member]);
    assert_eq!(given(Role::Auditor), []);
    assert_eq!(given(Role::Member), []);
}
