//! The events of the year, one after the other.
mod deeds;
mod latest;

use super::names::{Dice, Names};
use super::organisations::{ORGANISATIONS, Organisation};
use super::{PASSWORD, Size};
use crate::account::NewPerson;
use crate::audit::Event;
use crate::caller::{Caller, Origin, Person};
use crate::clock::Hand;
use crate::error::{CoreError, Failure};
use crate::identifier::Identifier;
use crate::password::{NewPassword, store as passwords};
use crate::session::{self, Browser};
use crate::setup::{SetUp, new_link, set_up};
use crate::{Core, policy};
use portvakt_model::email::EmailAddress;
use portvakt_model::fault::{Reference, Refusal};
use portvakt_model::id::{AccountId, ProductId, TenantId};
use portvakt_model::policy::SessionPolicy;
use portvakt_model::profile::DisplayName;
use portvakt_model::time::Timestamp;
use std::collections::BTreeMap;

const DAYS: i64 = 365;
const DAY_SECS: i64 = 24 * HOUR_SECS;
const HOUR_SECS: i64 = 60 * MINUTE_SECS;
const MINUTE_SECS: i64 = 60;

const DEVICES: [&str; 5] = [
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36 Edg/142.0.0.0",
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36",
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:145.0) Gecko/20100101 Firefox/145.0",
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.6 Safari/605.1.15",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.6 Mobile/15E148 Safari/604.1",
];

/// Networks reserved for documentation (RFC 5737), without their last number.
const NETWORKS: [&str; 3] = ["192.0.2", "198.51.100", "203.0.113"];

/// An organisation that exists by now.
struct DemoTenant {
    organisation: &'static Organisation,
    tenant: TenantId,
    people: Vec<Settled>,
    /// The people who join in the course of the year, the next one last.
    newcomers: Vec<NewPerson>,
}

/// A person with an account.
#[derive(Clone, Copy)]
struct Settled {
    account: AccountId,
    /// The version of the credentials.
    version: i64,
}

/// A person, by the organisation's number and the person's number in it.
type Who = (usize, usize);

/// A person who belongs to no organisation.
const STRANGER: Who = (usize::MAX, usize::MAX);

enum Happening {
    CustomerCame(&'static Organisation),
    PeopleMovedIn(usize),
    Visited(usize),
    NewcomerAdded(usize),
    NewcomerCame(usize, AccountId),
    PasswordChosen(Who),
    SignedIn(Who),
    SignedOut(Person),
    Mistyped(Who, bool),
    LockedOut(Who),
    Unlocked(Who),
    OwnerRecovered(usize),
    NamesTried,
}

pub(super) struct Year<'a> {
    core: &'a Core,
    hand: &'a Hand,
    size: Size,
    dice: Dice,
    /// The last midnight, at which the year ends.
    end: Timestamp,
    /// Every person's password, hashed once: a hash for each person would take minutes.
    password: NewPassword,
    policy: SessionPolicy,
    places: Vec<DemoTenant>,
    products: Vec<(&'static str, ProductId)>,
    coming: BTreeMap<(Timestamp, usize), Happening>,
    planned: usize,
}

impl<'a> Year<'a> {
    /// Sets the portal up, a year ago.
    pub(super) async fn new(core: &'a Core, hand: &'a Hand, now: Timestamp, size: Size) -> Result<Self, CoreError> {
        let today = now.as_micros().div_euclid(DAY_SECS * 1_000_000);
        let end = Timestamp::from_micros(today * DAY_SECS * 1_000_000);
        hand.set(end.plus_secs(-DAYS * DAY_SECS + 8 * HOUR_SECS));
        let mut dice = Dice::of("year");
        let operator = &ORGANISATIONS[0];
        let mut people = people_of(operator, size)?;
        let owner = people.remove(0);
        let link = new_link(core).await?.ok_or(Refusal::NotFound)?;
        let form = SetUp {
            name: owner.name.as_str(),
            organisation: operator.name,
            email: owner.email.as_str(),
            email_again: owner.email.as_str(),
            password: PASSWORD,
            language: owner.language,
        };
        let origin = origin(&mut dice, (0, 0));
        let started = set_up(core, &origin, &link, &Browser::default(), form).await?;
        let stored = passwords::find_credential(core, &Identifier::of(owner.email.as_str())).await?;
        let stored = stored.ok_or(Refusal::NotFound)?;
        let person = started.person;
        let owner = Settled { account: person.account, version: stored.version };
        let place = DemoTenant { organisation: operator, tenant: person.home, people: vec![owner], newcomers: people };
        let policy = policy::platform(core).await?.session;
        let mut this = Self {
            core,
            hand,
            size,
            dice,
            end,
            password: NewPassword { hash: stored.password, accepted: stored.accepted, history: 0, is_nobodys: false },
            policy,
            places: vec![place],
            products: Vec::new(),
            coming: BTreeMap::new(),
            planned: 0,
        };
        this.add_products(&Caller::from(person)).await?;
        Ok(this)
    }

