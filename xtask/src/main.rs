//! The project's own commands: `cargo xtask run | test | build | bench | load | schema | dev`. Each command installs
//! its tools and says what it is doing. If a step fails, it names the step and the remedy.
mod bench;
mod dev;
mod faults;
mod http;
mod kind;
mod load;
mod portal;
mod postgres;
mod rates;
mod row;
mod schema;
mod site;
mod step;
mod test;
mod tools;
mod verdicts;

use anyhow::{Context, Result};
use clap::error::ErrorKind;
use clap::{Args, CommandFactory, Parser, Subcommand};
use kind::Kind;
use std::env;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

/// The portal's allocator, so that the measurements beside the portal allocate as it does.
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
        /// The part to run. Without it, every part runs.
        part: Option<test::Part>,
        /// Runs the large counts as well, and tests the release build beside the test build.
        #[arg(long)]
        full: bool,
        /// Options of the part's own runner, after `--`: of `cargo test` for `rust`, of `playwright test` for
        /// `browser`.
        #[arg(last = true)]
        more: Vec<String>,
    },
    /// Builds the site and the server; `--release` leaves the one file `target/release/portvakt`.
    Build(Build),
    /// Measures every figure that has a budget in the design.
    Bench,
    /// Tests the guard under load: the time of refusals, many sign-ins at once, many slow connections.
    Load,
    /// Stores a small database of the newest schema. The next migration is tested on it.
    Schema,
    /// Starts Portvakt and rebuilds and restarts it on every change.
    Dev {
        /// Options of `portvakt serve`, after `--`.
        #[arg(last = true)]
        serve: Vec<String>,
    },
}

#[derive(Args, Clone, Copy)]
struct Build {
    /// The released build: optimised, with the site inside the binary.
    #[arg(long)]
    release: bool,
    /// The build for the tests: lightly optimised, with the gallery and a clock that a test moves.
    #[arg(long, conflicts_with = "release")]
    qa: bool,
}

impl Build {
    const fn kind(self) -> Kind {
        match (self.release, self.qa) {
            (true, _) => Kind::Release,
            (_, true) => Kind::Qa,
            _ => Kind::Debug,
        }
    }
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
            let portvakt = options.kind().build()?;
            eprintln!("xtask: {} serve {}", portvakt.display(), serve.join(" "));
            // `exec` replaces this process, so that Ctrl-C and signals reach the portal.
            Err(Command::new(&portvakt).arg("serve").args(serve).exec()).context("start portvakt")
        }
        Task::Build(options) => options.kind().build().map(|portvakt| eprintln!("xtask: {}", portvakt.display())),
        Task::Test { part: None | Some(test::Part::Lint | test::Part::Faults), more, .. } if !more.is_empty() => {
            let wrong = "options after `--` go with `test rust` or `test browser`";
            Arguments::command().error(ErrorKind::ArgumentConflict, wrong).exit()
        }
        Task::Test { part, full, more } => test::test(part, full, &more),
        Task::Bench => bench::bench(&Kind::Release.build()?),
        Task::Load => load::load(&Kind::Release.build()?),
        Task::Schema => schema::keep(),
        Task::Dev { serve } => dev::dev(&serve),
    }
}

/// Cargo's target folder.
fn target() -> PathBuf {
    env::var_os("CARGO_TARGET_DIR").map_or_else(|| PathBuf::from("target"), PathBuf::from)
}
