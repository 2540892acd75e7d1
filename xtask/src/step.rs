//! Steps that report their progress and their remedy, and the programs that steps run.
use anyhow::{Context, Result, anyhow, bail};
use std::process::{Child, Command, ExitStatus};
use std::sync::{Mutex, OnceLock};
use std::time::{Duration, Instant};

/// The steps so far, each with its time.
static DONE: Mutex<Vec<(String, Duration)>> = Mutex::new(Vec::new());
/// When the first step began.
static BEGUN: OnceLock<Instant> = OnceLock::new();

/// The time of each step that took at least a second, and the time since the first one began: one line each. Some steps
/// run side by side, so their sum may be longer.
pub fn summary() -> String {
    let done = DONE.lock().map(|done| done.clone()).unwrap_or_default();
    let line = |what: &str, took: Duration| format!("{:>7.1} s  {what}\n", took.as_secs_f64());
    let long = done.iter().filter(|(_, took)| *took >= Duration::from_secs(1));
    let lines: String = long.map(|(what, took)| line(what, *took)).collect();
    lines + &line("in all", BEGUN.get().map(Instant::elapsed).unwrap_or_default())
}

/// Runs a step. Prints its name when it begins and its time when it ends. If it fails, the error has the cause and the
/// remedy. Steps are not nested.
pub fn step<T>(what: &str, remedy: &str, work: impl FnOnce() -> Result<T>) -> Result<T> {
    eprintln!("xtask: {what} …");
    let begun = Instant::now();
    BEGUN.get_or_init(|| begun);
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

/// Runs a program and waits for its end. Fails if the program fails.
pub fn run(command: &mut Command) -> Result<()> {
    let program = command.get_program().to_string_lossy().into_owned();
    let status = command.status().with_context(|| format!("{program} does not start"))?;
    if !status.success() {
        bail!("{program} ended with {status}");
    }
    Ok(())
}

/// The output of a program, trimmed. `None` if the program does not start or fails.
pub fn output(program: &str, arguments: &[&str]) -> Option<String> {
    let output = Command::new(program).args(arguments).output().ok().filter(|o| o.status.success())?;
    Some(String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

/// Sends SIGTERM to a program and waits until it has ended.
pub fn terminate(child: &mut Child) -> Result<ExitStatus> {
    // A program that has already ended is not signalled: its process id may belong to another program by now.
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
