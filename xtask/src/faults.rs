//! Makes the faults that a portal must survive, and checks afterwards that every acknowledged change is still there.
use crate::http::{Answer, ask, post};
use crate::portal::{EMAIL, PASSWORD, Server, accepted, free_port, set_up};
use crate::postgres::Postgres;
use crate::row::{Row, table};
use crate::step::step;
use anyhow::{Context, Result, anyhow, ensure};
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

const WRITERS: usize = 4;
/// The number of clients that sign in while the portal is told to end.
const AT_THE_END: usize = 100;
/// The longest time until a portal answers again.
const BACK_SECS: f64 = 5.0;
const REMEDY: &str = "start it by hand, end it with kill -9, and look at it with `portvakt doctor`";

/// Makes the faults, measures and prints. Fails if a change was lost. `full` makes each fault more often.
pub fn faults(portvakt: &Path, full: bool) -> Result<()> {
    let (rounds, restarts) = if full { (50, 5) } else { (8, 2) };
    let mut rows = step("kill it while it writes to SQLite", REMEDY, || kills(portvakt, None, rounds))?;
    let postgres = step("start a private PostgreSQL", "cd end2end && npm ci", Postgres::start)?;
    let url = postgres.url();
    rows.extend(step("kill it while it writes to PostgreSQL", REMEDY, || kills(portvakt, Some(&url), rounds))?);
    let postgres = step("start another PostgreSQL", "cd end2end && npm ci", Postgres::start)?;
    rows.extend(step("crash PostgreSQL under it", REMEDY, || crashes(portvakt, &postgres, restarts))?);
    rows.extend(step("end it while a hundred sign in", REMEDY, || ends(portvakt))?);
    print!("{}", table(&rows));
    ensure!(rows.iter().all(Row::is_kept), "a bound was not kept");
    Ok(())
}

/// A portal and its data folder.
struct Portal<'a> {
    program: &'a Path,
    folder: tempfile::TempDir,
    database: Option<&'a str>,
    port: u16,
}

impl<'a> Portal<'a> {
    fn new(program: &'a Path, database: Option<&'a str>) -> Result<(Self, Server)> {
        let portal = Self { program, folder: tempfile::tempdir()?, database, port: free_port()? };
        let mut server = portal.start()?;
        set_up(portal.port, &server.link()?)?;
        Ok((portal, server))
    }

    fn start(&self) -> Result<Server> {
        // The portal's log of these faults is of no use here, so it is off.
        Server::start(self.program, &self.data(), self.port, self.database, "off")
    }

    /// The portal makes this folder itself, so that no other user can read it.
    fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    fn run(&self, arguments: &[&str]) -> Result<Output> {
        let mut command = Command::new(self.program);
        command.args(arguments).args(["--listen", &format!("localhost:{}", self.port), "--data"]).arg(self.data());
        command.args(self.database.into_iter().flat_map(|url| ["--database", url]));
        Ok(command.env_remove("PORTVAKT_DATABASE_URL").output()?)
    }

    /// Forgets the counted tries. The portal counts a try before it checks the password, so a try that a fault
    /// interrupts stays counted.
    fn unlock(&self) -> Result<()> {
        let output = self.run(&["account", "unlock", EMAIL])?;
        ensure!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        Ok(())
    }

    /// The number of events in the audit log, after `doctor` has checked each of them.
    fn events(&self) -> Result<u32> {
        let output = self.run(&["doctor", "--json"])?;
        let found: Vec<Value> = serde_json::from_slice(&output.stdout)?;
        let log = found.iter().find(|finding| finding["check"] == "audit log").context("the log was not read")?;
        ensure!(output.status.success() && log["state"] == "ok", "doctor found {found:#?}");
        let said = log["said"].as_str().unwrap_or_default();
        said.split(' ').find_map(|word| word.parse().ok()).with_context(|| format!("no number in {said:?}"))
    }

    fn is_signed_in(&self, cookies: &str) -> Result<bool> {
        Ok(ask(self.port, "GET", "/", &[("Accept", "text/html"), ("Cookie", cookies)], "")?.status == 200)
    }
}

