//! A portal to try: an operator, its customers, their people and the events of the last year. All of it is made up, and
//! made through the same services and into the same audit log as in earnest. Its database is new, and is thrown away
//! afterwards.
mod names;
mod organisations;
mod year;

use crate::clock::Hand;
use crate::error::CoreError;
use crate::random::Random;
use crate::{Core, CoreSettings, housekeeping};
use organisations::ORGANISATIONS;
use portvakt_model::role::Role;
use portvakt_model::time::Timestamp;
use year::Year;

/// Every person's password.
pub const PASSWORD: &str = "granit fyr vinterljus 7";

/// The size of the demonstration.
#[derive(Debug, Clone, Copy)]
pub struct Size {
    /// The most people of one organisation.
    pub people: usize,
    /// About how many visits all people together make in the year.
    pub visits: usize,
}

impl Size {
    /// The size that a visitor sees.
    pub const WHOLE: Self = Self { people: usize::MAX, visits: 600 };
}

/// A person as whom a visitor may want to sign in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DemoPerson {
    /// The person's address.
    pub email: String,
    /// The person's name.
    pub name: &'static str,
    /// The person's organisation.
    pub organisation: &'static str,
    /// The person's role there.
    pub role: Role,
}

/// Fills a new database. Names and addresses are the same each time; keys, ids and tokens differ.
///
/// # Errors
/// If the database fails, or is not new.
pub async fn seed(
    settings: &CoreSettings,
    random: &Random,
    now: Timestamp,
    size: Size,
) -> Result<Vec<DemoPerson>, CoreError> {
    let hand = Hand::default();
    // The portal gets an address with a host name, so that some of its organisations can demand passkeys.
    let core = Core::open(settings, hand.clock(), random.clone()).await?.at("http://localhost");
    Year::new(&core, &hand, now, size).await?.run(now).await?;
    hand.set(now);
    housekeeping::round(&core).await?;
    Ok(shown())
}

fn shown() -> Vec<DemoPerson> {
    let of = |organisation: &'static organisations::Organisation| {
        let mut names = names::Names::new(organisation.language, organisation.domain);
        organisation.shown.iter().map(move |(name, role)| DemoPerson {
            email: names.address(name),
            name,
            organisation: organisation.name,
            role: *role,
        })
    };
    ORGANISATIONS.iter().flat_map(of).collect()
}
