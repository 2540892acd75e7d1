//! How an event is told: the words that a language has for it, and what is made of them.
use crate::words::role::ROLE;
use crate::words::setting::SETTING;
use portvakt_model::audit::reading::{Actor, Changed, Entry, EventOrigin, Who};
use portvakt_model::audit::{Action, Field};
use portvakt_model::device::Device;
use portvakt_model::id::AccountId;
use portvakt_model::policy::Setting;
use portvakt_model::role::Role;

/// Words for events.
pub struct EventWords {
    /// An action in two or three words: the event's heading.
    pub title: fn(Action) -> &'static str,
    /// An event as a sentence without its full stop. The two texts are the actor and the target, already in the right
    /// case: `You` and `you`.
    pub(super) sentence: fn(Action, &Entry, &str, &str) -> String,
    /// The sentence for an action that this version does not know.
    pub unknown: &'static str,
    pub(super) you: (&'static str, &'static str),
    pub(super) claimant: &'static str,
    pub(super) command: &'static str,
    pub(super) system: &'static str,
    /// An erased person, at the beginning of a sentence and inside it.
    pub(super) erased: (&'static str, &'static str),
    pub(super) field: fn(Field) -> &'static str,
    pub(super) lane: (&'static str, &'static str),
    pub(super) truth: (&'static str, &'static str),
    pub(super) factor: fn(&str) -> &'static str,
    pub(super) device: fn(Device) -> String,
    /// Shown instead of the network and device after they were erased.
    pub seen_erased: &'static str,
    /// Shown instead of the network and device if the event was tampered with.
    pub seen_altered: &'static str,
}

impl EventWords {
    /// The actor, as the beginning of a sentence.
    #[must_use]
    pub fn actor(&self, entry: &Entry) -> String {
        match &entry.actor {
            Actor::Person(who) => named(who, self.erased.0),
            Actor::Claimant => self.claimant.to_owned(),
            Actor::Command => self.command.to_owned(),
            Actor::System => self.system.to_owned(),
        }
    }

    /// The target, as the beginning of a sentence.
    #[must_use]
    pub fn target(&self, entry: &Entry) -> Option<String> {
        entry.target.as_ref().map(|who| named(who, self.erased.0))
    }

    /// The event as a sentence. `to` is the reader's own account, which the sentence calls `you`; `None` in a log.
    #[must_use]
    pub fn told(&self, entry: &Entry, to: Option<AccountId>) -> String {
        let Some(action) = entry.action else { return self.unknown.to_owned() };
        let is_told = |who: &Who| to == Some(who.account);
        let who = match &entry.actor {
            Actor::Person(who) if is_told(who) => self.you.0.to_owned(),
            _ => self.actor(entry),
        };
        let whom = match &entry.target {
            Some(whom) if is_told(whom) => self.you.1.to_owned(),
            Some(whom) => named(whom, self.erased.1),
            None => String::new(),
        };
        (self.sentence)(action, entry, &who, &whom)
    }

    /// A value of a changed field, in words.
    #[must_use]
    pub fn value(&self, field: &str, value: &str) -> String {
        if let (Some((_, setting)), Ok(value)) = (Setting::parse(field), value.parse()) {
            return SETTING.here().value(setting, value);
        }
        let told = match Field::parse(field) {
            Some(Field::Role) => Role::parse(value).map(ROLE.here()),
            Some(Field::Lane) => Some(if value == "known_device" { self.lane.0 } else { self.lane.1 }),
            Some(Field::Factor) => Some((self.factor)(value)),
            Some(Field::Weaker | Field::SignedIn | Field::Copied) => {
                Some(if value == "true" { self.truth.0 } else { self.truth.1 })
            }
            _ => None,
        };
        told.unwrap_or(value).to_owned()
    }

    /// A field's label. A field that this version does not know is shown by its name.
    fn label(&self, field: &str) -> String {
        if let Some((level, setting)) = Setting::parse(field) {
            return SETTING.here().label_of(level, setting);
        }
        Field::parse(field).map_or(field, self.field).to_owned()
    }

    /// A change in words: field, before, after.
    #[must_use]
    pub fn change(&self, change: &Changed) -> (String, Option<String>, Option<String>) {
        let value = |value: &Option<String>| value.as_deref().map(|value| self.value(&change.field, value));
        (self.label(&change.field), value(&change.before), value(&change.after))
    }

    /// The network address and the browser, in words.
    #[must_use]
    pub fn seen(&self, seen: &EventOrigin) -> Option<(String, String)> {
        match seen {
            EventOrigin::From { network, device } => Some((network.clone(), (self.device)(*device))),
            EventOrigin::Erased => Some((String::new(), self.seen_erased.to_owned())),
            EventOrigin::Altered => Some((String::new(), self.seen_altered.to_owned())),
            EventOrigin::Nowhere => None,
        }
    }
}

fn named(who: &Who, erased: &str) -> String {
    who.name.clone().unwrap_or_else(|| erased.to_owned())
}

/// Whether the actor and the target are the same account.
#[must_use]
pub fn by_themselves(entry: &Entry) -> bool {
    matches!((&entry.actor, &entry.target), (Actor::Person(who), Some(whom)) if who.account == whom.account)
}

/// The field's new value, or an empty text.
pub(super) fn now(entry: &Entry, field: Field) -> &str {
    entry.after(field).unwrap_or_default()
}

/// The role that an event is about, in lower case for the middle of a sentence.
pub(super) fn role(entry: &Entry) -> String {
    let role = Role::parse(now(entry, Field::Role));
    role.map_or_else(String::new, |role| ROLE.here()(role).to_lowercase())
}
