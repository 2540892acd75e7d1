//! `cargo xtask dev`: builds and starts Portvakt, and does so again when a source changes.
use crate::kind::Kind;
use crate::step::{output, terminate};
use crate::{site, tools};
use anyhow::{Context, Result};
use std::path::{Path, PathBuf};
use std::process::{Child, Command};
use std::time::{Duration, SystemTime};
use std::{fs, thread};

/// The time between two looks at the sources.
const EVERY: Duration = Duration::from_millis(500);
/// The folders that the site is built from, and those that the server is built from.
const SITE: [&str; 3] = ["app", "style", "public"];
const SERVER: [&str; 2] = ["app", "server"];

/// The builds whose sources have changed since they last succeeded.
#[derive(Clone, Copy, Default)]
struct Stale {
    site: bool,
    server: bool,
}

/// Ends with Ctrl-C. The terminal sends it to the server as well.
pub fn dev(serve: &[String]) -> Result<()> {
    tools::prerequisites()?;
    // Taken before the build, so that a change during the build starts another build.
    let mut seen = (newest(&SITE), newest(&SERVER));
    site::build(Kind::Debug)?;
    let mut running = Running(start(&Kind::Debug.server()?, serve)?);
    let mut stale = Stale::default();
    loop {
        thread::sleep(EVERY);
        let now = (newest(&SITE), newest(&SERVER));
        if now == seen {
            continue;
        }
        stale = Stale { site: stale.site || now.0 != seen.0, server: stale.server || now.1 != seen.1 };
        seen = now;
        match rebuild(stale) {
            Ok(portvakt) => {
                running.stop();
                if stale.site {
                    site::swap(Kind::Debug)?;
                }
                running = Running(start(&portvakt, serve)?);
                stale = Stale::default();
            }
            Err(error) => eprintln!("xtask: {error:#}\nxtask: the earlier build goes on running"),
        }
    }
}

/// Rebuilds what has changed. Does not touch the served site: if the new server does not build, the old server still
/// needs it.
fn rebuild(stale: Stale) -> Result<PathBuf> {
    if stale.site {
        site::draft(Kind::Debug)?;
    }
    if stale.server { Kind::Debug.server() } else { Kind::Debug.program() }
}

fn start(portvakt: &Path, serve: &[String]) -> Result<Child> {
    // The terminal sends Ctrl-C to the server as well. If `setpriv` works, the server also ends when this process ends
    // in another way.
    let mut command = if output("setpriv", &["--pdeathsig", "TERM", "true"]).is_some() {
        let mut setpriv = Command::new("setpriv");
        setpriv.args(["--pdeathsig", "TERM", "--"]).arg(portvakt);
        setpriv
    } else {
        Command::new(portvakt)
    };
    command.arg("serve").args(serve).spawn().context("start portvakt")
}

/// A server that ends with this process.
struct Running(Child);

impl Running {
    fn stop(&mut self) {
        if let Err(error) = terminate(&mut self.0) {
            eprintln!("xtask: the server was not stopped: {error:#}");
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.stop();
    }
}

/// The time of the newest change to a file or folder under these folders. A folder changes when a file is removed from
/// it.
fn newest(folders: &[&str]) -> Option<SystemTime> {
    fn walk(path: &Path) -> Option<SystemTime> {
        let about = fs::metadata(path).ok()?;
        let own = about.modified().ok();
        if !about.is_dir() {
            return own;
        }
        let entries = fs::read_dir(path).into_iter().flatten().flatten();
        let sources = entries.filter(|entry| entry.file_name() != "target" && entry.file_name() != "node_modules");
        sources.filter_map(|entry| walk(&entry.path())).chain(own).max()
    }
    folders.iter().filter_map(|folder| walk(Path::new(folder))).max()
}

#[test]
fn a_file_that_is_changed_or_leaves_is_noticed_and_a_build_is_not() {
    use std::fs::File;
    let folder = tempfile::tempdir().unwrap();
    let at = |secs| SystemTime::UNIX_EPOCH + Duration::from_secs(secs);
    let set = |path: &str, secs| File::open(folder.path().join(path)).unwrap().set_modified(at(secs)).unwrap();
    for (inner, file) in [("src", "src/a.rs"), ("target", "target/b"), ("node_modules", "node_modules/c")] {
        fs::create_dir(folder.path().join(inner)).unwrap();
        fs::write(folder.path().join(file), "").unwrap();
    }
    for (path, secs) in [("target/b", 90), ("node_modules/c", 90), ("src/a.rs", 20), ("src", 10), (".", 10)] {
        set(path, secs);
    }
    let root = folder.path().to_str().unwrap();
    assert_eq!(newest(&[root, "/nowhere"]), Some(at(20)));
    set("src", 30);
    assert_eq!(newest(&[root]), Some(at(30)));
}
