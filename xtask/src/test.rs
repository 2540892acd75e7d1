//! `cargo xtask test`: format, lints, the Rust tests on both databases, the program in a real browser, and faults.
use crate::kind::Kind;
use crate::postgres::Postgres;
use crate::step::{run, step, summary};
use crate::tools::WASM;
use crate::{faults, site, tools, verdicts};
use anyhow::Result;
use clap::ValueEnum;
use std::collections::BTreeMap;
use std::fs;
use std::process::Command;

/// A part of the checks.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Part {
    /// Format and lints.
    Lint,
    /// The Rust tests, on SQLite and on a private PostgreSQL.
    Rust,
    /// The program in a real Chromium.
    Browser,
    /// The program killed and its database crashed, and no change lost.
    Faults,
}

/// Runs one part, or all of them, and prints the time of each step. `full` uses the large counts, and tests the release
/// build beside the test build.
pub fn test(part: Option<Part>, full: bool, more: &[String]) -> Result<()> {
    tools::prerequisites()?;
    let done = parts(part, full, more);
    eprint!("{}", summary());
    done
}

fn parts(part: Option<Part>, full: bool, more: &[String]) -> Result<()> {
    let wanted = |this| part.is_none_or(|part| part == this);
    if wanted(Part::Lint) {
        lint()?;
    }
    if wanted(Part::Rust) {
        rust(full, more)?;
    }
    if wanted(Part::Browser) {
        browser(full, more)?;
    }
    if wanted(Part::Faults) {
        faults::faults(&if full { Kind::Release } else { Kind::Qa }.build()?, full)?;
    }
    Ok(())
}

fn lint() -> Result<()> {
    step("check the format", "cargo fmt --all", || run(Command::new("cargo").args(["fmt", "--all", "--check"])))?;
    let clippy = |what, arguments: &[&str]| {
        step(what, "mend what is named", || {
            // In the profile of the tests, because the tests compile its build scripts and macros anyway.
            let mut cargo = Command::new("cargo");
            run(cargo.args(["clippy", "--locked", "--profile", "qa"]).args(arguments).args(["--", "-D", "warnings"]))
        })
    };
    step("check the types of the browser's tests", "mend what is named", || {
        run(Command::new("npx").args(["tsc", "--project", "."]).current_dir("end2end"))
    })?;
    clippy("lint everything", &["--workspace", "--all-targets", "--features", "portvakt/qa"])?;
    let app = ["--package", "portvakt_app", "--lib", "--no-default-features", "--features", "hydrate,qa"];
    clippy("lint the app as the browser gets it", &[&app[..], &["--target", WASM]].concat())?;
    step("check the licences and sources of the crates", "mend what is named, or deny.toml", || {
        run(Command::new(tools::cargo_deny()?).args(["--locked", "check", "licenses", "bans", "sources"]))
    })
}

fn rust(full: bool, more: &[String]) -> Result<()> {
    if more.is_empty() {
        verdicts::verdicts()?;
    }
    let cargo = || {
        let mut cargo = Command::new("cargo");
        cargo.args(["test", "--locked", "--profile", "qa"]);
        if more.is_empty() {
            // Without xtask, whose crates would ask for other features of those that the program has as well.
            cargo.args(["--workspace", "--exclude", "xtask", "--features", "portvakt/qa"]);
        }
        cargo
    };
    if more.is_empty() {
        // `--tests` leaves out the examples, which take a minute each and test nothing.
        step("compile the Rust tests", "read the compiler's message", || run(cargo().args(["--tests", "--no-run"])))?;
    }
    let postgres = step("start a private PostgreSQL", "cd end2end && npm ci", Postgres::start)?;
    let times = tempfile::NamedTempFile::new()?;
    let ran = step("run the Rust tests", "mend the test that is named, or the code", || {
        let mut cargo = cargo();
        cargo.arg("--no-fail-fast").env("TEST_POSTGRES", postgres.url()).env("TEST_TIMES", times.path());
        cargo.env("TEST_FULL", if full { "1" } else { "" });
        run(cargo.args(more.is_empty().then_some("--tests")).args(more))
    });
    eprint!("{}", slowest(&fs::read_to_string(times.path())?));
    ran?;
    if more.is_empty() {
        step("run the examples of the documentation", "mend the example that is named", || run(cargo().arg("--doc")))?;
        step("run the tests of these commands", "mend the test that is named, or the code", || {
            run(Command::new("cargo").args(["test", "--locked", "--profile", "qa", "--package", "xtask"]))
        })?;
    }
    Ok(())
}

/// The twenty slowest tests of those that wrote `MILLISECONDS<TAB>NAME`, and the sum of all: one line each.
fn slowest(times: &str) -> String {
    let mut all: Vec<(u64, &str)> = times
        .lines()
        .filter_map(|line| line.split_once('\t'))
        .filter_map(|(millis, name)| Some((millis.parse().ok()?, name)))
        .collect();
    all.sort_by(|a, b| b.cmp(a));
    let line = |millis: u64, name: &str| format!("{:>7}.{} s  {name}\n", millis / 1000, millis % 1000 / 100);
    let lines: String = all.iter().take(20).map(|(millis, name)| line(*millis, name)).collect();
    if all.is_empty() { lines } else { lines + &line(all.iter().map(|(millis, _)| millis).sum(), "in all tests") }
}

fn browser(full: bool, more: &[String]) -> Result<()> {
    let chromium = tools::chromium()?;
    if full {
        site::reproduce(Kind::Release)?;
    }
    let qa = Kind::Qa.build()?;
    let mut programs = BTreeMap::from([("QA_PORTVAKT", qa)]);
    if full {
        programs.insert("PORTVAKT", Kind::Release.build()?);
    }
    step("run the tests in the browser", "mend the test that is named; its trace is in end2end/test-results", || {
        let mut playwright = Command::new("npx");
        playwright.args(["playwright", "test"]).args(more).current_dir("end2end").envs(&programs);
        if let Some(chromium) = &chromium {
            playwright.env("CHROMIUM", chromium);
        }
        run(&mut playwright)
    })
}

#[test]
fn the_slowest_tests_come_first_and_the_sum_last() {
    let times = "20\ta\n1500\tb\nnothing\n400\tc\n";
    assert_eq!(slowest(times), "      1.5 s  b\n      0.4 s  c\n      0.0 s  a\n      1.9 s  in all tests\n");
    assert_eq!(slowest(""), "");
}