fn sign_in(port: u16, cookies: &str) -> Result<Answer> {
    post(port, "/rpc/sign_in", cookies, &[("email", EMAIL), ("password", PASSWORD), ("next", "")])
}

/// The answers that one writer got: the changes that the portal must keep.
#[derive(Default)]
struct Told {
    changes: u32,
    /// The requests without an answer or with a failure: the change may have happened or not.
    open: u32,
    signed_in: Option<String>,
    signed_out: Option<String>,
    /// The times at which changes were acknowledged.
    last: Vec<Instant>,
}

/// Signs in and out until `ended` is set. If `until_dead`, it also stops when the portal does not answer; otherwise a
/// missing answer is an error.
fn write(port: u16, ended: &Arc<AtomicBool>, until_dead: bool) -> JoinHandle<Result<Told>> {
    let ended = Arc::clone(ended);
    thread::spawn(move || {
        let mut told = Told::default();
        while !ended.load(Ordering::Relaxed) {
            let out = told.signed_in.take();
            let answer = match &out {
                Some(cookies) => post(port, "/rpc/sign_out", cookies, &[]),
                // A known device has a lockout lane of its own, so the interrupted tries of other writers do not count
                // against this one.
                None => sign_in(port, told.signed_out.as_deref().unwrap_or_default()),
            };
            match answer {
                Ok(answer) if answer.status == 200 => {
                    told.changes += 1;
                    told.last.push(Instant::now());
                    match out {
                        Some(cookies) => told.signed_out = Some(cookies),
                        None => told.signed_in = Some(answer.cookies()),
                    }
                }
                Ok(answer) if answer.status >= 500 => told.open += 1,
                Ok(answer) => accepted("a change", &answer)?,
                Err(_) if until_dead => {
                    told.open += 1;
                    break;
                }
                Err(error) => return Err(error),
            }
        }
        Ok(told)
    })
}

fn joined(writers: Vec<JoinHandle<Result<Told>>>) -> Result<Vec<Told>> {
    writers.into_iter().map(|writer| writer.join().map_err(|_| anyhow!("a writer panicked"))?).collect()
}

/// The number of sessions that contradict the answers that their writers got.
fn wrong(portal: &Portal, told: &[Told]) -> Result<u32> {
    let mut wrong = 0;
    for told in told {
        if let Some(cookies) = &told.signed_in {
            wrong += u32::from(!portal.is_signed_in(cookies)?);
        }
        if let Some(cookies) = &told.signed_out {
            wrong += u32::from(portal.is_signed_in(cookies)?);
        }
    }
    Ok(wrong)
}

/// The number of events by which the log has too few or too many: the acknowledged changes must be there, the open ones
/// may be.
fn missing_or_added(before: u32, after: u32, told: &[Told]) -> u32 {
    let sum = |of: fn(&Told) -> u32| told.iter().map(of).sum::<u32>();
    let (least, most) = (before + sum(|told| told.changes), before + sum(|told| told.changes + told.open));
    least.saturating_sub(after) + after.saturating_sub(most)
}

fn kills(program: &Path, database: Option<&str>, rounds: u32) -> Result<Vec<Row>> {
    let (portal, mut server) = Portal::new(program, database)?;
    let (mut changes, mut lost, mut slowest) = (0, 0, 0_f64);
    for round in 0..rounds {
        portal.unlock()?;
        let before = portal.events()?;
        let writers: Vec<_> = (0..WRITERS).map(|_| write(portal.port, &Arc::default(), true)).collect();
        // At another moment of a change in each round.
        thread::sleep(Duration::from_millis(200 + u64::from(round * (350 / rounds))));
        server.kill()?;
        let told = joined(writers)?;
        let begun = Instant::now();
        server = portal.start()?;
        server.wait(begun)?;
        slowest = slowest.max(begun.elapsed().as_secs_f64());
        lost += wrong(&portal, &told)? + missing_or_added(before, portal.events()?, &told);
        changes += told.iter().map(|told| told.changes).sum::<u32>();
    }
    server.stop()?;
    ensure!(changes > rounds, "the load was none: {changes} changes");
    let on = if database.is_some() { "PostgreSQL" } else { "SQLite" };
    Ok(vec![
        Row::new(&format!("killed {rounds} times on {on}: changes"), changes.into(), None, ""),
        Row::new(&format!("killed {rounds} times on {on}: lost or half done"), lost.into(), Some(0.0), ""),
        Row::new(&format!("killed {rounds} times on {on}: slowest start"), slowest, Some(BACK_SECS), "s"),
    ])
}

