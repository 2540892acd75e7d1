//! `cargo xtask bench`: measures the release binary, and prints each figure beside the design's budget for it.
use crate::http::{ask, post};
use crate::kind::Kind;
use crate::portal::{EMAIL, PASSWORD, Server, accepted, free_port, set_up};
use crate::postgres::Postgres;
use crate::rates::rates;
use crate::row::{Row, table};
use crate::step::step;
use anyhow::{Context, Result, ensure};
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

const SIGN_INS: usize = 1000;
const STARTS: usize = 5;
/// The design's budget for resident memory, in megabytes.
const MEMORY: Option<f64> = Some(64.0);
const REMEDY: &str = "start it by hand and look: target/release/portvakt serve --data $(mktemp -d)";

/// Measures everything and prints the table.
pub fn bench(portvakt: &Path) -> Result<()> {
    let folder = tempfile::tempdir()?;
    let port = free_port()?;
    let start = || Server::start(portvakt, folder.path(), port, None, "warn");

    step("set up a portal", REMEDY, || {
        let mut server = start()?;
        set_up(port, &server.link()?)?;
        server.stop()
    })?;
    let started = step("start it a few times", REMEDY, || median_start(&start))?;
    let mut rows = vec![Row::new("start to first answer, median", started, Some(150.0), "ms")];

    let mut server = step("measure the first visit", REMEDY, || {
        let server = start()?;
        server.wait(Instant::now())?;
        let (html, css) = first_visit(port)?;
        rows.push(Row::new("sign-in page: HTML", html, None, "KB"));
        rows.push(Row::new("sign-in page: CSS", css, None, "KB"));
        rows.push(Row::new("sign-in page: HTML + CSS", html + css, Some(14.0), "KB"));
        rows.extend(scripts()?);
        rows.push(Row::new("resident after the first page", server.resident()?, MEMORY, "MiB"));
        Ok(server)
    })?;
    step("sign in 1,000 times", REMEDY, || {
        let begun = Instant::now();
        sign_in_many(port)?;
        let rate = f64::from(u32::try_from(SIGN_INS)?) / begun.elapsed().as_secs_f64();
        rows.push(Row::new("sign-ins a second, four at a time", rate, None, "/s"));
        rows.push(Row::new("resident after 1,000 sign-ins", server.resident()?, None, "MiB"));
        Ok(())
    })?;
    step("leave it alone for 30 s", REMEDY, || {
        thread::sleep(Duration::from_secs(30));
        rows.push(Row::new("resident 30 s after 1,000 sign-ins", server.resident()?, MEMORY, "MiB"));
        server.stop()
    })?;
    rows.extend(step("list and search the users of an organisation of 100,000", REMEDY, || {
        example("users", "100000", "users of 100,000", 50.0)
    })?);
    // The budget is for ten million events. Making those takes longer than everything else here:
    // `--example log -- 10000000 SQLite`.
    rows.extend(step("look for something in a log of 1,000,000 events", REMEDY, || {
        example("log", "1000000", "log of 1,000,000", 100.0)
    })?);
    rows.extend(rates(portvakt)?);
    print!("{}", table(&rows));
    Ok(())
}

/// The 95th percentiles on both databases, from an example of the core that makes its own data and measures its
/// queries. Each line of its output is a name, milliseconds, and a dash if there is no budget.
fn example(name: &str, count: &str, what: &str, budget: f64) -> Result<Vec<Row>> {
    let postgres = Postgres::start()?;
    let mut rows = Vec::new();
    for engine in ["SQLite", "PostgreSQL"] {
        let mut cargo = Command::new("cargo");
        cargo.args(["run", "--locked", "--release", "--package", "portvakt_core", "--example", name, "--", count]);
        cargo.arg(engine).env("TEST_POSTGRES", postgres.url()).stderr(Stdio::inherit());
        let done = cargo.output()?;
        ensure!(done.status.success(), "the measurement ended with {}", done.status);
        for line in String::from_utf8(done.stdout)?.lines() {
            let mut parts = line.split('\t');
            let (query, took) = parts.next().zip(parts.next()).context("a line that is no figure")?;
            let budget = Some(budget).filter(|_| parts.next() != Some("-"));
            rows.push(Row::new(&format!("{what}, {engine}: {query}, p95"), took.parse()?, budget, "ms"));
        }
    }
    Ok(rows)
}

