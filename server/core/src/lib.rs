//! The services of Portvakt over a store: everything that decides. No HTTP and no pages.
//!
//! The domains stand in this order: `platform`, `evidence`, `directory`, `rules`, `post`, `authentication`, `person`,
//! `administration`, `operation`. A domain may use only the domains before it; a test keeps that. Each domain's modules
//! are re-exported here. [`Core`] holds what every domain needs, so this file alone knows them all.
mod administration;
mod authentication;
mod directory;
mod evidence;
mod operation;
mod person;
mod platform;
mod post;
mod rules;

pub use administration::{
    audit_log, import, invitation, invitation_list, links, outbox, policy_editor, setup, tenants, user,
};
use authentication::proof;
pub use authentication::{
    hasher, known_device, link, lockout, passkey, password, reset, second_factor, security, session, sign_in, step_up,
};
pub use directory::{account, member, organisation, product, tenant};
pub use evidence::audit;
#[cfg(feature = "testing")]
pub use operation::testing;
pub use operation::{demo, examination, figures, housekeeping};
pub use person::{address, erasure, home, my_data, profile};
use platform::civil;
pub use platform::{caller, clock, error, flash, identifier, network, random, store, token, vault};
pub use post::mail;
pub use rules::policy;

use audit_log::checking::Checks;
use clock::Clock;
use error::CoreError;
use hasher::{Cost, Hasher, PasswordHash};
use lockout::Lanes;
use passkey::RelyingParty;
use password::blocklist::Blocklist;
use random::Random;
use session::recent::Sessions;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
use store::Store;
use tokio::sync::Semaphore;
use vault::Vault;

/// Everything that a service needs. Cheap to clone.
#[derive(Clone)]
pub struct Core {
    /// The database.
    pub store: Store,
    /// The time.
    pub clock: Clock,
    /// Chance.
    pub random: Random,
    /// Keys.
    pub vault: Arc<Vault>,
    hasher: Arc<Hasher>,
    /// Verified where there is no account, so that its absence takes as long.
    nobody: Arc<PasswordHash>,
    refused_after: Duration,
    blocklist: Arc<Blocklist>,
    sessions: Arc<Sessions>,
    checks: Arc<Checks>,
    lanes: Arc<Lanes>,
    operator: Arc<tenant::Recent>,
    /// Whoever has it draws a picture.
    drawing: Arc<Semaphore>,
    counting: Arc<policy_editor::Counting>,
    /// The site that passkeys are for. `None` until its origin is known, and where that has no name.
    relying_party: Arc<Option<RelyingParty>>,
}

/// Where a [`Core`] keeps its things.
#[derive(Debug, Clone)]
pub struct Settings {
    /// `sqlite:PATH` or `postgres://…`.
    pub database: String,
    /// Most connections to PostgreSQL.
    pub connections: u32,
    /// Longest that one statement may take on PostgreSQL.
    pub statement_timeout: Duration,
    /// The file that holds the master key; made when the database is new.
    pub master_key: PathBuf,
    /// How hard a password is to guess from its hash.
    pub cost: Cost,
    /// Least time that a refused sign-in takes.
    pub refused_after: Duration,
    /// Whether a change waits until it is on the disk. Without that a power cut may take it back or damage the database:
    /// for one that is thrown away, where nobody waits for a disk for nothing.
    pub durable: bool,
}

impl Core {
    /// Opens the database, migrates it, and opens the vault with the master key. A new database gets a new master key.
    ///
    /// # Errors
    /// If the database cannot be opened, or the master key is missing, unsafe or another database's.
    pub async fn open(settings: &Settings, clock: Clock, random: Random) -> Result<Self, CoreError> {
        let (store, vault) = Store::open(settings, clock.clone(), random.clone()).await?;
        let hasher = Arc::new(Hasher::new(random.clone(), settings.cost));
        let nobody = Arc::new(hasher.of_nobody()?);
        let core = Self {
            store,
            clock,
            random,
            vault,
            hasher,
            nobody,
            refused_after: settings.refused_after,
            blocklist: Arc::new(Blocklist::open()?),
            sessions: Arc::default(),
            checks: Arc::default(),
            lanes: Arc::default(),
            operator: Arc::default(),
            drawing: Arc::new(Semaphore::new(1)),
            counting: Arc::default(),
            relying_party: Arc::default(),
        };
        audit::in_order(&core).await?;
        // A policy that cannot be read must not be found out at somebody's sign-in.
        policy::platform(&core).await?;
        Ok(core)
    }

    /// The same, reached by browsers at this origin: passkeys belong to it, if it has a name.
    #[must_use]
    pub fn at(self, origin: &str) -> Self {
        Self { relying_party: Arc::new(RelyingParty::of(origin)), ..self }
    }

    /// Whether there can be passkeys.
    #[must_use]
    pub fn has_passkeys(&self) -> bool {
        self.relying_party.is_some()
    }
}
