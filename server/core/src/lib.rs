//! The services of Portvakt over a store. All of the portal's decisions are made here; there is no HTTP and there are
//! no pages.
//!
//! The domains stand in this order: `platform`, `evidence`, `directory`, `rules`, `post`, `authentication`, `person`,
//! `administration`, `operation`. A domain may use only the domains before it; a test keeps that order. Each domain's
//! modules are re-exported here. [`Core`] holds what every domain needs, so only this file knows all domains.
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
    audit_log, import, invitation, invitation_list, link_holder, outbox, policy_editor, setup, tenants, user,
};
use authentication::password_try;
pub use authentication::{
    hasher, known_device, link, lockout, passkey, password, reset, second_factor, security, session, sign_in, step_up,
};
pub use directory::{account, member, organisation, product, tenant};
pub use evidence::audit;
#[cfg(feature = "testing")]
pub use operation::testing;
pub use operation::{demo, examination, figures, housekeeping};
pub use person::{address, erasure, home, my_data, profile};
pub use platform::{caller, clock, error, flash, identifier, network, random, store, token, vault};
use platform::{civil, rate};
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

/// The state that every service needs. It is cheap to clone.
#[derive(Clone)]
pub struct Core {
    /// The database.
    pub store: Store,
    /// The clock.
    pub clock: Clock,
    /// The source of random bytes.
    pub random: Random,
    /// The vault with the keys.
    pub vault: Arc<Vault>,
    hasher: Arc<Hasher>,
    /// The password hash to verify when no account has the name, so that the refusal takes as long as for a known name.
    nobody: Arc<PasswordHash>,
    refused_after: Duration,
    blocklist: Arc<Blocklist>,
    sessions: Arc<Sessions>,
    checks: Arc<Checks>,
    lanes: Arc<Lanes>,
    operator: Arc<tenant::Recent>,
    /// The one permit to draw a logo: logos are drawn one at a time.
    drawing: Arc<Semaphore>,
    counting: Arc<policy_editor::Counting>,
    /// The site that the passkeys belong to. `None` before [`Core::at`] tells the origin, and if the origin has no host
    /// name.
    relying_party: Arc<Option<RelyingParty>>,
}

/// The settings of a [`Core`].
#[derive(Debug, Clone)]
pub struct CoreSettings {
    /// The database's address: `sqlite:PATH` or `postgres://…`.
    pub database: String,
    /// The most connections to PostgreSQL.
    pub connections: u32,
    /// The longest time that one statement may take on PostgreSQL.
    pub statement_timeout: Duration,
    /// The path of the master key file. The portal makes the file when the database is new.
    pub master_key: PathBuf,
    /// The cost of a password hash: it makes guessing a password from its hash slow.
    pub cost: Cost,
    /// The shortest time that a refused sign-in takes.
    pub refused_after: Duration,
    /// Whether a change waits until the disk has it. If not, a power cut may lose changes or damage the database. A
    /// database that is thrown away anyway needs no wait.
    pub durable: bool,
}

impl Core {
    /// Opens the database, migrates it, and opens the vault with the master key. If the database is new and the key
    /// file does not exist, makes a master key.
    ///
    /// # Errors
    /// If the database cannot be opened, or if the master key is missing, unsafe or another database's.
    pub async fn open(settings: &CoreSettings, clock: Clock, random: Random) -> Result<Self, CoreError> {
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
        // The platform's policy must be readable: its fault is found at the start, not at a person's sign-in.
        policy::platform(&core).await?;
        Ok(core)
    }

    /// This core, for browsers that reach it at `origin`. Passkeys belong to the origin's host name, if it has one.
    #[must_use]
    pub fn at(self, origin: &str) -> Self {
        Self { relying_party: Arc::new(RelyingParty::of(origin)), ..self }
    }

    /// Whether the portal can have passkeys.
    #[must_use]
    pub fn has_passkeys(&self) -> bool {
        self.relying_party.is_some()
    }
}