/// The median of the milliseconds until the first answer, on a database that exists already.
fn median_start(start: &impl Fn() -> Result<Server>) -> Result<f64> {
    let mut took = Vec::new();
    for _ in 0..STARTS {
        let begun = Instant::now();
        let mut server = start()?;
        server.wait(begun)?;
        took.push(begun.elapsed().as_secs_f64() * 1000.0);
        server.stop()?;
    }
    took.sort_by(f64::total_cmp);
    Ok(took[STARTS / 2])
}

fn sign_in_many(port: u16) -> Result<()> {
    let workers: Vec<_> = (0..4)
        .map(|_| {
            thread::spawn(move || -> Result<()> {
                for _ in 0..SIGN_INS / 4 {
                    let fields = [("email", EMAIL), ("password", PASSWORD), ("next", "")];
                    accepted("signing in", &post(port, "/rpc/sign_in", "", &fields)?)?;
                }
                Ok(())
            })
        })
        .collect();
    for worker in workers {
        worker.join().map_err(|_| anyhow::anyhow!("a client panicked"))??;
    }
    Ok(())
}

/// The kilobytes of the sign-in page and of its style sheets, as they are sent to a browser.
fn first_visit(port: u16) -> Result<(f64, f64)> {
    let accept = [("Accept-Encoding", "br"), ("Accept", "text/html")];
    let page = ask(port, "GET", "/sign-in", &accept, "")?;
    accepted("the sign-in page", &page)?;
    // The links are read from a second, uncompressed answer.
    let html = ask(port, "GET", "/sign-in", &accept[1..], "")?;
    let html = String::from_utf8_lossy(&html.body).into_owned();
    let mut css = 0.0;
    for link in html.split("<link rel=\"stylesheet\" href=\"").skip(1) {
        let path = link.split('"').next().context("a link without an end")?;
        let sheet = ask(port, "GET", path, &accept, "")?;
        accepted(path, &sheet)?;
        css += kilobytes(sheet.body.len());
    }
    ensure!(css > 0.0, "the page has no style sheet");
    Ok((kilobytes(page.body.len()), css))
}

/// The kilobytes of script that the browser loads: for the page after the sign-in, which is in the main part, and for
/// the pages of each lazy part, with the files that it shares with other parts.
fn scripts() -> Result<Vec<Row>> {
    let pkg = Kind::Release.site().join("pkg");
    let files = pkg.join(fs::read_to_string(pkg.join("hash.txt"))?);
    let size = |name: &str| -> Result<f64> {
        let file = files.join(format!("{name}.br"));
        let length = fs::metadata(&file).with_context(|| file.display().to_string())?.len();
        Ok(kilobytes(usize::try_from(length)?))
    };
    let main = size("portvakt.wasm")? + size("portvakt.js")?;
    let manifest = fs::read(files.join("__wasm_split_manifest.json"))?;
    let parts: BTreeMap<String, Vec<String>> = serde_json::from_slice(&manifest)?;
    let mut rows = vec![Row::new("WASM + JS: the page after signing in", main, Some(250.0), "KB")];
    for (part, loaded) in parts {
        let name = part.trim_end_matches(|c: char| c.is_ascii_digit() || c == '_');
        let mut all = main + size("__wasm_split.______________________.js")?;
        for file in loaded {
            all += size(&format!("{file}.wasm"))?;
        }
        // Only a few people use the other parts, so those have no budget.
        let budget = ["gate", "profile"].contains(&name).then_some(250.0);
        rows.push(Row::new(&format!("WASM + JS: {name}"), all, budget, "KB"));
    }
    Ok(rows)
}

fn kilobytes(bytes: usize) -> f64 {
    f64::from(u32::try_from(bytes).unwrap_or(u32::MAX)) / 1024.0
}
