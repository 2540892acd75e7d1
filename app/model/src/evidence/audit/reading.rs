//! Queries to the audit log and their answers.
use super::{Action, Field};
use crate::device::Device;
use crate::id::AccountId;
use crate::reference::Reference;
use crate::time::LocalTime;
use serde::{Deserialize, Serialize};

/// The filter of an audit log: the fields of the page's form and of its address. An empty field filters nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct AuditQuery {
    /// The actor or the target: the beginning of their name, of one of its words or of their address, or the id of
    /// their account.
    pub who: String,
    /// The name of an [`Action`].
    pub action: String,
    /// The name of a [`Subject`](super::Subject).
    pub subject: String,
    /// The name of an [`Outcome`](super::Outcome).
    pub outcome: String,
    /// The first day, on the reader's own calendar: `2026-11-16`.
    pub from: String,
    /// The last day.
    pub until: String,
}

impl AuditQuery {
    /// The fields, by their names in the form.
    #[must_use]
    pub fn fields(&self) -> [(&'static str, &str); 6] {
        [
            ("who", &self.who),
            ("action", &self.action),
            ("subject", &self.subject),
            ("outcome", &self.outcome),
            ("from", &self.from),
            ("until", &self.until),
        ]
    }

    /// Reads the fields by their names in the form.
    #[must_use]
    pub fn read(field: impl Fn(&str) -> Option<String>) -> Self {
        let [who, action, subject, outcome, from, until] =
            ["who", "action", "subject", "outcome", "from", "until"].map(|name| field(name).unwrap_or_default());
        Self { who, action, subject, outcome, from, until }
    }
}

/// A page of an audit log, the newest event first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Log {
    /// The person, if the filter names an account id.
    pub person: Option<Who>,
    /// Whether so many people match the filter that no events were looked for.
    pub too_many: bool,
    /// The events of this page.
    pub entries: Vec<Entry>,
    /// The number below which the next page begins, if there is one.
    pub older: Option<i64>,
    /// The time zone of the times and days.
    pub zone: String,
}

/// A person in an audit log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Who {
    /// The person's account.
    pub account: AccountId,
    /// The person's name: the one in the event, or else the account's current name. `None` if the account was erased.
    pub name: Option<String>,
}

/// The author of an event.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Actor {
    /// A signed-in person.
    Person(Who),
    /// A claimant whose sign-in failed.
    Claimant,
    /// A command on the server.
    Command,
    /// Portvakt itself.
    System,
}

/// The network and device of an event.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum EventOrigin {
    /// The event names both.
    From {
        /// The network address.
        network: String,
        /// The browser, from its `User-Agent`.
        device: Device,
    },
    /// The key that would open them was deleted with the account.
    Erased,
    /// They are not what was sealed.
    Altered,
    /// The event has none.
    Nowhere,
}

/// An event in a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// The event's place in the chain, from 1.
    pub seq: i64,
    /// The time of the event.
    pub at: LocalTime,
    /// The action. `None` if this version has no name for it.
    pub action: Option<Action>,
    /// The author.
    pub actor: Actor,
    /// The person that the action concerns.
    pub target: Option<Who>,
    /// The changed fields that are not personal data.
    pub changes: Vec<Changed>,
    /// The network and device.
    pub seen: EventOrigin,
}

impl Entry {
    /// The new value of a field.
    #[must_use]
    pub fn after(&self, field: Field) -> Option<&str> {
        self.changes.iter().find(|change| change.field == field.name())?.after.as_deref()
    }
}

/// A changed field. `None` is the value of a field that did not exist before, or does not exist afterwards.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Changed {
    /// The field's name.
    pub field: String,
    /// The value before.
    pub before: Option<String>,
    /// The value after.
    pub after: Option<String>,
}

/// A page of the events that the caller did or that concern the caller, the newest first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Own {
    /// The caller's account, which the events refer to.
    pub account: AccountId,
    /// The events of this page.
    pub entries: Vec<Entry>,
    /// The number below which the next page begins, if there is one.
    pub older: Option<i64>,
}

/// An event with everything known about it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Detail {
    /// The event as in a list.
    pub entry: Entry,
    /// The changed fields that are personal data of the event's target.
    pub personal: Vec<Changed>,
    /// Whether personal data of the event can no longer be read because the account was erased.
    pub is_erased: bool,
    /// The id of the request.
    pub reference: Option<Reference>,
    /// The event's hash, in hexadecimal digits.
    pub hash: String,
    /// The hash of the previous event, which this event's hash covers. `None` for the first event.
    pub before: Option<String>,
    /// Whether the content, hash and MAC are as they were written at this place in the chain.
    pub is_intact: bool,
}

/// The state of a whole chain.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Check {
    /// No verification has run since this server started.
    Never,
    /// A verification is running.
    Running,
    /// Every event and the head are as they were written.
    Whole {
        /// The number of events.
        events: i64,
        /// The end of the verification.
        at: LocalTime,
    },
    /// The chain is broken.
    Broken {
        /// The first wrong event.
        seq: i64,
        /// The fault of that event.
        fault: ChainFault,
        /// The end of the verification.
        at: LocalTime,
    },
    /// The verification did not finish.
    Unfinished {
        /// The time at which it was given up.
        at: LocalTime,
    },
}

/// The fault of an event in a chain.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum ChainFault {
    /// The event is not what was written.
    Altered,
    /// The event is missing.
    Missing,
    /// The event was not written by the portal.
    Unexpected,
    /// The events after it were cut off, or the chain's head was replaced.
    Head,
}

#[test]
fn a_question_is_read_as_it_is_written() {
    let asked = AuditQuery::read(|name| Some(format!("a {name}")));
    assert_eq!(asked.fields().map(|(name, value)| value == format!("a {name}")), [true; 6]);
    assert_eq!(AuditQuery::read(|_| None), AuditQuery::default());
}
