//! `cargo xtask bench`: what the design gives a budget, measured on the release binary, beside that budget.
use crate::http::{Answer, ask, post};
use crate::row::{Row, table};
use crate::step::{step, terminate};
use anyhow::{Context, Result, bail, ensure};
use std::fs;
use std::io::{BufRead, BufReader};
use std::net::TcpListener;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

const EMAIL: &str = "owner@bench.example";
const PASSWORD: &str = "granit fyr vinterljus 7";
const SIGN_INS: usize = 1000;
const STARTS: usize = 5;
/// Resident memory that the design allows, in megabytes.
const MEMORY: Option<f64> = Some(64.0);
const REMEDY: &str = "start it by hand and look: target/release/portvakt serve --data $(mktemp -d)";

/// Measures and prints.
pub fn bench(portvakt: &Path) -> Result<()> {
    let folder = tempfile::tempdir()?;
    let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
    let start = || Server::start(portvakt, folder.path(), port);

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
        rows.push(Row::new("resident after the first page", server.resident()?, MEMORY, "MB"));
        Ok(server)
    })?;
    step("sign in 1,000 times", REMEDY, || {
        let begun = Instant::now();
        sign_in_many(port)?;
        let rate = f64::from(u32::try_from(SIGN_INS)?) / begun.elapsed().as_secs_f64();
        rows.push(Row::new("sign-ins a second, four at a time", rate, None, "/s"));
        rows.push(Row::new("resident after 1,000 sign-ins", server.resident()?, None, "MB"));
        Ok(())
    })?;
    step("leave it alone for 30 s", REMEDY, || {
        thread::sleep(Duration::from_secs(30));
        rows.push(Row::new("resident 30 s after 1,000 sign-ins", server.resident()?, MEMORY, "MB"));
        server.stop()
    })?;
    print!("{}", table(&rows));
    Ok(())
}

/// Milliseconds until the first answer, on a database that is there.
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

fn set_up(port: u16, link: &str) -> Result<()> {
    let path = link.split_once(&format!(":{port}")).context("another port")?.1;
    let opened = ask(port, "GET", path, &[], "")?;
    accepted("the set-up link", &opened)?;
    let fields = [
        ("name", "Bench Owner"),
        ("organisation", "Bench"),
        ("email", EMAIL),
        ("email_again", EMAIL),
        ("password", PASSWORD),
    ];
    accepted("setting up", &post(port, "/rpc/set_up", &opened.cookies(), &fields)?)
}

fn accepted(what: &str, answer: &Answer) -> Result<()> {
    let Answer { status, body, .. } = answer;
    ensure!((200..400).contains(status), "{what} was answered {status}: {}", String::from_utf8_lossy(body));
    Ok(())
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

/// Kilobytes of the sign-in page and of its style sheets, as they are sent to a browser.
fn first_visit(port: u16) -> Result<(f64, f64)> {
    let accept = [("Accept-Encoding", "br"), ("Accept", "text/html")];
    let page = ask(port, "GET", "/sign-in", &accept, "")?;
    accepted("the sign-in page", &page)?;
    // Its links are read from a copy that is not packed.
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

/// What the browser runs, in brotli: what every page of a person needs, and the parts that are loaded when visited.
fn scripts() -> Result<Vec<Row>> {
    let hash = fs::read_to_string("target/site/pkg/hash.txt")?;
    let (mut all, mut lazy) = (0.0, Vec::new());
    for file in fs::read_dir(Path::new("target/site/pkg").join(hash))? {
        let file = file?;
        let name = file.file_name().into_string().unwrap_or_default();
        let size = kilobytes(usize::try_from(file.metadata()?.len())?);
        if name == "portvakt.wasm.br" || name == "portvakt.js.br" {
            all += size;
        } else if let Some(part) = name.strip_suffix(".wasm.br") {
            lazy.push(Row::new(&format!("lazy part {part}"), size, None, "KB"));
        }
    }
    lazy.sort_by(|one, other| one.what.cmp(&other.what));
    Ok([Row::new("WASM + JS", all, Some(250.0), "KB")].into_iter().chain(lazy).collect())
}

fn kilobytes(bytes: usize) -> f64 {
    f64::from(u32::try_from(bytes).unwrap_or(u32::MAX)) / 1024.0
}

/// A portal that does not outlive us.
struct Server {
    child: Child,
    port: u16,
}

impl Server {
    fn start(portvakt: &Path, data: &Path, port: u16) -> Result<Self> {
        let mut command = Command::new(portvakt);
        command
            .args(["serve", "--listen", &format!("localhost:{port}"), "--data"])
            .arg(data)
            .env("PORTVAKT_LOG", "warn")
            // Ours is thrown away afterwards; another is somebody's.
            .env_remove("PORTVAKT_DATABASE");
        let child = command.stdout(Stdio::piped()).spawn().context("start portvakt")?;
        Ok(Self { child, port })
    }

    /// The set-up link that it prints.
    fn link(&mut self) -> Result<String> {
        let said = self.child.stdout.take().context("its output was taken already")?;
        for line in BufReader::new(said).lines() {
            let line = line?;
            if let Some(link) = line.split(' ').find(|word| word.contains("/setup/")) {
                return Ok(link.to_owned());
            }
        }
        bail!("no set-up link was printed")
    }

    /// Waits for the first page.
    fn wait(&self, begun: Instant) -> Result<()> {
        while !ask(self.port, "GET", "/sign-in", &[], "").is_ok_and(|a| a.status == 200) {
            ensure!(begun.elapsed() < Duration::from_secs(10), "the server does not answer");
            thread::sleep(Duration::from_millis(1));
        }
        Ok(())
    }

    /// Megabytes of memory that it holds.
    fn resident(&self) -> Result<f64> {
        let status = fs::read_to_string(format!("/proc/{}/status", self.child.id()))?;
        let line = status.lines().find(|l| l.starts_with("VmRSS:")).context("no VmRSS")?;
        let kib: f64 = line.split_whitespace().nth(1).context("no number")?.parse()?;
        Ok(kib / 1024.0)
    }

    fn stop(&mut self) -> Result<()> {
        let status = terminate(&mut self.child)?;
        ensure!(status.success(), "the server ended with {status}");
        Ok(())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
