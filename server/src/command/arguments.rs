//! The command line: what can be asked of the program.
use super::account::Account;
use super::doctor::Doctor;
use super::place::Serving;
use super::show::Show;
use super::tenant::Tenant;
use clap::{Args, Parser, Subcommand};

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
