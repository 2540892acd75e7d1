//! The people of an organisation, as its administrators see them.
mod query;

pub use query::{Sort, UserQuery, Where};

use crate::erasure::ErasureStanding;
use crate::id::AccountId;
use crate::role::Role;
use crate::time::LocalTime;
use serde::{Deserialize, Serialize};

/// A person's state in an organisation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum UserState {
    /// A member can sign in; a guest has access.
    Active,
    /// The account is locked after failed sign-ins.
    Locked,
    /// The organisation has suspended the person.
    Suspended,
}

impl UserState {
    /// Every state.
    pub const ALL: [Self; 3] = [Self::Active, Self::Locked, Self::Suspended];

    /// The name in addresses.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Locked => "locked",
            Self::Suspended => "suspended",
        }
    }

    /// The state with this name. `None` if there is no such state.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == name)
    }
}

/// A person in the list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ListedUser {
    /// The person's account.
    pub id: AccountId,
    /// The person's name.
    pub name: String,
    /// The person's address.
    pub email: String,
    /// The person's role in this organisation.
    pub role: Role,
    /// The person's state in this organisation.
    pub state: UserState,
    /// Whether another organisation manages the account.
    pub is_guest: bool,
    /// Whether the reader may act on this person. A reader never acts on a person whose role may do more.
    pub may_act: bool,
    /// The time of the last sign-in. `None` if there was none, and for a guest.
    pub last_sign_in: Option<LocalTime>,
}

/// A page of the list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Users {
    /// The people, in the requested order.
    pub people: Vec<ListedUser>,
    /// The number of people in each state, whatever the filter.
    pub counts: Counts,
    /// The previous page, if there is one.
    pub previous: Option<Where>,
    /// The next page, if there is one.
    pub next: Option<Where>,
}

/// The number of people in an organisation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts {
    /// All people.
    pub all: u64,
    /// Locked people.
    pub locked: u64,
    /// Suspended people.
    pub suspended: u64,
    /// Pending invitations.
    pub invited: u64,
}

impl Counts {
    /// The number of people in a state.
    #[must_use]
    pub const fn of(&self, state: UserState) -> u64 {
        match state {
            UserState::Active => self.all.saturating_sub(self.locked).saturating_sub(self.suspended),
            UserState::Locked => self.locked,
            UserState::Suspended => self.suspended,
        }
    }
}

/// One person's page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct User {
    /// The person, as in the list.
    pub listed: ListedUser,
    /// The time at which the person joined.
    pub since: LocalTime,
    /// The end of the lock. `None` if only a new password or an administrator can unlock the account.
    pub locked_until: Option<LocalTime>,
    /// Whether the person has a second factor. False for a guest.
    pub has_second_factor: bool,
    /// The time of the suspension.
    pub suspended_at: Option<LocalTime>,
    /// The number of sessions. `None` for a guest.
    pub sessions: Option<u64>,
    /// The open request to erase the account. `None` for a guest.
    pub erasure: Option<ErasureStanding>,
    /// Whether the person is the reader.
    pub is_you: bool,
    /// The roles that the reader may give this person.
    pub roles: Vec<Role>,
    /// The administrators' note on the person. Empty: there is none.
    pub note: String,
}

/// An action on a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Act {
    /// Suspends the person: a member cannot sign in, a guest has no access.
    Suspend,
    /// Lifts the suspension.
    Restore,
    /// Unlocks the account.
    Unlock,
    /// Mails the person a reset link.
    SendResetLink,
    /// Ends the person's sessions everywhere.
    EndSessions,
    /// Removes a lost second factor.
    ResetSecondFactor,
    /// Removes a guest's membership.
    Remove,
}

impl Act {
    /// Every action.
    pub const ALL: [Self; 7] = [
        Self::Suspend,
        Self::Restore,
        Self::Unlock,
        Self::SendResetLink,
        Self::EndSessions,
        Self::ResetSecondFactor,
        Self::Remove,
    ];

