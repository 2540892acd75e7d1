//! The three builds of the program, and where each is.
use crate::step::{run, step};
use crate::{site, target, tools};
use anyhow::{Context, Result, anyhow};
use portvakt_site::Site;
use std::fs;
use std::path::PathBuf;
use std::process::Command;
use std::thread;

/// A build.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Not optimised, for `cargo xtask run` and `dev`. Its site lies beside it.
    Debug,
    /// The build for the tests: lightly optimised, with the gallery and a clock that a test moves.
    Qa,
    /// The released build.
    Release,
}

impl Kind {
    /// The subfolder of cargo's target folder.
    const fn folder(self) -> &'static str {
        match self {
            Self::Debug => "debug",
            Self::Qa => "qa",
            Self::Release => "release",
        }
    }

    /// The name of cargo's profile.
    const fn profile(self) -> &'static str {
        match self {
            Self::Debug => "dev",
            Self::Qa | Self::Release => self.folder(),
        }
    }

    /// Whether the build has the parts that only tests use.
    pub const fn is_for_tests(self) -> bool {
        !matches!(self, Self::Release)
    }

    /// Whether the site is optimised, compressed and attached to the program.
    pub const fn is_packed(self) -> bool {
        !matches!(self, Self::Debug)
    }

    /// The folder of the site. The site of a debug build lies where the program looks for it.
    pub fn site(self) -> PathBuf {
        target().join(self.folder()).join(portvakt_site::FOLDER)
    }

    /// The folder in which the site is made. Only a complete site moves to [`Self::site`].
    pub fn workshop(self) -> PathBuf {
        target().join("site").join(self.folder())
    }

    /// The path of the built program.
    pub fn program(self) -> Result<PathBuf> {
        let path = target().join(self.folder()).join("portvakt");
        fs::canonicalize(&path).with_context(|| path.display().to_string())
    }

    /// Builds the site and the server, and returns the program's path. The site is finished while cargo builds the
    /// server, which does not need it.
    pub fn build(self) -> Result<PathBuf> {
        tools::prerequisites()?;
        let wasm = site::compile(self)?;
        thread::scope(|scope| {
            let site = scope.spawn(|| site::finish(self, &wasm));
            self.compile()?;
            site.join().map_err(|_| anyhow!("the site's builder panicked"))?
        })?;
        self.attach()
    }

    /// Builds the server alone, attaches the existing site, and returns the program's path.
    pub fn server(self) -> Result<PathBuf> {
        self.compile()?;
        self.attach()
    }

    fn compile(self) -> Result<()> {
        let what = match self {
            Self::Debug => "build the server",
            Self::Qa => "build the server for tests",
            Self::Release => "build the server that ships",
        };
        step(what, "read the compiler's message", || {
            let mut cargo = Command::new("cargo");
            cargo.args(["build", "--locked", "--profile", self.profile()]);
            match self {
                Self::Debug => cargo.args(["--package", "portvakt", "--features", "qa"]),
                // With the packages of the tests, and an example: crates then have the features that the tests want of
                // them, and are not compiled twice.
                Self::Qa => cargo.args(["--workspace", "--exclude", "xtask", "--features", "portvakt/qa"]).args([
                    "--bin",
                    "portvakt",
                    "--example",
                    "schema",
                ]),
                Self::Release => cargo.args(["--package", "portvakt"]),
            };
            run(&mut cargo)
        })
    }

    /// Attaches the site to the built program, and returns the program's path. Cargo's own copy stays unchanged.
    pub fn attach(self) -> Result<PathBuf> {
        let program = self.program()?;
        if self.is_packed() {
            step("attach the site to the program", "free disk space", || {
                Ok(Site::of_folder(&self.site())?.attach(&program)?)
            })?;
        }
        Ok(program)
    }
}
