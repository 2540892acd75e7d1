//! What somebody who reads a log asks for, and gets.
use super::Action;
use crate::device::Device;
use crate::id::AccountId;
use crate::reference::Reference;
use crate::time::LocalTime;
use serde::{Deserialize, Serialize};

/// Which events of a log are looked for: the fields of the page's form and of its address, each empty where it leaves
/// nothing out.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Asked {
    /// Who acted or to whom it was done: what their name, one of its words or their address begins with, or the id of
    /// their account.
    pub who: String,
    /// The name of an [`Action`].
    pub action: String,
    /// The name of a [`Subject`](super::Subject).
    pub subject: String,
    /// The name of an [`Outcome`](super::Outcome).
    pub outcome: String,
    /// The first day on the reader's own calendar: `2026-11-16`.
    pub from: String,
    /// The last day.
    pub until: String,
}

impl Asked {
    /// Its fields, by their names in the form.
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

    /// Reads them.
    #[must_use]
    pub fn read(field: impl Fn(&str) -> Option<String>) -> Self {
        let [who, action, subject, outcome, from, until] =
            ["who", "action", "subject", "outcome", "from", "until"].map(|name| field(name).unwrap_or_default());
        Self { who, action, subject, outcome, from, until }
    }
}

/// A part of a log, the newest first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Log {
    /// The person, where they were asked for by their account's id.
    pub person: Option<Who>,
    /// So many people go by what was asked for that nothing was looked for.
    pub too_many: bool,
    /// The events.
    pub entries: Vec<Entry>,
    /// The number below which the next part begins, if there is one.
    pub older: Option<i64>,
    /// The time zone that times and days are in.
    pub zone: String,
}

/// Somebody who is named in a log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Who {
    /// Their account.
    pub account: AccountId,
    /// Their name: the one in the log, else the one that they have now. `None` of somebody who was erased.
    pub name: Option<String>,
}

/// Who did something.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Actor {
    /// Somebody who was signed in.
    Person(Who),
    /// Somebody who claimed to be an account and did not prove it.
    Claimant,
    /// Somebody at the server's command line.
    Command,
    /// Portvakt itself.
    System,
}

/// Where something was done from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Seen {
    /// From here.
    From {
        /// The address.
        network: String,
        /// What their browser said of itself.
        device: Device,
    },
    /// The key that would open it is gone, and with it the person.
    Erased,
    /// It is not what was sealed.
    Altered,
    /// Nothing was written down.
    Nowhere,
}

/// An event in a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// Its place in the chain, from 1.
    pub seq: i64,
    /// When.
    pub at: LocalTime,
    /// What. `None` is what this version has no name for.
    pub action: Option<Action>,
    /// Who did it.
    pub actor: Actor,
    /// To whom it was done.
    pub target: Option<Who>,
    /// What changed and is nobody's personal data.
    pub changes: Vec<Changed>,
    /// Where from.
    pub seen: Seen,
}

impl Entry {
    /// What a field is now.
    #[must_use]
    pub fn after(&self, field: &str) -> Option<&str> {
        self.changes.iter().find(|change| change.field == field)?.after.as_deref()
    }
}

/// A field that changed. `None` is a field that was not there, or is not there any more.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Changed {
    /// Which.
    pub field: String,
    /// What it was.
    pub before: Option<String>,
    /// What it is.
    pub after: Option<String>,
}

/// What the caller did, and what was done to them: a part of it, the newest first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Own {
    /// The caller's account, which the events name.
    pub account: AccountId,
    /// The events.
    pub entries: Vec<Entry>,
    /// The number below which the next part begins, if there is one.
    pub older: Option<i64>,
}

/// An event with all that is known of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Detail {
    /// As in a list.
    pub entry: Entry,
    /// What changed and is the personal data of whom it was done to.
    pub personal: Vec<Changed>,
    /// Whether there was such data, and it cannot be told any more because its person was erased.
    pub is_erased: bool,
    /// The id of the request that it was done in.
    pub reference: Option<Reference>,
    /// Its hash, in hexadecimal digits.
    pub hash: String,
    /// The hash of the event before it, which its own covers. `None` of the first.
    pub before: Option<String>,
    /// Whether its content, hash and MAC are what was written at its place.
    pub is_intact: bool,
}

/// What is known of a whole chain.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Check {
    /// Nobody has had it verified since this server was started.
    Never,
    /// It is being verified.
    Running,
    /// Every event and the head were as they were written.
    Whole {
        /// How many events there were.
        events: i64,
        /// When that was found.
        at: LocalTime,
    },
    /// They were not.
    Broken {
        /// The first event that is wrong.
        seq: i64,
        /// What is wrong with it.
        fault: ChainFault,
        /// When that was found.
        at: LocalTime,
    },
    /// It came to no end.
    Unfinished {
        /// When it was given up.
        at: LocalTime,
    },
}

/// What is wrong with an event of a chain.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum ChainFault {
    /// It is not what was written.
    Altered,
    /// It is not there.
    Missing,
    /// It was added by somebody else.
    Unexpected,
    /// What followed it was cut off, or the chain's head replaced.
    Head,
}

#[test]
fn a_question_is_read_as_it_is_written() {
    let asked = Asked::read(|name| Some(format!("a {name}")));
    assert_eq!(asked.fields().map(|(name, value)| value == format!("a {name}")), [true; 6]);
    assert_eq!(Asked::read(|_| None), Asked::default());
}
