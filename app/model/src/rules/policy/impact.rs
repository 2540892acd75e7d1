//! The effects of a policy change on an organisation's people. The page shows the result of [`impact()`] before the
//! save, and the save does what it says.
use super::{Accepted, Change, Demand, SessionPolicy, TenantPolicy};
use crate::id::SessionId;
use crate::role::Role;
use crate::time::Timestamp;
use serde::{Deserialize, Serialize};

/// The most names in one list of affected people. The others are counted.
pub const NAMED: usize = 8;

/// A person at home in the organisation, or a group of people with identical attributes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// The person's name.
    pub name: String,
    /// The person's role.
    pub role: Role,
    /// The strictest demand that the person's second factors meet; `Optional` without one.
    pub enrolled: Demand,
    /// The first sign-in that demanded a passkey. `None` if no sign-in did.
    pub passkey_asked: Option<Timestamp>,
    /// The properties of the password that are known, and the time it was chosen. `None` without a password.
    pub password: Option<(Accepted, Timestamp)>,
    /// The group's size on its first row, 0 on the others: those are there for their names alone.
    pub people: u64,
}

/// A signed-in person at home in the organisation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedIn {
    /// The person's name.
    pub name: String,
    /// The person's role.
    pub role: Role,
    /// The person's sessions.
    pub sessions: Vec<Running>,
}

/// A session that has not ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Running {
    /// The session.
    pub id: SessionId,
    /// The time of the sign-in.
    pub since: Timestamp,
    /// The time of the last request.
    pub seen_at: Timestamp,
}

/// The effects of saving a policy.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Impact {
    /// The changed settings.
    pub changes: Vec<Change>,
    /// Whether any person's policy becomes weaker.
    pub is_weaker: bool,
    /// People who have to set up a second factor or a stricter one, or who have to do it sooner.
    pub factors: Affected,
    /// People whose password may not meet the new policy or is too old for it, and people without a password if the
    /// policy now demands one. The next sign-in checks the password and asks for a new one if it falls short.
    pub passwords: Affected,
    /// People who may have to act: set up a second factor, choose a password, or both.
    pub acting: u64,
    /// Sessions that end at once.
    pub sessions: Affected,
    /// People who need a passkey that they do not have, with no grace days left. A person without a device for a
    /// passkey stays locked out. A code app is not counted here: every person can set one up, also without
    /// JavaScript.
    pub locked_out: Affected,
    /// Guests: the strictest values of this policy and of their home's policy hold for them. Only their home knows
    /// their credentials.
    pub guests: u64,
    /// Guests who may be locked out: a passkey is newly demanded of their role, or with fewer grace days.
    pub guests_at_risk: u64,
}

impl Impact {
    /// The number of people who may be locked out.
    #[must_use]
    pub const fn may_be_locked_out(&self) -> u64 {
        self.locked_out.count.saturating_add(self.guests_at_risk)
    }
}

/// The people with one effect.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Affected {
    /// The number of people, or of sessions.
    pub count: u64,
    /// The first people, at most [`NAMED`].
    pub people: Vec<(String, Role)>,
    /// The number of people not named.
    pub more: u64,
}

impl Affected {
    const NOBODY: Self = Self { count: 0, people: Vec::new(), more: 0 };

    /// Adds to the count, and adds the person's name if there is room.
    fn add(&mut self, count: u64, (name, role): (&str, Role)) {
        self.count = self.count.saturating_add(count);
        if self.people.len() < NAMED {
            self.people.push((name.to_owned(), role));
        }
    }
}

impl Person {
    fn demanded(&self, of: &TenantPolicy) -> Accepted {
        of.of(self.role.level()).of_holder(self.enrolled).password.demanded()
    }

    /// Whether the new policy asks more of the password than the old one and the password may not meet it, or whether
    /// the password has just become too old.
    fn may_fall_short(&self, before: &TenantPolicy, after: &TenantPolicy, now: Timestamp) -> bool {
        let demanded = self.demanded(after);
        let is_more = !self.demanded(before).covers(demanded);
        let is_old = |of: &TenantPolicy, at| of.of(self.role.level()).password.is_too_old(at, now);
        let passwordless = |of: &TenantPolicy| of.of(self.role.level()).password.passwordless;
        match self.password {
            Some((accepted, at)) => {
                (is_more && !accepted.covers(demanded)) || (is_old(after, at) && !is_old(before, at))
            }
            // Such a person signs in with a passkey, or has never signed in.
            None => self.enrolled == Demand::PhishingResistant && passwordless(before) && !passwordless(after),
        }
    }

    /// Whether the person has to set up a second factor or a stricter one, or has to do it sooner than before.
    fn has_to_set_up(&self, before: &TenantPolicy, after: &TenantPolicy) -> bool {
        let [before, after] = [before, after].map(|of| of.of(self.role.level()).second_factor);
        self.enrolled < after.demand && (before.demand < after.demand || after.grace_days < before.grace_days)
    }

