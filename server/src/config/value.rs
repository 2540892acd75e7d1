//! The types of settings. Each is read from text, so that the file, a variable and a flag mean the same.
use crate::base::Base;
use ipnet::IpNet;
use jiff::SignedDuration;
use portvakt_model::email::EmailAddress;
use std::fmt;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

/// A type that a setting can have.
pub trait Value: Sized {
    /// The accepted values in words, with their unit.
    const TAKES: &'static str;
    /// Whether the value is masked when it is shown.
    const SECRET: bool = false;

    /// Reads the value.
    ///
    /// # Errors
    /// The reason, if `TAKES` does not tell it.
    fn read(text: &str) -> Result<Self, String>;
}

/// A value that is shown as `••••`.
#[derive(Clone)]
pub struct Secret(String);

impl Secret {
    /// The value.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("••••")
    }
}

/// Where people get help.
#[derive(Debug, Clone)]
pub struct Contact(pub String);

/// The form of the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// For people at a terminal, otherwise JSON.
    Auto,
    /// For people.
    Human,
    /// One JSON object for each line.
    Json,
}

/// The header in which a proxy names the client's address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ProxyHeader {
    /// `X-Forwarded-For` and `X-Forwarded-Proto`.
    XForwardedFor,
    /// `Forwarded` (RFC 7239).
    Forwarded,
}

impl ProxyHeader {
    /// The name in the settings file and in a request.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::XForwardedFor => "x-forwarded-for",
            Self::Forwarded => "forwarded",
        }
    }
}

fn wrong<E: fmt::Display>(error: E) -> String {
    error.to_string()
}

impl Value for String {
    const TAKES: &'static str = "text";
    fn read(text: &str) -> Result<Self, String> {
        Ok(text.to_owned())
    }
}

impl Value for PathBuf {
    const TAKES: &'static str = "path";
    fn read(text: &str) -> Result<Self, String> {
        Ok(text.into())
    }
}

impl Value for u32 {
    const TAKES: &'static str = "whole number from 1";
    fn read(text: &str) -> Result<Self, String> {
        text.parse().ok().filter(|number| *number > 0).ok_or_else(String::new)
    }
}

impl Value for Duration {
    const TAKES: &'static str = "time with its unit, such as 500ms, 10s or 5m";
    fn read(text: &str) -> Result<Self, String> {
        let time: SignedDuration = text.parse().map_err(wrong)?;
        Self::try_from(time).ok().filter(|time| !time.is_zero()).ok_or_else(String::new)
    }
}

impl Value for SocketAddr {
    const TAKES: &'static str = "IP address and port";
    fn read(text: &str) -> Result<Self, String> {
        text.parse().map_err(|_| String::new())
    }
}

impl Value for Base {
    const TAKES: &'static str = "https://HOST or https://HOST:PORT";
    fn read(text: &str) -> Result<Self, String> {
        Self::of_origin(text).ok_or_else(String::new)
    }
}

impl Value for Secret {
    const TAKES: &'static str = "text, masked when it is shown";
    const SECRET: bool = true;
    fn read(text: &str) -> Result<Self, String> {
        Ok(Self(text.to_owned()))
    }
}

impl Value for Contact {
    const TAKES: &'static str = "an email address, or a page's address that begins with https://";
    fn read(text: &str) -> Result<Self, String> {
        let is_page = text.strip_prefix("https://").is_some_and(|rest| !rest.is_empty() && !rest.contains('@'));
        let fits = (is_page && text.parse::<http::Uri>().is_ok()) || EmailAddress::parse(text).is_ok();
        if fits { Ok(Self(text.to_owned())) } else { Err(String::new()) }
    }
}

impl Value for Vec<IpNet> {
    const TAKES: &'static str = "IP addresses or networks such as 10.0.0.0/8, separated by commas";
    fn read(text: &str) -> Result<Self, String> {
        let each = text.split(',').map(str::trim).filter(|part| !part.is_empty());
        each.map(|part| {
            let host = || part.parse::<std::net::IpAddr>().ok().map(IpNet::from);
            part.parse().ok().or_else(host).ok_or_else(String::new)
        })
        .collect()
    }
}

impl<T: Value> Value for Option<T> {
    const TAKES: &'static str = T::TAKES;
    const SECRET: bool = T::SECRET;
    fn read(text: &str) -> Result<Self, String> {
        if text.is_empty() { Ok(None) } else { T::read(text).map(Some) }
    }
}

impl Value for Format {
    const TAKES: &'static str = "auto, human or json";
    fn read(text: &str) -> Result<Self, String> {
        match text {
            "auto" => Ok(Self::Auto),
            "human" => Ok(Self::Human),
            "json" => Ok(Self::Json),
            _ => Err(String::new()),
        }
    }
}

impl Value for ProxyHeader {
    const TAKES: &'static str = "x-forwarded-for or forwarded";
    fn read(text: &str) -> Result<Self, String> {
        [Self::XForwardedFor, Self::Forwarded].into_iter().find(|header| header.name() == text).ok_or_else(String::new)
    }
}
