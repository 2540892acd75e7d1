//! The three builds of the program, and where each is.
use crate::step::{run, step};
use crate::{site, target, tools};
use anyhow::{Context, Result};
use portvakt_site::Site;
use std::fs;
use std::path::PathBuf;
use std::process::Command;

/// What is built.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Not optimised, for `cargo xtask run` and `dev`; its site lies beside it.
    Debug,
    /// What the tests run: lightly optimised, with the gallery and the moved clock.
    Qa,
    /// What ships.
    Release,
}

impl Kind {
    /// The folder under cargo's own that cargo builds into.
    const fn folder(self) -> &'static str {
        match self {
            Self::Debug => "debug",
            Self::Qa => "qa",
            Self::Release => "release",
        }
    }

    /// The profile's name for cargo.
    const fn profile(self) -> &'static str {
        match self {
            Self::Debug => "dev",
            Self::Qa | Self::Release => self.folder(),
        }
    }

    /// Whether the build has what only tests use.
    pub const fn is_for_tests(self) -> bool {
        !matches!(self, Self::Release)
    }

    /// Whether the site is optimised, packed, and attached to the program.
    pub const fn is_packed(self) -> bool {
        !matches!(self, Self::Debug)
    }

    /// Where the site is. That of a debug build lies where the program looks for it.
    pub fn site(self) -> PathBuf {
        target().join(self.folder()).join(portvakt_site::FOLDER)
    }

    /// Where the site is made; only a whole one moves to [`Self::site`].
    pub fn workshop(self) -> PathBuf {
        target().join("site").join(self.folder())
    }

    /// The program that was built.
    pub fn program(self) -> Result<PathBuf> {
        let path = target().join(self.folder()).join("portvakt");
        fs::canonicalize(&path).with_context(|| path.display().to_string())
    }

    /// Builds the site and the server; the program's path.
    pub fn build(self) -> Result<PathBuf> {
        tools::prerequisites()?;
        site::build(self)?;
        self.server()
    }

    /// Builds the server alone, and attaches the site that is there; the program's path.
    pub fn server(self) -> Result<PathBuf> {
        let what = match self {
            Self::Debug => "build the server",
            Self::Qa => "build the server for tests",
            Self::Release => "build the server that ships",
        };
        step(what, "read the compiler's message", || {
            let mut cargo = Command::new("cargo");
            cargo.args(["build", "--locked", "--package", "portvakt", "--profile", self.profile()]);
            run(cargo.args(self.is_for_tests().then_some("--features=qa")))
        })?;
        self.attach()
    }

    /// Attaches the site to the program that cargo has built; the program's path. Cargo's own copy stays as it is.
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
