//! `cargo xtask bench`: what the design gives a budget, measured on the release binary, beside that budget.
use crate::http::{ask, post};
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
const STARTS: usize = 9;

/// A figure, its unit and how much it may be.
struct Row {
    what: &'static str,
    measured: f64,
    budget: Option<f64>,
    unit: &'static str,
}

impl Row {
    fn line(&self) -> String {
        let budget = self.budget.map_or(String::new(), |b| format!("{b:.1}"));
        let verdict = match self.budget {
            Some(budget) if self.measured > budget => "over",
            Some(_) => "within",
            None => "",
        };
        format!("{:<52} {:>9.1} {:>9} {:<10} {verdict}", self.what, self.measured, budget, self.unit)
    }
}

/// Measures and prints.
pub fn bench(portvakt: &Path) -> Result<()> {
    let folder = tempfile::tempdir()?;
    let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
    let mut rows = Vec::new();

    let mut server = Server::start(portvakt, folder.path(), port)?;
    set_up(port, &server.link()?)?;
    server.stop()?;
    let mut starts = Vec::new();
    for _ in 0..STARTS {
        let begun = Instant::now();
        let mut server = Server::start(portvakt, folder.path(), port)?;
        while !ask(port, "GET", "/sign-in", &[], "").is_ok_and(|a| a.status == 200) {
            ensure!(begun.elapsed() < Duration::from_secs(10), "the server does not answer");
            thread::sleep(Duration::from_millis(1));
        }
        starts.push(begun.elapsed().as_secs_f64() * 1000.0);
        server.stop()?;
    }
    starts.sort_by(f64::total_cmp);
    rows.push(Row {
        what: "start to first answer, median",
        measured: starts[STARTS / 2],
        budget: Some(150.0),
        unit: "ms",
    });

    let mut server = Server::start(portvakt, folder.path(), port)?;
    server.wait()?;
    let (html, css) = first_visit(port)?;
    rows.push(Row { what: "sign-in page: HTML", measured: html, budget: None, unit: "KB" });
    rows.push(Row { what: "sign-in page: CSS, compressed", measured: css, budget: None, unit: "KB" });
    rows.push(Row { what: "sign-in page: HTML + CSS", measured: html + css, budget: Some(14.0), unit: "KB" });
    rows.push(Row { what: "WASM + JS, compressed", measured: scripts()?, budget: Some(250.0), unit: "KB" });
    rows.push(Row { what: "resident after the first page", measured: server.resident_mb()?, budget: None, unit: "MB" });
    let begun = Instant::now();
    sign_in_many(port)?;
    let rate = f64::from(u32::try_from(SIGN_INS)?) / begun.elapsed().as_secs_f64();
    rows.push(Row { what: "sign-ins a second, four at a time", measured: rate, budget: None, unit: "/s" });
    rows.push(Row { what: "resident after 1,000 sign-ins", measured: server.resident_mb()?, budget: None, unit: "MB" });
    thread::sleep(Duration::from_secs(30));
    let resident = server.resident_mb()?;
    rows.push(Row { what: "resident 30 s after 1,000 sign-ins", measured: resident, budget: Some(64.0), unit: "MB" });
    server.stop()?;

    println!("{:<52} {:>9} {:>9}", "what", "measured", "budget");
    for row in rows {
        println!("{}", row.line());
    }
    Ok(())
}

fn set_up(port: u16, link: &str) -> Result<()> {
    let path = link.split_once(&format!(":{port}")).context("another port")?.1;
    let cookies = ask(port, "GET", path, &[], "")?.cookies();
    let fields = [
        ("name", "Bench Owner"),
        ("organisation", "Bench"),
        ("email", EMAIL),
        ("email_again", EMAIL),
        ("password", PASSWORD),
    ];
    let answer = post(port, "/rpc/set_up", &cookies, &fields)?;
    ensure!(answer.status < 400, "set-up: {} {}", answer.status, String::from_utf8_lossy(&answer.body));
    Ok(())
}

fn sign_in_many(port: u16) -> Result<()> {
    let workers: Vec<_> = (0..4)
        .map(|_| {
            thread::spawn(move || -> Result<()> {
                for _ in 0..SIGN_INS / 4 {
                    let fields = [("email", EMAIL), ("password", PASSWORD), ("next", "")];
                    let answer = post(port, "/rpc/sign_in", "", &fields)?;
                    ensure!(answer.status < 400, "{} {}", answer.status, String::from_utf8_lossy(&answer.body));
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
    let html = String::from_utf8_lossy(&page.body).into_owned();
    let mut css = 0.0;
    for link in html.split("<link rel=\"stylesheet\" href=\"").skip(1) {
        let path = link.split('"').next().context("a link without an end")?;
        css += kilobytes(ask(port, "GET", path, &accept, "")?.body.len());
    }
    ensure!(css > 0.0, "the page has no style sheet");
    Ok((kilobytes(page.body.len()), css))
}

/// Kilobytes of the scripts that every page of a person needs.
fn scripts() -> Result<f64> {
    let hash = fs::read_to_string("target/site/pkg/hash.txt")?;
    let pkg = Path::new("target/site/pkg").join(hash);
    let size = |name: &str| {
        Ok::<_, std::io::Error>(kilobytes(usize::try_from(fs::metadata(pkg.join(name))?.len()).unwrap_or(usize::MAX)))
    };
    Ok(size("portvakt.wasm.br")? + size("portvakt.js.br")?)
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
            .env("PORTVAKT_LOG", "warn");
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

    fn wait(&self) -> Result<()> {
        for _ in 0..1000 {
            if ask(self.port, "GET", "/sign-in", &[], "").is_ok_and(|a| a.status == 200) {
                return Ok(());
            }
            thread::sleep(Duration::from_millis(10));
        }
        bail!("the server does not answer")
    }

    fn resident_mb(&self) -> Result<f64> {
        let status = fs::read_to_string(format!("/proc/{}/status", self.child.id()))?;
        let line = status.lines().find(|l| l.starts_with("VmRSS:")).context("no VmRSS")?;
        let kib: f64 = line.split_whitespace().nth(1).context("no number")?.parse()?;
        Ok(kib / 1024.0)
    }

    fn stop(&mut self) -> Result<()> {
        Command::new("kill").arg(self.child.id().to_string()).status()?;
        let status = self.child.wait()?;
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

#[test]
fn a_row_tells_whether_the_budget_is_kept() {
    let row = |measured| Row { what: "size", measured, budget: Some(14.0), unit: "KB" }.line();
    assert!(row(14.0).ends_with("within") && row(14.1).ends_with("over"));
}
