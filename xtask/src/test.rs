//! Every check: format, lints, the Rust tests on both databases, both builds in a real browser, and faults.
use crate::postgres::Postgres;
use crate::step::{run, step};
use crate::{build, faults, tools, verdicts};
use anyhow::Result;
use clap::ValueEnum;
use std::process::Command;

/// A part of the checks.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Part {
    /// Format and lints.
    Lint,
    /// The Rust tests, on SQLite and on a private PostgreSQL.
    Rust,
    /// The release binary in a real Chromium, and the debug one where only that has what is tried.
    Browser,
    /// The release binary killed, its database crashed, and what is left.
    Faults,
}

/// Runs one part, or all of them.
pub fn test(part: Option<Part>, more: &[String]) -> Result<()> {
    tools::prerequisites()?;
    let wanted = |this| part.is_none_or(|part| part == this);
    if wanted(Part::Lint) {
        lint()?;
    }
    if wanted(Part::Rust) {
        rust(more)?;
    }
    if wanted(Part::Browser) {
        browser(more)?;
    }
    if wanted(Part::Faults) {
        faults::faults(&build(true)?)?;
    }
    Ok(())
}

fn lint() -> Result<()> {
    step("check the format", "cargo fmt --all", || run(Command::new("cargo").args(["fmt", "--all", "--check"])))?;
    let clippy = |what, arguments: &[&str]| {
        step(what, "mend what is named", || {
            let mut cargo = Command::new("cargo");
            run(cargo.args(["clippy", "--locked"]).args(arguments).args(["--", "-D", "warnings"]))
        })
    };
    step("check the types of the browser's tests", "mend what is named", || {
        run(Command::new("npx").args(["tsc", "--project", "."]).current_dir("end2end"))
    })?;
    clippy("lint everything", &["--workspace", "--all-targets"])?;
    clippy(
        "lint the app as the browser gets it",
        &[
            "--package",
            "portvakt_app",
            "--lib",
            "--no-default-features",
            "--features",
            "hydrate",
            "--target",
            "wasm32-unknown-unknown",
        ],
    )
}

fn rust(more: &[String]) -> Result<()> {
    if more.is_empty() {
        verdicts::verdicts()?;
    }
    let postgres = step("start a private PostgreSQL", "cd end2end && npm ci", Postgres::start)?;
    step("run the Rust tests", "mend the test that is named, or the code", || {
        let mut cargo = Command::new("cargo");
        cargo.args(["test", "--locked", "--no-fail-fast"]).env("TEST_POSTGRES", postgres.url());
        if more.is_empty() {
            cargo.arg("--workspace");
        }
        run(cargo.args(more))
    })
}

fn browser(more: &[String]) -> Result<()> {
    let chromium = tools::chromium()?;
    // What people get, and a debug build for what only that has: the gallery of parts.
    let (debug, portvakt) = (build(false)?, build(true)?);
    step("run the tests in the browser", "mend the test that is named; its trace is in end2end/test-results", || {
        let mut playwright = Command::new("npx");
        playwright.args(["playwright", "test"]).args(more).current_dir("end2end");
        playwright.env("PORTVAKT", &portvakt).env("DEBUG_PORTVAKT", &debug);
        if let Some(chromium) = &chromium {
            playwright.env("CHROMIUM", chromium);
        }
        run(&mut playwright)
    })
}