fn crashes(program: &Path, postgres: &Postgres, restarts: u32) -> Result<Vec<Row>> {
    let database = postgres.url();
    let (portal, mut server) = Portal::new(program, Some(&database))?;
    let (mut changes, mut lost, mut slowest) = (0, 0, 0_f64);
    for _ in 0..restarts {
        portal.unlock()?;
        let (before, ended) = (portal.events()?, Arc::default());
        let writers: Vec<_> = (0..WRITERS).map(|_| write(portal.port, &ended, false)).collect();
        thread::sleep(Duration::from_secs(1));
        postgres.restart()?;
        let up = Instant::now();
        thread::sleep(Duration::from_secs_f64(BACK_SECS));
        ended.store(true, Ordering::Relaxed);
        let told = joined(writers)?;
        let first = told.iter().flat_map(|told| &told.last).filter(|at| **at > up).min();
        slowest = slowest.max(first.context("nothing was written after the restart")?.duration_since(up).as_secs_f64());
        lost += wrong(&portal, &told)? + missing_or_added(before, portal.events()?, &told);
        changes += told.iter().map(|told| told.changes).sum::<u32>();
    }
    server.stop()?;
    Ok(vec![
        Row::new(&format!("PostgreSQL crashed {restarts} times: changes"), changes.into(), None, ""),
        Row::new(&format!("PostgreSQL crashed {restarts} times: lost or half done"), lost.into(), Some(0.0), ""),
        Row::new(&format!("PostgreSQL crashed {restarts} times: slowest return"), slowest, Some(BACK_SECS), "s"),
    ])
}

fn ends(program: &Path) -> Result<Vec<Row>> {
    let (portal, mut server) = Portal::new(program, None)?;
    let port = portal.port;
    let owners: Vec<_> = (0..WRITERS).map(|_| thread::spawn(move || sign_in(port, ""))).collect();
    let strangers: Vec<_> = (WRITERS..AT_THE_END)
        .map(|n| {
            let email = format!("nobody-{n}@faults.example");
            thread::spawn(move || {
                post(port, "/rpc/sign_in", "", &[("email", &email), ("password", "wrong"), ("next", "")])
            })
        })
        .collect();
    thread::sleep(Duration::from_millis(300));
    let begun = Instant::now();
    server.stop()?;
    let took = begun.elapsed().as_secs_f64();
    server = portal.start()?;
    server.wait(Instant::now())?;
    let (mut checked, mut busy, mut lost) = (0, 0, 0);
    for client in strangers.into_iter().chain(owners) {
        match client.join().map_err(|_| anyhow!("a client panicked"))? {
            Ok(answer) if answer.status == 200 => {
                checked += 1;
                lost += u32::from(!portal.is_signed_in(&answer.cookies())?);
            }
            Ok(answer) if answer.status == 401 => checked += 1,
            Ok(answer) if answer.status == 503 => busy += 1,
            Ok(answer) => accepted("signing in", &answer)?,
            Err(_) => lost += 1,
        }
    }
    server.stop()?;
    ensure!(checked > 0, "the load was none: {busy} were told to come back");
    Ok(vec![
        Row::new("ended under load: checked", checked.into(), None, ""),
        Row::new("ended under load: told to come back", busy.into(), None, ""),
        Row::new("ended under load: not answered, or not kept", lost.into(), Some(0.0), ""),
        Row::new("ended under load: took", took, Some(10.0), "s"),
    ])
}
