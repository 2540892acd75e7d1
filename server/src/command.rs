//! The command line: what can be asked of the program, and the commands that are not `serve`.
use crate::base::Base;
use anyhow::{Context, Result, bail};
use clap::{Args, Parser, Subcommand};
use portvakt_core::clock::Clock;
use portvakt_core::error::CoreError;
use portvakt_core::hasher::Cost;
use portvakt_core::random::Random;
use portvakt_core::sign_in::REFUSED_AFTER;
use portvakt_core::store::sqlite_url;
use portvakt_core::{Core, Settings, lockout, reset};
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
    /// Looks after accounts without a browser.
    #[command(subcommand)]
    Account(Account),
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
    /// Where the portal is.
    #[command(flatten)]
    pub place: Place,
    /// Serves made-up people in a temporary database, which is gone at the end; --data and --database are not touched.
    #[arg(long)]
    pub demo: bool,
}

/// Where the portal keeps its things and where it is reached.
#[derive(Args)]
pub struct Place {
    /// Folder of the database and the master key; made if it is not there.
    #[arg(long, env = "PORTVAKT_DATA", default_value = "data")]
    pub data: PathBuf,
    /// Another database than the file `portvakt.db` in the data folder: `postgres://…`.
    #[arg(long, env = "PORTVAKT_DATABASE", hide_env_values = true)]
    pub database: Option<String>,
    /// Address and port, on this machine only: both `127.0.0.1` and `::1` are served.
    #[arg(long, env = "PORTVAKT_LISTEN", default_value = "localhost:3000")]
    pub listen: String,
}

impl Place {
    const FILE: &str = "portvakt.db";

    /// What the services are opened with. `new` makes the data folder and the database's file.
    ///
    /// # Errors
    /// If the folder or the file cannot be made, or there is none to open.
    fn settings(&self, new: bool) -> Result<Settings> {
        let file = self.data.join(Self::FILE);
        let database = match &self.database {
            Some(url) if url.starts_with("postgres://") || url.starts_with("postgresql://") => url.clone(),
            Some(_) => bail!("--database takes postgres://…; for SQLite, say where with --data"),
            None => sqlite_url(&file),
        };
        if new {
            make_private_folder(&self.data)?;
            if self.database.is_none() {
                make_private_file(&file)?;
            }
        } else if self.database.is_none() && !file.exists() {
            bail!("there is no portal in {}: say where it is with --data", self.data.display());
        }
        let master_key = self.data.join("master.key");
        Ok(Settings { database, master_key, cost: Cost::DEFAULT, refused_after: REFUSED_AFTER, durable: true })
    }

    /// Opens the services.
    ///
    /// # Errors
    /// As [`Core::open`], in one line.
    pub async fn open(&self, new: bool) -> Result<Core> {
        let settings = self.settings(new)?;
        Core::open(&settings, Clock::system(), Random::system()).await.map_err(|e| match e {
            CoreError::Failed(failure) => failure.into(),
            other => anyhow::Error::from(other).context("the database does not answer"),
        })
    }
}

/// Makes a folder that nobody else can look into.
fn make_private_folder(path: &Path) -> Result<()> {
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

/// Prints a reset link for an owner.
///
/// # Errors
/// If there is no such owner, or no portal.
pub async fn recover(place: &Place, email: &str) -> Result<()> {
    let base = Base::of_listen(&place.listen)?;
    let core = place.open(false).await?;
    match reset::recover(&core, email).await {
        Ok(token) => {
            let minutes = LinkKind::Reset.lifetime_secs() / 60;
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
    let core = place.open(false).await?;
    match lockout::unlock(&core, email).await {
        Ok(()) => {
            println!("{email} can sign in again, from anywhere and at once.");
            Ok(())
        }
        Err(CoreError::Refused(Refusal::NotFound)) => bail!("{email} has no account here: look for a misspelling"),
        Err(CoreError::Failed(failure)) => Err(failure.into()),
        Err(other) => Err(other.into()),
    }
}
