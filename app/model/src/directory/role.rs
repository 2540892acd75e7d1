//! The roles of an organisation's members.
use serde::{Deserialize, Serialize};
use std::fmt;

/// How much a role may do. A policy can be stricter for a higher level. A higher level is greater.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum PrivilegeLevel {
    /// A member's level.
    Standard,
    /// The level of a role that may read more than a member.
    Elevated,
    /// The level of a role that may change other people's accounts.
    Administrative,
}

impl PrivilegeLevel {
    /// Every level.
    pub const ALL: [Self; 3] = [Self::Standard, Self::Elevated, Self::Administrative];
}

/// A built-in role. An earlier role may do everything that a later one may.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Role {
    /// May do everything in the organisation.
    Owner,
    /// Administers the organisation's people and policy.
    Administrator,
    /// Reads the organisation's audit log.
    Auditor,
    /// Uses the organisation's products.
    Member,
}

impl Role {
    /// Every role.
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

    /// The role with this name. `None` if there is no such role.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.as_str() == name)
    }

    /// The role's place in a sorted list: the role that may do everything is first.
    #[must_use]
    pub const fn rank(self) -> i64 {
        self as i64
    }

    /// Whether this role may give another person the role `other`. No role gives more than it has.
    #[must_use]
    pub fn may_give(self, other: Self) -> bool {
        self.administers() && self <= other
    }

    /// Whether this role administers the organisation's people and settings.
    #[must_use]
    pub fn administers(self) -> bool {
        self <= Self::Administrator
    }

    /// The level of this role.
    #[must_use]
    pub const fn level(self) -> PrivilegeLevel {
        match self {
            Self::Owner | Self::Administrator => PrivilegeLevel::Administrative,
            Self::Auditor => PrivilegeLevel::Elevated,
            Self::Member => PrivilegeLevel::Standard,
        }
    }

    /// Whether this role reads the organisation's audit log.
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
