//! `cargo xtask dev`: builds, starts, and does so again when a source changes.
use crate::{server, site, tools};
use anyhow::{Context, Result};
use std::path::Path;
use std::process::{Child, Command};
use std::time::{Duration, SystemTime};
use std::{fs, thread};

/// How often the sources are looked at.
const EVERY: Duration = Duration::from_millis(500);
/// What the site is made of, and what the server is made of.
const SITE: [&str; 3] = ["app", "style", "public"];
const SERVER: [&str; 2] = ["app", "server"];

/// Ends with Ctrl-C, which the server gets as well.
pub fn dev(serve: &[String]) -> Result<()> {
    tools::prerequisites()?;
    site::build(false)?;
    let mut running = Running(start(&server(false)?, serve)?);
    let mut seen = (newest(&SITE), newest(&SERVER));
    loop {
        thread::sleep(EVERY);
        let now = (newest(&SITE), newest(&SERVER));
        if now == seen {
            continue;
        }
        let site = if now.0 == seen.0 { Ok(()) } else { site::build(false) };
        // The server reads the site's hash when it starts.
        match site.and_then(|()| server(false)) {
            Ok(portvakt) => {
                running.stop();
                running = Running(start(&portvakt, serve)?);
            }
            Err(error) => eprintln!("xtask: {error:#}\nxtask: the earlier build goes on"),
        }
        seen = now;
    }
}

fn start(portvakt: &Path, serve: &[String]) -> Result<Child> {
    Command::new(portvakt).arg("serve").args(serve).spawn().context("start portvakt")
}

/// A server that does not outlive us.
struct Running(Child);

impl Running {
    fn stop(&mut self) {
        let _ = Command::new("kill").arg(self.0.id().to_string()).status();
        let _ = self.0.wait();
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.stop();
    }
}

/// When the newest file under some folders was changed.
fn newest(folders: &[&str]) -> Option<SystemTime> {
    fn walk(path: &Path, newest: &mut Option<SystemTime>) {
        let Ok(entries) = fs::read_dir(path) else { return };
        for entry in entries.flatten() {
            let Ok(about) = entry.metadata() else { continue };
            if about.is_dir() {
                walk(&entry.path(), newest);
            }
            *newest = (*newest).max(about.modified().ok());
        }
    }
    let mut found = None;
    for folder in folders {
        walk(Path::new(folder), &mut found);
    }
    found
}
