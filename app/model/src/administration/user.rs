//! The people of an organisation, as those see them who look after it.
mod query;

pub use query::{Query, Sort, Where};

use crate::erasure::Standing;
use crate::id::AccountId;
use crate::role::Role;
use crate::time::LocalTime;
use serde::{Deserialize, Serialize};

/// How somebody stands in an organisation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum State {
    /// They can sign in; a guest is let in.
    Active,
    /// Wrong tries have closed the way in for a while.
    Locked,
    /// The organisation has put them aside.
    Suspended,
}

impl State {
    /// All of them.
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

    /// `None` for what is no state's name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == name)
    }
}

/// Somebody in the list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Listed {
    /// Who.
    pub id: AccountId,
    /// Their name.
    pub name: String,
    /// Their address.
    pub email: String,
    /// What they are here.
    pub role: Role,
    /// How they stand here.
    pub state: State,
    /// Whether another organisation manages their account.
    pub is_guest: bool,
    /// Whether whoever looks may act on them: nobody does on somebody who may do more.
    pub may_act: bool,
    /// When they signed in last. `None` if they never did, and for a guest.
    pub last_sign_in: Option<LocalTime>,
}

/// A page of the list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Users {
    /// In the order that was asked for.
    pub people: Vec<Listed>,
    /// How many there are of each state, whatever was asked for.
    pub counts: Counts,
    /// What is before this page, if anything is.
    pub previous: Option<Where>,
    /// What comes after it, if anything does.
    pub next: Option<Where>,
}

/// How many people an organisation has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts {
    /// All of them.
    pub all: u64,
    /// Those who are locked.
    pub locked: u64,
    /// Those who are suspended.
    pub suspended: u64,
    /// Invitations that can be accepted.
    pub invited: u64,
}

impl Counts {
    /// How many there are of a state.
    #[must_use]
    pub const fn of(&self, state: State) -> u64 {
        match state {
            State::Active => self.all.saturating_sub(self.locked).saturating_sub(self.suspended),
            State::Locked => self.locked,
            State::Suspended => self.suspended,
        }
    }
}

/// One person's page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct User {
    /// Who, as in the list.
    pub listed: Listed,
    /// Since when they belong to the organisation.
    pub since: LocalTime,
    /// Until when they are locked; `None` where only a new password or somebody's hand opens it.
    pub locked_until: Option<LocalTime>,
    /// Whether they have a second factor. Not told of a guest.
    pub has_second_factor: bool,
    /// Since when they are suspended.
    pub suspended_at: Option<LocalTime>,
    /// On how many devices they are signed in. `None` for a guest.
    pub sessions: Option<u64>,
    /// The erasure of their account that was asked for. `None` for a guest.
    pub erasure: Option<Standing>,
    /// Whether it is whoever looks.
    pub is_you: bool,
    /// What whoever looks may make of them.
    pub roles: Vec<Role>,
}

/// What can be done to somebody.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Act {
    /// Puts them aside: at home they cannot sign in, a guest is not let in.
    Suspend,
    /// Lets them in again.
    Restore,
    /// Takes tries again at once after wrong ones.
    Unlock,
    /// Mails them a link with which they choose a new password.
    SendResetLink,
    /// Ends their sessions everywhere.
    EndSessions,
    /// Takes their second factor away, who have lost it.
    ResetSecondFactor,
    /// Takes a guest's membership away.
    Remove,
}

impl Act {
    /// All of them.
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

    /// `None` for what is no act's name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|act| act.as_str() == name)
    }

    /// Whether it takes a reason.
    #[must_use]
    pub const fn wants_reason(self) -> bool {
        matches!(self, Self::Suspend | Self::Restore | Self::ResetSecondFactor | Self::Remove)
    }

    /// Whether it is the home's alone to do, because it is about the account and not about a membership.
    #[must_use]
    pub const fn is_the_homes(self) -> bool {
        matches!(self, Self::Unlock | Self::SendResetLink | Self::EndSessions | Self::ResetSecondFactor)
    }

    /// Whether whoever does it has to have proven lately that it is them: it opens a way in.
    #[must_use]
    pub const fn is_sensitive(self) -> bool {
        matches!(self, Self::ResetSecondFactor)
    }
}

/// What a form of the list asks for: an act on those who are ticked, or `act:id` on one of them alone.
#[must_use]
pub fn chosen(act: &str, ids: &[String], one: &str) -> Option<(Act, Vec<AccountId>)> {
    if let Some((act, id)) = one.split_once(':') {
        return Some((Act::parse(act)?, vec![AccountId::parse(id)?]));
    }
    let ids = ids.iter().map(|id| AccountId::parse(id)).collect::<Option<_>>()?;
    Some((Act::parse(act)?, ids))
}

/// Most people that are acted on at once: a page of the list.
pub const MOST_AT_ONCE: usize = 50;

/// Most characters of a reason.
pub const REASON_CHARS: u32 = 200;

/// Why something was not done to somebody.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Why {
    /// They are not there, or not any more.
    Gone,
    /// It is their home organisation's to do.
    Guest,
    /// They have no other home: whoever is at home here is no guest to send away.
    AtHome,
    /// They may do more than whoever acts.
    HoldsMore,
    /// Nobody else owns the organisation.
    LastOwner,
    /// It is whoever acts themselves.
    Yourself,
    /// They stand so already.
    Already,
    /// They are suspended.
    Suspended,
    /// They got too much mail of the kind.
    Mailed,
    /// So much else was being done that it was left.
    Busy,
}

/// What became of an act on several people.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Report {
    /// Which.
    pub act: Act,
    /// To how many it was done.
    pub done: u64,
    /// To how many it was not, by reason.
    pub not: Vec<(Why, u64)>,
}

#[test]
fn names_are_read_back() {
    for state in State::ALL {
        assert_eq!(State::parse(state.as_str()), Some(state));
    }
    for act in Act::ALL {
        assert_eq!(Act::parse(act.as_str()), Some(act));
    }
    for bad in ["", "Suspend", "erase", "suspend "] {
        assert_eq!(Act::parse(bad), None, "{bad}");
        assert_eq!(State::parse(bad), None, "{bad}");
    }
}

#[test]
fn one_is_chosen_whoever_is_ticked() {
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
