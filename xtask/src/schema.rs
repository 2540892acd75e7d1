//! `cargo xtask schema`: stores a small database of the newest schema, for the test that migrates earlier databases.
use crate::step::{run, step};
use crate::target;
use anyhow::{Context, Result, ensure};
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

pub fn keep() -> Result<()> {
    let version = newest()?;
    let kept = Path::new("server/core/tests/schema").join(format!("{version}.sql"));
    step("print a database of the newest schema", "read the compiler's message", || {
        ensure!(!kept.exists(), "{} is kept: what a released version wrote does not change", kept.display());
        // With the packages of the tests, so that their crates are not compiled for other features.
        let mut cargo = Command::new("cargo");
        cargo.args(["build", "--locked", "--profile", "qa", "--workspace", "--exclude", "xtask"]);
        run(cargo.args(["--features", "portvakt/qa", "--example", "schema"]))?;
        let done = Command::new(target().join("qa/examples/schema")).stderr(Stdio::inherit()).output()?;
        ensure!(done.status.success(), "the command ended with {}", done.status);
        fs::write(&kept, done.stdout).with_context(|| kept.display().to_string())
    })?;
    eprintln!("xtask: {}", kept.display());
    Ok(())
}

/// The number of the newest migration, as its file's name has it.
fn newest() -> Result<String> {
    let mut names = Vec::new();
    for entry in fs::read_dir("server/migrations")? {
        names.extend(entry?.file_name().into_string().ok());
    }
    let newest = names.iter().filter_map(|name| name.split_once('_')).map(|(version, _)| version).max();
    newest.map(str::to_owned).context("server/migrations has no migration")
}