    /// Whether the person needs a passkey that they do not have, with no grace days left.
    fn is_locked_out(&self, of: &TenantPolicy, now: Timestamp) -> bool {
        let policy = of.of(self.role.level()).second_factor;
        policy.demand == Demand::PhishingResistant
            && self.enrolled < Demand::PhishingResistant
            && policy.due(policy.demand, self.passkey_asked.unwrap_or(now)) <= now
    }
}

/// Whether the new policy may lock out a guest with this role who has no passkey. It is unknown when the guest was
/// first asked for one.
fn takes_days(before: &TenantPolicy, after: &TenantPolicy, role: Role) -> bool {
    let days = |of: &TenantPolicy| {
        let policy = of.of(role.level()).second_factor;
        (policy.demand == Demand::PhishingResistant).then_some(policy.passkey_grace_days)
    };
    // Another organisation of the guest may have asked long ago.
    days(after).is_some_and(|after| days(before).is_none_or(|before| after < before))
}

impl SignedIn {
    /// The person's sessions that end under a policy.
    pub fn ending(&self, of: &TenantPolicy, now: Timestamp) -> impl Iterator<Item = SessionId> {
        let session = of.of(self.role.level()).session;
        self.sessions.iter().filter(move |running| running.ends(session, now)).map(|running| running.id)
    }
}

impl Running {
    fn ends(&self, policy: SessionPolicy, now: Timestamp) -> bool {
        self.seen_at.plus_secs(policy.idle_secs.into()) <= now
            || self.since.plus_secs(policy.absolute_secs.into()) <= now
    }
}