    /// Runs every planned event in order of time, and the events that these plan. Ends with the minutes before `now`.
    pub(super) async fn run(mut self, now: Timestamp) -> Result<(), CoreError> {
        let founded = self.hand.clock().now();
        self.plan(founded.plus_secs(2 * HOUR_SECS), Happening::PeopleMovedIn(0));
        for organisation in &ORGANISATIONS[1..] {
            let at = self.at_work(organisation.since, organisation.since + 1);
            self.plan(at, Happening::CustomerCame(organisation));
        }
        for _ in 0..self.size.visits / 100 {
            let at = self.at_work(1, DAYS);
            self.plan(at, Happening::NamesTried);
        }
        while let Some(((at, _), happening)) = self.coming.pop_first() {
            self.hand.set(at);
            self.happen(at, happening).await?;
        }
        self.latest(now).await
    }

    fn plan(&mut self, at: Timestamp, happening: Happening) {
        self.planned += 1;
        self.coming.insert((at, self.planned), happening);
    }

    /// A moment from the day `first` to before the day `end` of the year: mostly in the working hours of a working day.
    fn at_work(&mut self, first: i64, end: i64) -> Timestamp {
        let midnight = |day: i64| self.end.plus_secs((day - DAYS) * DAY_SECS);
        let is_weekend = |day: i64| {
            let days = midnight(day).as_micros().div_euclid(DAY_SECS * 1_000_000);
            (days + 3).rem_euclid(7) >= 5 // 1970-01-01 was a Thursday
        };
        let mut day = self.dice.between(first, end);
        if is_weekend(day) && self.dice.happens(80) {
            day = self.dice.between(first, end);
        }
        let hours = if self.dice.happens(90) { (6, 16) } else { (16, 20) };
        midnight(day).plus_secs(self.dice.between(hours.0 * HOUR_SECS, hours.1 * HOUR_SECS))
    }

    async fn happen(&mut self, at: Timestamp, happening: Happening) -> Result<(), CoreError> {
        match happening {
            Happening::CustomerCame(organisation) => self.create(at, organisation).await,
            Happening::PeopleMovedIn(place) => self.move_in(place).await,
            Happening::Visited(place) => {
                self.visit(at, place);
                Ok(())
            }
            Happening::NewcomerAdded(place) => self.add_newcomer(at, place).await,
            Happening::NewcomerCame(place, account) => {
                let people = &mut self.places[place].people;
                people.push(Settled { account, version: 0 });
                let newest = people.len() - 1;
                self.choose_password((place, newest)).await.map(drop)
            }
            Happening::PasswordChosen(who) => self.choose_password(who).await.map(drop),
            Happening::SignedIn(who) => {
                let person = self.sign_in(who).await?;
                if self.dice.happens(60) {
                    let later = at.plus_secs(self.dice.between(2 * MINUTE_SECS, 3 * HOUR_SECS));
                    self.plan(later, Happening::SignedOut(person));
                }
                Ok(())
            }
            Happening::SignedOut(person) => session::sign_out(self.core, &person).await,
            Happening::Mistyped(who, known_device) => {
                let (home, account) = self.ids(who);
                let origin = self.origin_of(if known_device { who } else { STRANGER });
                self.note(&claimant(&origin), Event::sign_in_failed(home, account, known_device, &origin)).await
            }
            Happening::LockedOut(who) => {
                let (home, account) = self.ids(who);
                let origin = self.origin_of(STRANGER);
                let caller = claimant(&origin);
                let event = Event::account_locked(home, account, deeds::LOCKED_AT, false, &origin);
                self.note(&caller, event).await
            }
            Happening::Unlocked(who) => {
                let (home, account) = self.ids(who);
                self.note(&Caller::Command, Event::account_unlocked(home, account)).await
            }
            Happening::OwnerRecovered(place) => {
                let (home, account) = self.ids((place, 0));
                self.plan(at.plus_secs(9 * MINUTE_SECS), Happening::PasswordChosen((place, 0)));
                self.note(&Caller::Command, Event::reset_link_issued(home, account, None)).await
            }
            Happening::NamesTried => {
                let tries = self.dice.between(3, 90);
                self.note(&Caller::System, Event::unknown_names_tried(self.places[0].tenant, tries)).await
            }
        }
    }
}

/// The people of an organisation, the owner first.
fn people_of(organisation: &Organisation, size: Size) -> Result<Vec<NewPerson>, CoreError> {
    let mut names = Names::new(organisation.language, organisation.domain);
    let count = organisation.people.min(size.people).max(organisation.shown.len());
    let readable = |_| Failure::Unreadable("the demonstration");
    (0..count)
        .map(|n| {
            let name = organisation.shown.get(n).map_or_else(|| names.next(), |(name, _)| (*name).to_owned());
            let email = EmailAddress::parse(&names.address(&name)).map_err(readable)?;
            let name = DisplayName::parse(&name).map_err(readable)?;
            Ok(NewPerson { email, name, language: organisation.language })
        })
        .collect()
}

/// The network and device that a person usually has.
fn origin(dice: &mut Dice, (place, n): Who) -> Origin {
    let host = n.wrapping_mul(7).wrapping_add(place) % 250 + 2;
    Origin {
        network: format!("{}.{host}", NETWORKS[place % NETWORKS.len()]),
        device: DEVICES[n % DEVICES.len()].to_owned(),
        reference: Reference(u32::try_from(dice.below(1 << 31)).unwrap_or_default()),
    }
}

fn claimant(origin: &Origin) -> Caller {
    Caller::Claimant(origin.reference)
}
