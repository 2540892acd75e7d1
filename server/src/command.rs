//! The command line: what can be asked of the program, and the commands that are not `serve`.
mod tenant;

pub use tenant::Tenant;

use crate::base::Base;
use crate::config::{Config, Flag, Form, Secret, Settings, list, reference};
use crate::import::Import;
use anyhow::{Context, Result, anyhow, bail};
use clap::{Args, Parser, Subcommand};
use portvakt_core::clock::Clock;
use portvakt_core::error::CoreError;
use portvakt_core::hasher::Cost;
use portvakt_core::random::Random;
use portvakt_core::sign_in::REFUSED_AFTER;
use portvakt_core::store::sqlite_url;
use portvakt_core::{Core, lockout, policy, reset, second_factor};
use portvakt_model::fault::Refusal;
use portvakt_model::link::LinkKind;
use std::fs::{DirBuilder, OpenOptions};
use std::io::ErrorKind;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

/// The sign-in, account and access portal in front of a vendor's products.
#[derive(Parser)]
#[command(version, about)]
pub struct Arguments {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// What to do.
#[derive(Subcommand)]
pub enum Command {
    /// Migrates the database and serves the portal until it is told to stop.
    Serve(Serve),
    /// Looks for what commonly goes wrong, and says the remedy; fails if the portal cannot be served well.
    Doctor(Doctor),
    /// Shows what is set, and where each value comes from.
    Config(Show),
    /// Looks after accounts without a browser.
    #[command(subcommand)]
    Account(Account),
    /// Looks after organisations without a browser.
    #[command(subcommand)]
    Tenant(Tenant),
}

/// Looks after accounts without a browser.
#[derive(Subcommand)]
pub enum Account {
    /// Prints a link with which an owner who is locked out chooses a new password.
    Recover {
        /// The owner's email address.
        email: String,
        /// Where the portal is.
        #[command(flatten)]
        place: Place,
    },
    /// Gives the people of another program's file an account, with the passwords that they have there.
    Import(Import),
    /// Takes the second factor away from a person who has lost it and whom nobody else can help.
    ResetSecondFactor {
        /// The person's email address.
        email: String,
        /// Where the portal is.
        #[command(flatten)]
        place: Place,
    },
    /// Lets a person sign in again at once whom wrong tries have locked out.
    Unlock {
        /// The person's email address.
        email: String,
        /// Where the portal is.
        #[command(flatten)]
        place: Place,
    },
}

/// Options of `serve`.
#[derive(Args)]
pub struct Serve {
    /// How it is served.
    #[command(flatten)]
    pub serving: Serving,
    /// Serves made-up people in a temporary database, which is gone at the end; --data and --database are not touched.
    #[arg(long)]
    pub demo: bool,
}

/// Options of `doctor`.
#[derive(Args)]
pub struct Doctor {
    /// How it is served.
    #[command(flatten)]
    pub serving: Serving,
    /// The copy of the master key that is kept elsewhere, to see that it is one.
    #[arg(long, value_name = "FILE")]
    pub key_copy: Option<PathBuf>,
    /// Sends a test mail to this address.
    #[arg(long, value_name = "ADDRESS")]
    pub mail_to: Option<String>,
    /// As a JSON array.
    #[arg(long)]
    pub json: bool,
}

/// How a portal is served.
#[derive(Args)]
pub struct Serving {
    /// Where the portal is.
    #[command(flatten)]
    pub place: Place,
    /// The certificate for TLS, in PEM; read again when the file changes.
    #[arg(long, value_name = "FILE")]
    pub tls_cert: Option<String>,
    /// Its private key, in PEM.
    #[arg(long, value_name = "FILE")]
    pub tls_key: Option<String>,
    /// The networks of the reverse proxy that encrypts instead, separated by commas.
    #[arg(long, value_name = "NETWORKS")]
    pub behind_proxy: Option<String>,
}

impl Serving {
    /// What holds.
    ///
    /// # Errors
    /// As [`Settings::read`].
    pub fn settings(&self) -> Result<Settings> {
        self.place.settings(&[
            (self.tls_cert.clone(), "tls", "cert", "--tls-cert"),
            (self.tls_key.clone(), "tls", "key", "--tls-key"),
            (self.behind_proxy.clone(), "proxy", "trusted", "--behind-proxy"),
        ])
    }
}

/// Options of `config`.
#[derive(Args)]
pub struct Show {
    /// Where the portal is.
    #[command(flatten)]
    pub place: Place,
    /// As a JSON array.
    #[arg(long)]
    pub json: bool,
    /// Every setting there is, in Markdown, instead.
    #[arg(long, conflicts_with = "json")]
    pub reference: bool,
}

/// Where the portal keeps its things and where it is reached. Each goes over the file and the variables.
#[derive(Args)]
pub struct Place {
    /// The TOML file with the settings; `portvakt.toml`, if it is there.
    #[arg(long, env = "PORTVAKT_CONFIG", value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// Folder of the database and the master key; made if it is not there.
    #[arg(long, value_name = "FOLDER")]
    pub data: Option<String>,
    /// Another database than the file `portvakt.db` in the data folder: `postgres://…`.
    #[arg(long, value_name = "URL")]
    pub database: Option<String>,
    /// Where to listen: `localhost:PORT`, or an address and a port.
    #[arg(long, value_name = "ADDRESS")]
    pub listen: Option<String>,
    /// How browsers reach the portal: `https://HOST`.
    #[arg(long, value_name = "ORIGIN")]
    pub origin: Option<String>,
}

/// The database's file in the data folder.
pub(crate) const FILE: &str = "portvakt.db";
/// The master key's.
pub(crate) const MASTER_KEY: &str = "master.key";

impl Place {
    /// What holds, with more flags than the place's own.
    ///
    /// # Errors
    /// As [`Settings::read`].
    pub fn settings(&self, more: &[Flag]) -> Result<Settings> {
        let own = [
            (self.data.clone(), "server", "data", "--data"),
            (self.database.clone(), "database", "url", "--database"),
            (self.listen.clone(), "server", "listen", "--listen"),
            (self.origin.clone(), "server", "origin", "--origin"),
        ];
        Settings::read(self.config.as_deref(), &[&own, more].concat())
    }

