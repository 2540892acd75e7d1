//! What events are called and how they are told, in a log and in somebody's own activity.
mod english;
mod swedish;

use crate::words::language::Translated;
use crate::words::role::ROLE;
use portvakt_model::audit::Action;
use portvakt_model::audit::reading::{Actor, Changed, Entry, Seen, Who};
use portvakt_model::device::Device;
use portvakt_model::id::AccountId;
use portvakt_model::role::Role;

/// Words for events.
pub struct Words {
    /// An action in two or three words, as the head of its event.
    pub title: fn(Action) -> &'static str,
    /// An event as a sentence without its full stop. Who did it and to whom it was done are in the form that stands in it:
    /// `You` and `you`.
    sentence: fn(Action, &Entry, &str, &str) -> String,
    /// The same of an action that this version has no name for.
    pub unknown: &'static str,
    you: (&'static str, &'static str),
    claimant: &'static str,
    command: &'static str,
    system: &'static str,
    /// Somebody who was erased, where they begin a sentence and where they do not.
    erased: (&'static str, &'static str),
    /// What a field is called. `None` of one that has no words: its own name is shown.
    pub field: fn(&str) -> Option<&'static str>,
    lane: (&'static str, &'static str),
    truth: (&'static str, &'static str),
    factor: fn(&str) -> &'static str,
    device: fn(Device) -> String,
    /// In the place of where somebody was.
    pub seen_erased: &'static str,
    /// In the place of what was tampered with.
    pub seen_altered: &'static str,
}

impl Words {
    /// Who did it, as the beginning of a sentence.
    #[must_use]
    pub fn actor(&self, entry: &Entry) -> String {
        match &entry.actor {
            Actor::Person(who) => named(who, self.erased.0),
            Actor::Claimant => self.claimant.to_owned(),
            Actor::Command => self.command.to_owned(),
            Actor::System => self.system.to_owned(),
        }
    }

    /// To whom it was done, as the beginning of a sentence.
    #[must_use]
    pub fn target(&self, entry: &Entry) -> Option<String> {
        entry.target.as_ref().map(|who| named(who, self.erased.0))
    }

    /// What happened, told to whoever has this account, or to somebody else.
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

    /// What a field of a change says.
    #[must_use]
    pub fn value(&self, field: &str, value: &str) -> String {
        match field {
            "role" => Role::parse(value).map_or_else(|| value.to_owned(), |role| ROLE.here()(role).to_owned()),
            "lane" => (if value == "known_device" { self.lane.0 } else { self.lane.1 }).to_owned(),
            "factor" => (self.factor)(value).to_owned(),
            _ if field.ends_with("second_factor") => match value {
                "0" => self.truth.1,
                "2" => (self.factor)("passkey"),
                _ => self.truth.0,
            }
            .to_owned(),
            "passwordless" => (if value == "1" { self.truth.0 } else { self.truth.1 }).to_owned(),
            "weaker" | "signed_in" | "copied" => (if value == "true" { self.truth.0 } else { self.truth.1 }).to_owned(),
            _ => value.to_owned(),
        }
    }

    /// What changed, in words: field, before, after.
    #[must_use]
    pub fn change(&self, change: &Changed) -> (String, Option<String>, Option<String>) {
        let field = (self.field)(&change.field).map_or_else(|| change.field.clone(), str::to_owned);
        let value = |value: &Option<String>| value.as_deref().map(|value| self.value(&change.field, value));
        (field, value(&change.before), value(&change.after))
    }

    /// Where from: the address, and the browser in words.
    #[must_use]
    pub fn seen(&self, seen: &Seen) -> Option<(String, String)> {
        match seen {
            Seen::From { network, device } => Some((network.clone(), (self.device)(*device))),
            Seen::Erased => Some((String::new(), self.seen_erased.to_owned())),
            Seen::Altered => Some((String::new(), self.seen_altered.to_owned())),
            Seen::Nowhere => None,
        }
    }
}

fn named(who: &Who, erased: &str) -> String {
    who.name.clone().unwrap_or_else(|| erased.to_owned())
}

/// Whether somebody did it to themselves.
#[must_use]
pub fn by_themselves(entry: &Entry) -> bool {
    matches!((&entry.actor, &entry.target), (Actor::Person(who), Some(whom)) if who.account == whom.account)
}

/// What a field is now, or nothing.
fn now<'a>(entry: &'a Entry, field: &str) -> &'a str {
    entry.after(field).unwrap_or_default()
}

/// The role that an event is about, in the middle of a sentence.
fn role(entry: &Entry) -> String {
    let role = Role::parse(now(entry, "role"));
    role.map_or_else(String::new, |role| ROLE.here()(role).to_lowercase())
}

/// Words for events.
pub static EVENT: Translated<Words> = Translated { swedish: swedish::WORDS, english: english::WORDS };

/// Every field that an event can have has words in both languages: the log's writer names them as text.
#[test]
fn every_field_of_an_event_has_words() {
    use portvakt_model::language::Language;
    let source =
        std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../server/core/src/evidence/audit/record.rs"))
            .unwrap();
    // Wherever a field is named.
    let literals = ["Change::new(\"", "Change::between(\"", "field: \"", "moved(\"", "count(\""]
        .into_iter()
        .flat_map(|before| source.split(before).skip(1).map(|rest| rest.split('"').next().unwrap()));
    let fields: Vec<_> = literals.filter(|field| !["network", "device"].contains(field)).collect();
    assert!(fields.len() > 10, "{fields:?}");
    for field in fields {
        for language in Language::ALL {
            assert!((EVENT.of(language).field)(field).is_some(), "{field}");
        }
    }
}
