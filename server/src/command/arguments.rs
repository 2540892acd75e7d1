//! The command line.
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
    /// The command to run.
    #[command(subcommand)]
    pub command: Command,
}

/// The commands.
#[derive(Subcommand)]
pub enum Command {
    /// Migrates the database and serves the portal until it is stopped.
    Serve(Serve),
    /// Checks the portal for common faults and suggests remedies; fails if it finds a fault.
    Doctor(Doctor),
    /// Shows the settings and where each value comes from.
    Config(Show),
    /// Manages accounts without a browser.
    #[command(subcommand)]
    Account(Account),
    /// Manages organisations without a browser.
    #[command(subcommand)]
    Tenant(Tenant),
}

/// Options of `serve`.
#[derive(Args)]
pub struct Serve {
    /// How to serve the portal.
    #[command(flatten)]
    pub serving: Serving,
    /// Serves a demonstration with made-up people in a temporary database, deleted at the end; leaves --data and
    /// --database alone.
    #[arg(long)]
    pub demo: bool,
}
