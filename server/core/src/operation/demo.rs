//! A portal to try: an operator, its customers, their people and what they did in the year up to now, all made up, through
//! the same services and into the same audit log as in earnest. It is made in a new database that is thrown away.
mod names;
mod organisations;
mod year;

use crate::clock::Hand;
use crate::error::CoreError;
use crate::random::Random;
use crate::{Core, Settings, housekeeping};
use organisations::ORGANISATIONS;
use portvakt_model::role::Role;
use portvakt_model::time::Timestamp;
use year::Year;

/// Everybody's password.
pub const PASSWORD: &str = "granit fyr vinterljus 7";

/// How much is made up.
#[derive(Debug, Clone, Copy)]
pub struct Size {
    /// Most people of one organisation.
    pub people: usize,
    /// About how often anybody does something in the whole year.
    pub visits: usize,
}

impl Size {
    /// What a visitor is shown.
    pub const WHOLE: Self = Self { people: usize::MAX, visits: 600 };
}

/// Somebody whom a visitor may want to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shown {
    /// Their address.
    pub email: String,
    /// Their name.
    pub name: &'static str,
    /// Their organisation.
    pub organisation: &'static str,
    /// What they are there.
    pub role: Role,
}

/// Fills a new database. Names and addresses are the same each time; keys, ids and tokens are not.
///
/// # Errors
/// If the database fails, or is not new.
pub async fn seed(settings: &Settings, random: &Random, now: Timestamp, size: Size) -> Result<Vec<Shown>, CoreError> {
    let hand = Hand::default();
    // Whoever looks at it reaches it by a name, so that some of its organisations can demand passkeys.
    let core = Core::open(settings, hand.clock(), random.clone()).await?.at("http://localhost");
    Year::new(&core, &hand, now, size).await?.run(now).await?;
    hand.set(now);
    housekeeping::round(&core).await?;
    Ok(shown())
}

fn shown() -> Vec<Shown> {
    let of = |organisation: &'static organisations::Organisation| {
        let mut names = names::Names::new(organisation.language, organisation.domain);
        organisation.shown.iter().map(move |(name, role)| Shown {
            email: names.address(name),
            name,
            organisation: organisation.name,
            role: *role,
        })
    };
    ORGANISATIONS.iter().flat_map(of).collect()
}
