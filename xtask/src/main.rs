//! The project's own commands: `cargo xtask run | test | build | bench | load | dev`. Each installs what it needs, says what it
//! is doing, and names the step that failed and the remedy.
mod bench;
mod dev;
mod faults;
mod http;
mod load;
mod portal;
mod postgres;
mod rates;
mod row;
mod site;
mod step;
mod test;
mod tools;
mod verdicts;

use anyhow::{Context, Result};
use clap::error::ErrorKind;
use clap::{Args, CommandFactory, Parser, Subcommand};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::{env, fs};
use step::{run, step};

/// The portal's, so that what is measured beside it allocates as it does.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// The project's own commands.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
struct Arguments {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Builds Portvakt and starts it on the embedded SQLite.
    Run {
        #[command(flatten)]
        build: Build,
        /// Options of `portvakt serve`, after `--`.
        #[arg(last = true)]
        serve: Vec<String>,
    },
    /// Runs every check, or one part of them.
    Test {
        /// All parts without this.
        part: Option<test::Part>,
        /// Options of a part's own runner, after `--`: of `cargo test` for `rust`, of `playwright test` for `browser`.
        #[arg(last = true)]
        more: Vec<String>,
    },
    /// Builds the site and the server; `--release` leaves the one file `target/release/portvakt`.
    Build(Build),
    /// Measures what the design gives a budget.
    Bench,
    /// Tries the guard under load: how long refusals take, many sign-ins at once, many slow connections.
    Load,
    /// Starts Portvakt and rebuilds and restarts it on every change.
    Dev {
        /// Options of `portvakt serve`, after `--`.
        #[arg(last = true)]
        serve: Vec<String>,
    },
}

#[derive(Args, Clone, Copy)]
struct Build {
    /// Optimised, with the site inside the binary.
    #[arg(long)]
    release: bool,
}

fn main() -> ExitCode {
    let task = Arguments::parse().task;
    match go(task) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("xtask: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn go(task: Task) -> Result<()> {
    env::set_current_dir(Path::new(env!("CARGO_MANIFEST_DIR")).parent().context("no parent folder")?)?;
    match task {
        Task::Run { build: options, serve } => {
            let portvakt = build(options.release)?;
            eprintln!("xtask: {} serve {}", portvakt.display(), serve.join(" "));
            // In the place of this process, so that Ctrl-C and signals reach it.
            Err(Command::new(&portvakt).arg("serve").args(serve).exec()).context("start portvakt")
        }
        Task::Build(options) => build(options.release).map(|portvakt| eprintln!("xtask: {}", portvakt.display())),
        Task::Test { part: None | Some(test::Part::Lint | test::Part::Faults), more } if !more.is_empty() => {
            let wrong = "options after `--` go with `test rust` or `test browser`";
            Arguments::command().error(ErrorKind::ArgumentConflict, wrong).exit()
        }
        Task::Test { part, more } => test::test(part, &more),
        Task::Bench => bench::bench(&build(true)?),
        Task::Load => load::load(&build(true)?),
        Task::Dev { serve } => dev::dev(&serve),
    }
}

/// Builds the site and then the server, which holds it in a release build; the binary's path.
fn build(release: bool) -> Result<PathBuf> {
    tools::prerequisites()?;
    site::build(release)?;
    server(release)
}

/// Builds the server alone; the binary's path.
fn server(release: bool) -> Result<PathBuf> {
    step(
        if release { "build the server, optimised" } else { "build the server" },
        "read the compiler's message",
        || {
            let mut cargo = Command::new("cargo");
            cargo.args(["build", "--locked", "--package", "portvakt"]).args(release.then_some("--release"));
            run(&mut cargo)
        },
    )?;
    binary(release)
}

/// The path of the server that was built.
fn binary(release: bool) -> Result<PathBuf> {
    let path = target().join(if release { "release" } else { "debug" }).join("portvakt");
    fs::canonicalize(&path).with_context(|| path.display().to_string())
}

/// Where cargo puts what it builds.
fn target() -> PathBuf {
    env::var_os("CARGO_TARGET_DIR").map_or_else(|| PathBuf::from("target"), PathBuf::from)
}
