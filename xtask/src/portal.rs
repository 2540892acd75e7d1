//! A portal with a temporary data folder, which ends with this process.
use crate::http::{Answer, ask, post};
use crate::step::terminate;
use anyhow::{Context, Result, bail, ensure};
use std::fs;
use std::io::{BufRead, BufReader};
use std::net::TcpListener;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

/// The owner's address.
pub const EMAIL: &str = "owner@bench.example";
pub const PASSWORD: &str = "granit fyr vinterljus 7";

/// A free port.
pub fn free_port() -> Result<u16> {
    Ok(TcpListener::bind("127.0.0.1:0")?.local_addr()?.port())
}

/// Sets up the portal with its owner, and returns the cookies of the owner's session and device.
pub fn set_up(port: u16, link: &str) -> Result<String> {
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
    let done = post(port, "/rpc/set_up", &opened.cookies(), &fields)?;
    accepted("setting up", &done)?;
    Ok(done.cookies())
}

/// Checks that the portal accepted a request.
///
/// # Errors
/// If the answer is a refusal.
pub fn accepted(what: &str, answer: &Answer) -> Result<()> {
    let Answer { status, body, .. } = answer;
    ensure!((200..400).contains(status), "{what} was answered {status}: {}", String::from_utf8_lossy(body));
    Ok(())
}

/// The portal's process.
pub struct Server {
    child: Child,
    port: u16,
}

impl Server {
    pub fn start(portvakt: &Path, data: &Path, port: u16, database: Option<&str>, log: &str) -> Result<Self> {
        let mut command = Command::new(portvakt);
        command
            .args(["serve", "--listen", &format!("localhost:{port}"), "--data"])
            .arg(data)
            .env("PORTVAKT_LOG_FILTER", log)
            // The database of the environment may hold real data. This portal's database is thrown away.
            .env_remove("PORTVAKT_DATABASE_URL")
            .args(database.into_iter().flat_map(|url| ["--database", url]));
        let child = command.stdout(Stdio::piped()).spawn().context("start portvakt")?;
        Ok(Self { child, port })
    }

    /// The set-up link that the portal prints.
    pub fn link(&mut self) -> Result<String> {
        let said = self.child.stdout.take().context("its output was taken already")?;
        for line in BufReader::new(said).lines() {
            let line = line?;
            if let Some(link) = line.split(' ').find(|word| word.contains("/setup/")) {
                return Ok(link.to_owned());
            }
        }
        bail!("no set-up link was printed")
    }

    /// Waits until the portal answers with the first page.
    pub fn wait(&self, begun: Instant) -> Result<()> {
        while !ask(self.port, "GET", "/sign-in", &[], "").is_ok_and(|a| a.status == 200) {
            ensure!(begun.elapsed() < Duration::from_secs(10), "the server does not answer");
            thread::sleep(Duration::from_millis(1));
        }
        Ok(())
    }

    /// The resident memory, in megabytes.
    pub fn resident(&self) -> Result<f64> {
        let status = fs::read_to_string(format!("/proc/{}/status", self.child.id()))?;
        let line = status.lines().find(|l| l.starts_with("VmRSS:")).context("no VmRSS")?;
        let kib: f64 = line.split_whitespace().nth(1).context("no number")?.parse()?;
        Ok(kib / 1024.0)
    }

    /// Kills the process, as a power cut would. Only the operating system goes on.
    pub fn kill(&mut self) -> Result<()> {
        self.child.kill()?;
        self.child.wait()?;
        Ok(())
    }

    pub fn stop(&mut self) -> Result<()> {
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