    /// The name in forms.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Suspend => "suspend",
            Self::Restore => "restore",
            Self::Unlock => "unlock",
            Self::SendResetLink => "send_reset_link",
            Self::EndSessions => "end_sessions",
            Self::ResetSecondFactor => "reset_second_factor",
            Self::Remove => "remove",
        }
    }

    /// The action with this name. `None` if there is no such action.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|act| act.as_str() == name)
    }

    /// Whether the action takes a reason.
    #[must_use]
    pub const fn wants_reason(self) -> bool {
        matches!(self, Self::Suspend | Self::Restore | Self::ResetSecondFactor | Self::Remove)
    }

    /// Whether only the account's home organisation may do it, because it concerns the account and not a membership.
    #[must_use]
    pub const fn is_the_homes(self) -> bool {
        matches!(self, Self::Unlock | Self::SendResetLink | Self::EndSessions | Self::ResetSecondFactor)
    }

    /// Whether the administrator has to have proven their identity recently: the action weakens an account's
    /// protection.
    #[must_use]
    pub const fn is_sensitive(self) -> bool {
        matches!(self, Self::ResetSecondFactor)
    }
}

/// Reads the list's form: an action on the ticked people, or `act:id` for one person alone.
#[must_use]
pub fn chosen(act: &str, ids: &[String], one: &str) -> Option<(Act, Vec<AccountId>)> {
    if let Some((act, id)) = one.split_once(':') {
        return Some((Act::parse(act)?, vec![AccountId::parse(id)?]));
    }
    let ids = ids.iter().map(|id| AccountId::parse(id)).collect::<Option<_>>()?;
    Some((Act::parse(act)?, ids))
}

/// The most people in one action: a page of the list.
pub const MOST_AT_ONCE: usize = 50;

/// The most characters of a reason.
pub const REASON_CHARS: u32 = 200;

/// The most characters of a note on a person.
pub const NOTE_CHARS: u32 = 500;

/// The reason why an action was not done to a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Why {
    /// The person does not belong to the organisation, or no longer does.
    Gone,
    /// Only the person's home organisation may do it.
    Guest,
    /// The person is at home in this organisation, so no membership of a guest can be removed.
    AtHome,
    /// The person's role may do more than the administrator's.
    HoldsMore,
    /// The organisation has no other owner.
    LastOwner,
    /// The person is the administrator.
    Yourself,
    /// The person is already in that state.
    Already,
    /// The person is suspended.
    Suspended,
    /// The person's address has reached its limit of such mails.
    Mailed,
    /// The portal was too busy.
    Busy,
}

/// The result of an action on several people.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Report {
    /// The action.
    pub act: Act,
    /// The number of people to whom it was done.
    pub done: u64,
    /// The number of people to whom it was not done, by reason.
    pub not: Vec<(Why, u64)>,
}

#[test]
fn names_are_read_back() {
    for state in UserState::ALL {
        assert_eq!(UserState::parse(state.as_str()), Some(state));
    }
    for act in Act::ALL {
        assert_eq!(Act::parse(act.as_str()), Some(act));
    }
    for bad in ["", "Suspend", "erase", "suspend "] {
        assert_eq!(Act::parse(bad), None, "{bad}");
        assert_eq!(UserState::parse(bad), None, "{bad}");
    }
}

#[test]
fn an_act_on_one_person_ignores_the_ticked_ones() {
    let [ada, bo] = ["00000000-0000-7000-8000-000000000001", "00000000-0000-7000-8000-000000000002"];
    let id = |text| AccountId::parse(text).into_iter().collect::<Vec<_>>();
    let ticked = [ada.to_owned(), bo.to_owned()];
    assert_eq!(chosen("suspend", &ticked, ""), Some((Act::Suspend, [id(ada), id(bo)].concat())));
    assert_eq!(chosen("", &ticked, &format!("unlock:{bo}")), Some((Act::Unlock, id(bo))));
    for (act, one) in [("erase", ""), ("", ""), ("suspend", "unlock:x"), ("suspend", ":"), ("suspend", "x:y")] {
        assert_eq!(chosen(act, &ticked, one), None, "{act} {one}");
    }
    assert_eq!(chosen("suspend", &["x".to_owned()], ""), None);
}