/// The effects on these people, in the order of their names, and on this many guests in each role if `after` replaces
/// `before`.
#[must_use]
pub fn impact(
    before: &TenantPolicy,
    after: &TenantPolicy,
    (people, signed_in, guests): (&[Person], &[SignedIn], &[(Role, u64)]),
    now: Timestamp,
) -> Impact {
    let [mut factors, mut passwords, mut sessions, mut locked_out] = [const { Affected::NOBODY }; 4];
    let mut acting = 0;
    for person in people {
        let (sets_up, chooses) = (person.has_to_set_up(before, after), person.may_fall_short(before, after, now));
        let named = (person.name.as_str(), person.role);
        if person.is_locked_out(after, now) && !person.is_locked_out(before, now) {
            locked_out.add(person.people, named);
        }
        if sets_up {
            factors.add(person.people, named);
        }
        if chooses {
            passwords.add(person.people, named);
        }
        acting += if sets_up || chooses { person.people } else { 0 };
    }
    let mut whose = 0;
    for person in signed_in {
        let ending = person.ending(after, now).count();
        if ending > 0 {
            whose += 1;
            sessions.add(u64::try_from(ending).unwrap_or(u64::MAX), (&person.name, person.role));
        }
    }
    let more = |of: &Affected, people: u64| people.saturating_sub(u64::try_from(of.people.len()).unwrap_or(u64::MAX));
    factors.more = more(&factors, factors.count);
    passwords.more = more(&passwords, passwords.count);
    sessions.more = more(&sessions, whose);
    locked_out.more = more(&locked_out, locked_out.count);
    let at_risk = guests.iter().filter(|(role, _)| takes_days(before, after, *role));
    Impact {
        changes: after.changes(before),
        is_weaker: !after.is_at_least(before),
        factors,
        passwords,
        acting,
        sessions,
        locked_out,
        guests: guests.iter().map(|(_, people)| people).sum(),
        guests_at_risk: at_risk.map(|(_, people)| people).sum(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::{Policy, SecondFactorPolicy};
    use std::collections::BTreeMap;

    fn person(name: &str, role: Role) -> Person {
        let password = Some((Policy::FLOOR.password.demanded(), Timestamp::from_micros(0)));
        Person { name: name.to_owned(), role, enrolled: Demand::Optional, passkey_asked: None, password, people: 1 }
    }

    #[test]
    fn new_rules_affect_each_person_by_their_role() {
        let now = Timestamp::from_micros(1_000_000_000_000);
        let session = |id: u128, minutes: i64| Running {
            id: SessionId::parse(&format!("00000000-0000-7000-8000-{id:012x}")).unwrap(),
            since: now.plus_secs(-60 * 60),
            seen_at: now.plus_secs(-60 * minutes),
        };
        let mut typed: BTreeMap<String, String> = super::super::Setting::everywhere()
            .map(|(level, of)| (of.name(level).to_owned(), TenantPolicy::RECOMMENDED.text(level, of)))
            .collect();
        typed.insert("administrative_min_length_alone".to_owned(), "20".to_owned());
        typed.insert("administrative_idle_minutes".to_owned(), "15".to_owned());
        let after = TenantPolicy::parse(&typed).unwrap();
        let idle = vec![session(1, 14), session(2, 15)];
        let people = [
            Person { people: 3, ..person("Owner", Role::Owner) },
            person("Member", Role::Member),
            Person { people: 0, ..person("Second", Role::Owner) },
            Person { password: None, ..person("Invited", Role::Owner) },
        ];
        let signed_in = [("Owner", Role::Owner), ("Member", Role::Member)].map(|(name, role)| SignedIn {
            name: name.to_owned(),
            role,
            sessions: idle.clone(),
        });
        let of = (&people[..], &signed_in[..], &[(Role::Member, 2)][..]);
        let done = impact(&TenantPolicy::RECOMMENDED, &after, of, now);
        let Affected { count, people: named, more } = &done.passwords;
        assert_eq!(named[..], [("Owner".to_owned(), Role::Owner), ("Second".to_owned(), Role::Owner)]);
        assert_eq!((*count, *more, done.acting, done.guests), (3, 1, 3, 2));
        assert_eq!((done.sessions.count, &done.sessions.people[..]), (1, &[("Owner".to_owned(), Role::Owner)][..]));
        assert!(!done.is_weaker);
        let back = super::impact(&after, &TenantPolicy::RECOMMENDED, of, now);
        assert!(back.is_weaker && back.passwords == Affected::default());
    }

    #[test]
    fn only_the_first_of_many_affected_people_are_named() {
        let people: Vec<_> = (0..20).map(|n| person(&n.to_string(), Role::Member)).collect();
        let done =
            impact(&TenantPolicy::RECOMMENDED, &TenantPolicy::CLASSIC, (&people, &[], &[]), Timestamp::from_micros(0));
        let Affected { count, people, more } = done.passwords;
        assert_eq!((count, people.len(), more), (20, NAMED, 12));
    }

    #[test]
    fn a_person_with_neither_a_passkey_nor_days_is_locked_out() {
        let now = Timestamp::from_micros(1_000_000_000_000);
        let demanding = |demand, grace_days| {
            let mut policy = TenantPolicy::RECOMMENDED;
            for policy in [&mut policy.standard, &mut policy.elevated, &mut policy.administrative] {
                policy.second_factor = SecondFactorPolicy { demand, grace_days, passkey_grace_days: grace_days };
            }
            policy
        };
        let asked = |secs_ago: i64| Some(now.plus_secs(-secs_ago));
        let with = |name, enrolled, passkey_asked| Person { enrolled, passkey_asked, ..person(name, Role::Member) };
        let people = [
            with("Nothing", Demand::Optional, None),
            with("Code app", Demand::Any, None),
            with("Asked long ago", Demand::Any, asked(3 * 24 * 60 * 60)),
            with("Asked just now", Demand::Optional, asked(3 * 24 * 60 * 60 - 1)),
            with("Passkey", Demand::PhishingResistant, asked(3 * 24 * 60 * 60)),
        ];
        let guests = [(Role::Member, 2), (Role::Owner, 1)];
        let told = |before: &TenantPolicy, after: &TenantPolicy| {
            let done = impact(before, after, (&people, &[], &guests), now);
            let names: Vec<_> = done.locked_out.people.iter().map(|(name, _)| name.clone()).collect();
            assert_eq!(done.may_be_locked_out(), names.len() as u64 + done.guests_at_risk);
            (names.join(", "), done.guests_at_risk)
        };
        let nobody = (String::new(), 0);
        let (optional, passkeys) = (TenantPolicy::RECOMMENDED, |days| demanding(Demand::PhishingResistant, days));
        let all_but_one = "Nothing, Code app, Asked long ago, Asked just now".to_owned();
        assert_eq!(told(&optional, &passkeys(0)), (all_but_one, 3));
        assert_eq!(told(&optional, &passkeys(3)), ("Asked long ago".to_owned(), 3));
        assert_eq!(told(&optional, &passkeys(4)), (String::new(), 3), "nobody here knows what the guests were asked");
        assert_eq!(told(&passkeys(4), &passkeys(5)), nobody);
        assert_eq!(told(&optional, &demanding(Demand::Any, 0)), nobody, "a code app does");
        assert_eq!(told(&passkeys(0), &passkeys(0)), nobody, "they are already");
        assert_eq!(told(&passkeys(3), &passkeys(0)), ("Nothing, Code app, Asked just now".to_owned(), 3));
        assert_eq!(told(&passkeys(9), &passkeys(8)), (String::new(), 3), "who knows when the guests were asked");
        let mut owners = TenantPolicy::RECOMMENDED;
        owners.administrative.second_factor =
            SecondFactorPolicy { demand: Demand::PhishingResistant, grace_days: 0, passkey_grace_days: 0 };
        assert_eq!(told(&optional, &owners), (String::new(), 1), "of the guests the one who owns");
    }
}
