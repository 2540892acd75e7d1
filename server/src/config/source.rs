//! The sources of settings: a file, then variables, then flags. A later source overrides an earlier one.
use super::{Config, KEYS, Key, Value};
use anyhow::{Context, Result, anyhow, bail};
use std::collections::BTreeMap;
use std::env;
use std::ffi::OsStr;
use std::fmt;
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use toml::Table;

/// The file that is read if it exists and no other is named.
const FILE: &str = "portvakt.toml";
const PREFIX: &str = "PORTVAKT_";
/// The variable that names the file. The command line reads it.
const FILE_VARIABLE: &str = "PORTVAKT_CONFIG";
/// The smallest similarity (Jaro-Winkler) at which a known name is suggested for an unknown one.
const ALIKE: f64 = 0.8;

/// The source of a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// The setting's default.
    Default,
    /// The settings file.
    File(PathBuf),
    /// An environment variable.
    Variable(String),
    /// A command-line flag.
    Flag(&'static str),
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Default => f.write_str("default"),
            Self::File(path) => write!(f, "{}", path.display()),
            Self::Variable(name) => f.write_str(name),
            Self::Flag(name) => f.write_str(name),
        }
    }
}

/// A flag: its value, the area and the name of its setting, and the flag's own name.
pub type Flag = (Option<String>, &'static str, &'static str, &'static str);

/// Every setting's text and its source.
#[derive(Debug, Clone)]
pub struct SettingsFound(BTreeMap<(&'static str, &'static str), (String, Origin)>);

/// The settings and their sources.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The settings.
    pub config: Config,
    /// Their sources.
    pub found: SettingsFound,
}

impl Settings {
    /// Reads the file `named` (or else `portvakt.toml`, if it exists), the environment and the flags.
    ///
    /// # Errors
    /// One line for the first fault: the setting, its source, and the values it takes.
    pub fn read(named: Option<&Path>, flags: &[Flag]) -> Result<Self> {
        let mut found = SettingsFound::defaults();
        let path = named.unwrap_or(Path::new(FILE));
        match fs::read_to_string(path) {
            Ok(text) => found.file(path, &text)?,
            Err(e) if e.kind() == ErrorKind::NotFound && named.is_none() => {}
            Err(e) => {
                return Err(e)
                    .with_context(|| format!("{} cannot be read: name another with --config", path.display()));
            }
        }
        // A variable that is not UTF-8 is no valid value, and its setting refuses it.
        found.variables(env::vars_os().map(|(name, value)| (lossy(&name), lossy(&value))))?;
        for (value, area, name, flag) in flags {
            if let Some(value) = value {
                found.set(area, name, value.clone(), Origin::Flag(flag));
            }
        }
        Ok(Self { config: Config::of(&found)?, found })
    }
}

impl SettingsFound {
    pub(super) fn defaults() -> Self {
        Self(KEYS.iter().map(|key| ((key.area, key.name), (key.default.to_owned(), Origin::Default))).collect())
    }

    /// A setting's text and its source.
    #[must_use]
    pub fn text(&self, key: &Key) -> (&str, &Origin) {
        self.0.get(&(key.area, key.name)).map_or(("", &Origin::Default), |(text, origin)| (text, origin))
    }

    pub(super) fn get<T: Value>(&self, area: &'static str, name: &'static str) -> Result<T> {
        let (text, origin) = self.0.get(&(area, name)).context("a setting without a default")?;
        T::read(text).map_err(|why| {
            let said = if T::SECRET { "••••" } else { text };
            let why = if why.is_empty() { String::new() } else { format!(" ({why})") };
            anyhow!("{area}.{name} takes {}, not \"{said}\"{why}: change it in {origin}", T::TAKES)
        })
    }

    fn set(&mut self, area: &str, name: &str, text: String, origin: Origin) -> bool {
        let key = KEYS.iter().find(|key| key.area == area && key.name == name);
        key.is_some_and(|key| self.0.insert((key.area, key.name), (text, origin)).is_some())
    }

    pub(super) fn file(&mut self, path: &Path, text: &str) -> Result<()> {
        let place = path.display();
        let table: Table = text.parse().map_err(|e: toml::de::Error| {
            let line = e.span().map_or(1, |span| text[..span.start].lines().count().max(1));
            anyhow!("{place} is not TOML, line {line}: {}", e.message())
        })?;
        for (area, keys) in &table {
            let toml::Value::Table(keys) = keys else {
                let all = KEYS.iter().map(Key::path);
                bail!("{place}: there is no area {area}{}", suggestion(&format!("{area}.{area}"), all));
            };
            for (name, value) in keys {
                let text = plain(value).with_context(|| format!("{place}: {area}.{name} takes one value"))?;
                if !self.set(area, name, text, Origin::File(path.to_owned())) {
                    let path = format!("{area}.{name}");
                    bail!("{place}: there is no setting {path}{}", suggestion(&path, KEYS.iter().map(Key::path)));
                }
            }
        }
        Ok(())
    }

