//! Steps that say what they are doing, and what to do when they fail; and the programs that they run.
use anyhow::{Context, Result, anyhow, bail};
use std::process::{Child, Command, ExitStatus};
use std::sync::Mutex;
use std::time::{Duration, Instant};

/// What ran so far, and how long it took.
static DONE: Mutex<Vec<(String, Duration)>> = Mutex::new(Vec::new());

/// What each step took that was at least a second long, and the sum of all: a line each.
pub fn summary() -> String {
    let done = DONE.lock().map(|done| done.clone()).unwrap_or_default();
    let line = |what: &str, took: Duration| format!("{:>7.1} s  {what}\n", took.as_secs_f64());
    let long = done.iter().filter(|(_, took)| *took >= Duration::from_secs(1));
    let lines: String = long.map(|(what, took)| line(what, *took)).collect();
    lines + &line("in all", done.iter().map(|(_, took)| *took).sum())
}

/// Runs a step: says what it is at its beginning, how long it took at its end, and the cause and remedy if it failed. Steps do
/// not contain each other.
pub fn step<T>(what: &str, remedy: &str, work: impl FnOnce() -> Result<T>) -> Result<T> {
    eprintln!("xtask: {what} …");
    let begun = Instant::now();
    let done = work().map_err(|error| anyhow!("{what} failed: {error:#}\nremedy: {remedy}"));
    let took = begun.elapsed();
    if done.is_ok() {
        eprintln!("xtask: {what}: {:.1} s", took.as_secs_f64());
    }
    if let Ok(mut all) = DONE.lock() {
        all.push((what.to_owned(), took));
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

/// Asks a program to end, with SIGTERM, and waits until it has.
pub fn terminate(child: &mut Child) -> Result<ExitStatus> {
    // One that has ended already is not signalled: its number may be another's by now.
    if let Some(status) = child.try_wait()? {
        return Ok(status);
    }
    if run(Command::new("kill").arg(child.id().to_string())).is_err() {
        child.kill()?;
    }
    Ok(child.wait()?)
}

#[test]
fn a_failed_step_tells_its_cause_and_then_the_remedy() {
    let failed = step("bake", "light the oven", || Err::<(), _>(anyhow!("cold").context("no bread")));
    assert_eq!(format!("{:#}", failed.unwrap_err()), "bake failed: no bread: cold\nremedy: light the oven");
}

#[test]
fn a_program_is_ended_once_and_its_status_stays() {
    let mut child = Command::new("sleep").arg("60").spawn().unwrap();
    let first = terminate(&mut child).unwrap();
    assert!(!first.success());
    assert_eq!(terminate(&mut child).unwrap(), first);
}