    /// Opens the services of a portal that is there.
    ///
    /// # Errors
    /// As [`open`].
    pub(crate) async fn open(&self) -> Result<(Core, Config)> {
        let config = self.settings(&[])?.config;
        Ok((open(&config, false).await?, config))
    }
}

/// What the services are opened with. `new` makes the data folder and the database's file.
pub(crate) fn core_settings(config: &Config, new: bool) -> Result<portvakt_core::Settings> {
    let data = &config.server.data;
    let file = data.join(FILE);
    let url = config.database.url.as_ref().map(Secret::reveal);
    let database = match url {
        Some(url) if url.starts_with("postgres://") || url.starts_with("postgresql://") => url.to_owned(),
        Some(_) => bail!("database.url takes postgres://…; for SQLite, say where with --data"),
        None => sqlite_url(&file),
    };
    if new {
        make_private_folder(data)?;
        if url.is_none() {
            make_private_file(&file)?;
        }
    } else if url.is_none() && !file.exists() {
        bail!("there is no portal in {}: say where it is with --data", data.display());
    }
    Ok(portvakt_core::Settings {
        database,
        connections: config.database.connections,
        statement_timeout: config.database.statement_timeout,
        master_key: data.join(MASTER_KEY),
        cost: Cost::DEFAULT,
        refused_after: REFUSED_AFTER,
        durable: true,
    })
}

/// Opens the services. `new` makes what is not there.
///
/// # Errors
/// As [`Core::open`], in one line.
pub async fn open(config: &Config, new: bool) -> Result<Core> {
    let settings = core_settings(config, new)?;
    Core::open(&settings, clock(), Random::system()).await.map_err(in_one_line)
}

/// The system's clock. In a build for tests it is ahead by the number of seconds in the file that `CLOCK_AHEAD` names, so that a
/// browser test can let time pass.
fn clock() -> Clock {
    #[cfg(feature = "qa")]
    if let Some(file) = std::env::var_os("CLOCK_AHEAD") {
        let system = Clock::system();
        return Clock::new(move || {
            let secs = std::fs::read_to_string(&file).ok().and_then(|secs| secs.trim().parse().ok());
            system.now().plus_secs(secs.unwrap_or_default())
        });
    }
    Clock::system()
}

/// Why the services do not open.
pub(crate) fn in_one_line(error: CoreError) -> anyhow::Error {
    match error {
        CoreError::Failed(failure) => failure.into(),
        CoreError::Refused(_) | CoreError::Contention => {
            anyhow!("the database does not answer: see that it runs, and that database.url names it")
        }
    }
}

/// Makes a folder that nobody else can look into.
pub(crate) fn make_private_folder(path: &Path) -> Result<()> {
    let made = DirBuilder::new().recursive(true).mode(0o700).create(path);
    made.with_context(|| format!("the data folder {} cannot be made: choose another with --data", path.display()))
}

/// Makes an empty file that nobody else can read, unless it is there. SQLite gives its log files the same mode.
fn make_private_file(path: &Path) -> Result<()> {
    match OpenOptions::new().write(true).create_new(true).mode(0o600).open(path) {
        Ok(_) => Ok(()),
        Err(e) if e.kind() == ErrorKind::AlreadyExists => Ok(()),
        Err(e) => {
            Err(e).with_context(|| format!("{} cannot be written: choose another folder with --data", path.display()))
        }
    }
}

/// Prints what is set.
///
/// # Errors
/// If a setting is wrong.
pub fn show(show: &Show) -> Result<()> {
    if show.reference {
        print!("{}", reference());
        return Ok(());
    }
    let settings = show.place.settings(&[])?;
    print!("{}", list(&settings.found, if show.json { Form::Json } else { Form::Toml }));
    Base::of(&settings.config).map(drop)
}

/// Prints a reset link for an owner.
///
/// # Errors
/// If there is no such owner, or no portal.
pub async fn recover(place: &Place, email: &str) -> Result<()> {
    let (core, config) = place.open().await?;
    let base = Base::of(&config)?;
    let links = policy::platform(&core).await.map_err(in_one_line)?.links;
    let done = reset::recover(&core, email).await;
    core.store.close().await;
    match done {
        Ok(token) => {
            let minutes = LinkKind::Reset.lifetime_secs(links) / 60;
            println!("Choose a new password here, within {minutes} minutes: {}", base.link(LinkKind::Reset, &token));
            Ok(())
        }
        Err(CoreError::Refused(Refusal::NotFound)) => {
            bail!("{email} owns no organisation here: an owner or administrator can help everybody else")
        }
        Err(CoreError::Failed(failure)) => Err(failure.into()),
        Err(other) => Err(other.into()),
    }
}

/// Opens what wrong tries have closed for an account.
///
/// # Errors
/// If there is no such account, or no portal.
pub async fn unlock(place: &Place, email: &str) -> Result<()> {
    let (core, _) = place.open().await?;
    let done = lockout::unlock(&core, email).await;
    core.store.close().await;
    match done {
        Ok(()) => {
            println!("{email} can sign in again, from anywhere and at once.");
            Ok(())
        }
        Err(CoreError::Refused(Refusal::NotFound)) => bail!("{email} has no account here: look for a misspelling"),
        Err(CoreError::Failed(failure)) => Err(failure.into()),
        Err(other) => Err(other.into()),
    }
}

/// Takes an account's second factor away.
///
/// # Errors
/// If there is no such account, or it has none, or no portal.
pub async fn reset_second_factor(place: &Place, email: &str) -> Result<()> {
    let (core, _) = place.open().await?;
    let done = second_factor::reset(&core, email).await;
    core.store.close().await;
    match done {
        Ok(()) => {
            println!("{email} signs in with the password alone, and is signed out everywhere.");
            Ok(())
        }
        Err(CoreError::Refused(Refusal::NotFound)) => {
            bail!("{email} has no account here, or no second factor: look for a misspelling")
        }
        Err(CoreError::Failed(failure)) => Err(failure.into()),
        Err(other) => Err(other.into()),
    }
}