    pub(super) fn variables(&mut self, all: impl Iterator<Item = (String, String)>) -> Result<()> {
        for (name, text) in all.filter(|(name, _)| name.starts_with(PREFIX) && name != FILE_VARIABLE) {
            let Some(key) = KEYS.iter().find(|key| key.variable() == name) else {
                let known = KEYS.iter().map(Key::variable);
                bail!("there is no setting for the variable {name}{}", suggestion(&name, known));
            };
            self.set(key.area, key.name, text, Origin::Variable(name));
        }
        Ok(())
    }
}

fn lossy(text: &OsStr) -> String {
    text.to_string_lossy().into_owned()
}

/// A value of the file, written as in a variable.
fn plain(value: &toml::Value) -> Option<String> {
    match value {
        toml::Value::String(text) => Some(text.clone()),
        toml::Value::Array(parts) => Some(parts.iter().map(plain).collect::<Option<Vec<_>>>()?.join(",")),
        toml::Value::Table(_) => None,
        other => Some(other.to_string()),
    }
}

fn suggestion(unknown: &str, known: impl Iterator<Item = String>) -> String {
    let alike = known.map(|name| (strsim::jaro_winkler(unknown, &name), name)).filter(|(alike, _)| *alike >= ALIKE);
    let best = alike.max_by(|a, b| a.0.total_cmp(&b.0));
    best.map_or_else(|| ": `portvakt config` lists them all".to_owned(), |(_, name)| format!(": did you mean {name}?"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of_file(text: &str) -> Result<Config> {
        let mut found = SettingsFound::defaults();
        found.file(Path::new("portvakt.toml"), text)?;
        Config::of(&found)
    }

    fn refused(text: &str) -> String {
        format!("{:#}", of_file(text).unwrap_err())
    }

    #[test]
    fn every_default_is_taken_by_its_type() {
        Config::of(&SettingsFound::defaults()).unwrap();
    }

    #[test]
    fn a_variable_goes_over_the_file_and_says_so() {
        let mut found = SettingsFound::defaults();
        found.file(Path::new("portvakt.toml"), "[database]\nconnections = 3\nstatement_timeout = \"2s\"").unwrap();
        let variables = [("PORTVAKT_DATABASE_CONNECTIONS", "7"), ("HOME", "/root"), ("PORTVAKT", "x")];
        found.variables(variables.into_iter().map(|(name, text)| (name.to_owned(), text.to_owned()))).unwrap();
        let config = Config::of(&found).unwrap();
        assert_eq!(config.database.connections, 7);
        assert_eq!(config.database.statement_timeout.as_secs(), 2);
        let origins: Vec<_> =
            KEYS.iter().filter(|k| k.area == "database").map(|k| found.text(k).1.to_string()).collect();
        assert_eq!(origins, ["default", "PORTVAKT_DATABASE_CONNECTIONS", "portvakt.toml"]);
    }

    #[test]
    fn an_unknown_setting_is_refused_with_a_suggestion() {
        for (text, meant) in [
            ("[sever]\nlisten = \"localhost:1\"", "did you mean server.listen?"),
            ("[tls]\ncertificate = \"a\"", "did you mean tls.cert?"),
            ("listen = \"localhost:1\"", "there is no area listen"),
            ("[zzz]\nqqq = 1", "`portvakt config` lists them all"),
            ("[server]\nlisten = { a = 1 }", "takes one value"),
            ("[server]\nlisten = localhost", "line 2"),
        ] {
            let said = refused(text);
            assert!(said.contains(meant) && !said.contains('\n'), "{text}: {said}");
        }
        let mut found = SettingsFound::defaults();
        let said = found.variables([("PORTVAKT_SERVER_LISTN".to_owned(), String::new())].into_iter()).unwrap_err();
        assert!(said.to_string().ends_with("did you mean PORTVAKT_SERVER_LISTEN?"), "{said}");
    }

    #[test]
    fn an_invalid_value_is_refused_with_the_valid_ones() {
        for (text, takes) in [
            ("[database]\nconnections = 0", "database.connections takes whole number from 1, not \"0\""),
            ("[database]\nstatement_timeout = 10", "such as 500ms, 10s or 5m, not \"10\""),
            ("[server]\norigin = \"http://konto.example\"", "server.origin takes https://HOST"),
            ("[proxy]\ntrusted = [\"10.0.0.0/8\", \"nobody\"]", "separated by commas"),
            ("[metrics]\nlisten = \"9100\"", "IP address and port"),
            ("[log]\nformat = \"xml\"", "auto, human or json, not \"xml\": change it in portvakt.toml"),
        ] {
            let said = refused(text);
            assert!(said.contains(takes), "{said}");
        }
        let config = of_file("[proxy]\ntrusted = [\"10.0.0.0/8\", \"192.0.2.1\", \"2001:db8::/32\"]").unwrap();
        assert_eq!(config.proxy.trusted.len(), 3);
        assert!(config.proxy.trusted[1].contains(&"192.0.2.1".parse::<std::net::IpAddr>().unwrap()));
    }
}
