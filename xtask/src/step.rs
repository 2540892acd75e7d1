//! Steps that say what they are doing, and what to do when they fail.
use anyhow::{Context, Result, bail};
use std::process::Command;
use std::time::Instant;

/// Runs a step: says what it is at its beginning, how long it took at its end, and the remedy if it failed.
pub fn step<T>(what: &str, remedy: &str, work: impl FnOnce() -> Result<T>) -> Result<T> {
    eprintln!("xtask: {what} …");
    let begun = Instant::now();
    let done = work().with_context(|| format!("{what} failed\nremedy: {remedy}\ncause"));
    if done.is_ok() {
        eprintln!("xtask: {what}: {:.1} s", begun.elapsed().as_secs_f64());
    }
    done
}

/// Runs a program to its end.
pub fn run(command: &mut Command) -> Result<()> {
    let program = command.get_program().to_string_lossy().into_owned();
    let status = command.status().with_context(|| format!("{program} does not start"))?;
    if !status.success() {
        bail!("{program} ended with {status}");
    }
    Ok(())
}

/// What a program prints, without the space around it. `None` if it does not start or fails.
pub fn output(program: &str, arguments: &[&str]) -> Option<String> {
    let output = Command::new(program).args(arguments).output().ok().filter(|o| o.status.success())?;
    Some(String::from_utf8_lossy(&output.stdout).trim().to_owned())
}
