//! The actions of people in the year.
use super::{DAYS, DemoTenant, HOUR_SECS, Happening, MINUTE_SECS, STRANGER, Settled, Who, Year, origin, people_of};
use crate::account::Proven;
use crate::audit::Event;
use crate::caller::{Caller, Origin, Person};
use crate::demo::organisations::{ORGANISATIONS, Organisation, PRODUCTS};
use crate::error::{CoreError, Failure};
use crate::password::store as passwords;
use crate::session::{self, Browser, store as sessions};
use crate::tenant::{NewTenant, store as tenants};
use crate::token::Token;
use crate::vault::store as keys;
use crate::{member, product};
use portvakt_model::fault::Refusal;
use portvakt_model::id::{AccountId, TenantId};
use portvakt_model::product::Product;
use portvakt_model::role::Role;
use portvakt_model::tenant::{OrganisationName, Slug};
use portvakt_model::time::Timestamp;

/// The number of wrong tries that locks an account, and the seconds before each try. After the fifth try, each try has
/// to wait twice as long as the one before.
pub(super) const LOCKED_AT: u32 = 10;
pub(super) const TRIES: [i64; 10] = [0, 9, 8, 11, 7, 35, 64, 125, 244, 486];

impl Year<'_> {
    pub(super) async fn add_products(&mut self, caller: &Caller) -> Result<(), CoreError> {
        for (slug, name) in PRODUCTS {
            let address = format!("https://{slug}.{}/", ORGANISATIONS[0].domain);
            let product = Product::new(slug, name, &address).ok_or(Failure::Unreadable("the demonstration"))?;
            self.products.push((slug, product::add(self.core, caller, &product).await?));
            // The list shows products in the order in which they were added.
            self.hand.set(self.core.clock.now().plus_secs(MINUTE_SECS));
        }
        self.entitle(caller, 0).await
    }

    async fn entitle(&self, caller: &Caller, place: usize) -> Result<(), CoreError> {
        let DemoTenant { organisation, tenant, .. } = &self.places[place];
        for (slug, product) in &self.products {
            if organisation.products.contains(slug) {
                product::entitle(self.core, caller, *tenant, *product).await?;
            }
        }
        Ok(())
    }

    /// The operator's owner creates a customer.
    pub(super) async fn create(&mut self, at: Timestamp, organisation: &'static Organisation) -> Result<(), CoreError> {
        let caller = Caller::from(self.sign_in((0, 0)).await?);
        let mut newcomers = people_of(organisation, self.size)?;
        let owner = newcomers.remove(0);
        let tenant = self.insert(&caller, organisation).await?;
        // Without an invitation, because no person would read the mail.
        let account = member::add(self.core, &Caller::Command, tenant, &owner, Role::Owner).await?;
        let people = vec![Settled { account, version: 0 }];
        self.places.push(DemoTenant { organisation, tenant, people, newcomers });
        let place = self.places.len() - 1;
        self.plan(at.plus_secs(3 * HOUR_SECS), Happening::PeopleMovedIn(place));
        self.entitle(&caller, place).await
    }

    async fn insert(&self, caller: &Caller, organisation: &Organisation) -> Result<TenantId, CoreError> {
        const UNREADABLE: Failure = Failure::Unreadable("the demonstration");
        let name = OrganisationName::parse(organisation.name).map_err(|_| UNREADABLE)?;
        let slug = Slug::of_name(organisation.name).ok_or(UNREADABLE)?;
        let customer = NewTenant { name, slug, language: organisation.language };
        let operator = self.places[0].tenant;
        self.core
            .store
            .write(async |mut tx| {
                let tenant = tx.random().id(tx.now());
                tenants::insert_customer(&mut tx, tenant, &customer).await?;
                let (name, slug) = (customer.name.as_str(), customer.slug.as_str());
                let event = Event::tenant_created(operator, tenant, name, slug, None);
                Ok((tenant, tx.commit(caller, event).await?))
            })
            .await
    }

    /// The owner imports most people at once. The others join one by one.
    pub(super) async fn move_in(&mut self, place: usize) -> Result<(), CoreError> {
        let person = if place == 0 { self.sign_in((0, 0)).await? } else { self.choose_password((place, 0)).await? };
        let DemoTenant { organisation, tenant, newcomers, .. } = &mut self.places[place];
        let (organisation, tenant) = (*organisation, *tenant);
        let later = (newcomers.len() / 10).min(24);
        let at_once: Vec<_> = newcomers.drain(..newcomers.len() - later).collect();
        if !at_once.is_empty() {
            let caller = Caller::from(person);
            let password = &self.password;
            let made = self.core.store.write(async |mut tx| {
                let vault = tx.vault();
                let key = keys::tenant_key(tx.conn(), &vault, tenant).await?.ok_or(Refusal::NotFound)?;
                let mut made = Vec::with_capacity(at_once.len());
                for (n, new) in at_once.iter().enumerate() {
                    let account = member::enter(&mut tx, tenant, new, organisation.role(n + 1)).await?;
                    passwords::put_password(&mut tx, &key, tenant, account, password).await?;
                    made.push(Settled { account, version: 0 });
                }
                Ok((made, tx.commit(&caller, Event::members_imported(tenant, at_once.len())).await?))
            });
            self.places[place].people.extend(made.await?);
        }
        self.plan_visits(place, organisation.since, later);
        Ok(())
    }

    fn plan_visits(&mut self, place: usize, since: i64, newcomers: usize) {
        // The number of visits grows more slowly than an organisation: otherwise a small one's log would be almost
        // empty.
        let weight = |organisation: &Organisation| organisation.people.isqrt();
        let all: usize = ORGANISATIONS.iter().map(weight).sum();
        let visits = self.size.visits * weight(self.places[place].organisation) / all;
        for _ in 0..visits {
            let at = self.at_work(since + 1, DAYS);
            self.plan(at, Happening::Visited(place));
        }
        // Each owner forgets the password once.
        let at = self.at_work(since + 1, DAYS - 2);
        self.plan(at, Happening::OwnerRecovered(place));
        for _ in 0..newcomers {
            // So early that the person has come before the year ends.
            let at = self.at_work(since + 1, DAYS - 2);
            self.plan(at, Happening::NewcomerAdded(place));
        }
    }

    /// A person visits the portal. Most visits go well.
    pub(super) fn visit(&mut self, at: Timestamp, place: usize) {
        let people = self.places[place].people.len();
        // The first people administer the others, so they visit more often.
        let often = if self.dice.happens(50) { people.min(12) } else { people };
        let who = (place, self.dice.below(often));
        match self.dice.below(100) {
            0..3 => {
                let mut at = at;
                for (n, secs) in (1..).zip(TRIES) {
                    at = at.plus_secs(secs);
                    self.plan(
                        at,
                        if n < LOCKED_AT { Happening::Mistyped(who, false) } else { Happening::LockedOut(who) },
                    );
                }
                let unlocked = at.plus_secs(self.dice.between(5 * MINUTE_SECS, HOUR_SECS));
                self.plan(unlocked, Happening::Unlocked(who));
                self.plan(unlocked.plus_secs(3 * MINUTE_SECS), Happening::SignedIn(who));
            }
            3..12 => self.plan(at, Happening::PasswordChosen(who)),
            12..24 => {
                self.plan(at, Happening::Mistyped(who, true));
                self.plan(at.plus_secs(22), Happening::SignedIn(who));
            }
            _ => self.plan(at, Happening::SignedIn(who)),
        }
    }

    /// An administrator of the organisation adds a person, who chooses a password within a day.
    pub(super) async fn add_newcomer(&mut self, at: Timestamp, place: usize) -> Result<(), CoreError> {
        let DemoTenant { organisation, tenant, newcomers, .. } = &mut self.places[place];
        let tenant = *tenant;
        let Some(new) = newcomers.pop() else { return Ok(()) };
        let administrator = usize::from(organisation.role(1) == Role::Administrator);
        let caller = Caller::from(self.sign_in((place, administrator)).await?);
        let account = member::add(self.core, &caller, tenant, &new, Role::Member).await?;
        let later = at.plus_secs(self.dice.between(HOUR_SECS, 20 * HOUR_SECS));
        self.plan(later, Happening::NewcomerCame(place, account));
        Ok(())
    }

    pub(super) async fn sign_in(&mut self, who: Who) -> Result<Person, CoreError> {
        let (proven, origin) = (self.proven(who), self.origin_of(who));
        let (policy, token, browser) = (self.policy, Token::new(&self.core.random), Browser::default());
        self.core
            .store
            .write(async |mut tx| {
                let started = session::start(&mut tx, proven, policy.into(), &token, &browser, &origin).await?;
                let (person, ended) = started.ok_or(Refusal::NotFound)?;
                let caller = Caller::from(person.clone());
                let event = Event::session_started(&person, ended, None);
                Ok((person, tx.commit(&caller, event).await?))
            })
            .await
    }

    /// Sets the same password again, newly sealed.
    pub(super) async fn choose_password(&mut self, who: Who) -> Result<Person, CoreError> {
        let ((home, account), origin) = (self.ids(who), self.origin_of(who));
        let (policy, token, browser) = (self.policy, Token::new(&self.core.random), Browser::default());
        let password = &self.password;
        let chosen = self.core.store.write(async |mut tx| {
            let version = passwords::set_password(&mut tx, home, account, password).await?;
            sessions::delete_all(&mut tx, home, account).await?;
            let proven = Proven { home, account, version };
            let started = session::start(&mut tx, proven, policy.into(), &token, &browser, &origin).await?;
            let (person, _) = started.ok_or(Refusal::NotFound)?;
            let caller = Caller::from(person.clone());
            let event = Event::password_changed(home, account, &origin);
            Ok(((person, version), tx.commit(&caller, event).await?))
        });
        let (person, version) = chosen.await?;
        self.places[who.0].people[who.1].version = version;
        Ok(person)
    }

    /// Writes an event about an action that changes nothing else.
    pub(super) async fn note(&self, caller: &Caller, event: Event) -> Result<(), CoreError> {
        self.core.store.write(async |tx| Ok(((), tx.commit(caller, event.clone()).await?))).await
    }

    fn proven(&self, who: Who) -> Proven {
        let (home, account) = self.ids(who);
        Proven { home, account, version: self.places[who.0].people[who.1].version }
    }

    pub(super) fn ids(&self, (place, n): Who) -> (TenantId, AccountId) {
        let place = &self.places[place];
        (place.tenant, place.people[n].account)
    }

    pub(super) fn origin_of(&mut self, who: Who) -> Origin {
        if who == STRANGER {
            let anywhere = (self.dice.below(3), self.dice.below(250));
            return origin(&mut self.dice, anywhere);
        }
        origin(&mut self.dice, who)
    }
}
