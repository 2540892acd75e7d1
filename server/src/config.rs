//! The settings: one typed struct for each area. Each setting is declared once, here. Its key in the file, its
//! variable, its default, the list of `portvakt config` and `docs/configuration.md` are made from the declaration.
mod base;
mod list;
mod source;
mod value;

pub use list::{ConfigFormat, list, reference};
pub use source::{Flag, Origin, Settings, SettingsFound};
pub use value::{Contact, Format, ProxyHeader, Secret, Value};

use crate::base::Base;
use anyhow::Result;
use ipnet::IpNet;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

/// One setting, as the file, the variables and the documentation name it.
#[derive(Debug, Clone, Copy)]
pub struct Key {
    /// The table in the file.
    pub area: &'static str,
    /// The key in the table.
    pub name: &'static str,
    /// The documentation, one line of the source each.
    pub docs: &'static [&'static str],
    /// The accepted values, with their unit.
    pub takes: &'static str,
    /// The default as text; empty if there is none.
    pub default: &'static str,
    /// Whether the value is masked when it is shown.
    pub secret: bool,
}

impl Key {
    /// `area.name`.
    #[must_use]
    pub fn path(&self) -> String {
        format!("{}.{}", self.area, self.name)
    }

    /// `PORTVAKT_AREA_NAME`.
    #[must_use]
    pub fn variable(&self) -> String {
        format!("PORTVAKT_{}_{}", self.area, self.name).to_ascii_uppercase()
    }
}

macro_rules! areas {
    ($($(#[doc = $about:literal])+ $field:ident: $area:ident {
        $($(#[doc = $docs:literal])+ $key:ident: $kind:ty = $default:literal,)+
    })+) => {
        $(
            $(#[doc = $about])+
            #[derive(Debug, Clone)]
            pub struct $area {
                $($(#[doc = $docs])+ pub $key: $kind,)+
            }
        )+

        /// All settings.
        #[derive(Debug, Clone)]
        pub struct Config {
            $($(#[doc = $about])+ pub $field: $area,)+
        }

        /// Every setting, in the order of the areas.
        pub const KEYS: &[Key] = &[$($(Key {
            area: stringify!($field),
            name: stringify!($key),
            docs: &[$($docs),+],
            takes: <$kind as Value>::TAKES,
            default: $default,
            secret: <$kind as Value>::SECRET,
        },)+)+];

        /// The documentation of each area.
        pub const AREAS: &[(&str, &[&str])] = &[$((stringify!($field), &[$($about),+]),)+];

        impl Config {
            fn of(found: &SettingsFound) -> Result<Self> {
                Ok(Self { $($field: $area { $($key: found.get(stringify!($field), stringify!($key))?,)+ },)+ })
            }
        }
    };
}

areas! {
    /// The portal's address and its data.
    server: Server {
        /// The folder of the database and the master key. It is created if it does not exist.
        data: PathBuf = "data",
        /// The address to listen on. `localhost:PORT` is both loopback addresses; with port 0 the system chooses one.
        listen: String = "localhost:3000",
        /// The origin under which browsers reach the portal. Cookies, links and passkeys belong to it. The default is
        /// `localhost` with the port of `server.listen`.
        origin: Option<Base> = "",
    }
    /// Encryption by Portvakt itself: TLS 1.3 and 1.2, HTTP/2 and HTTP/1.1.
    tls: Tls {
        /// The certificate and its chain, in PEM. Portvakt reads the file again when it changes.
        cert: Option<PathBuf> = "",
        /// The certificate's private key, in PEM.
        key: Option<PathBuf> = "",
        /// The address on which plain HTTP is redirected to `server.origin`.
        redirect: Option<SocketAddr> = "",
    }
    /// A reverse proxy in front of the portal that encrypts instead of Portvakt.
    proxy: Proxy {
        /// The networks of the proxy. Portvakt believes what they say about the client's address. If any is set,
        /// Portvakt serves plain HTTP to these networks and refuses every other connection.
        trusted: Vec<IpNet> = "",
        /// The header in which the proxy names the client's address. Portvakt reads only this one, so the proxy has
        /// to set it or strip it.
        header: ProxyHeader = "x-forwarded-for",
    }
    /// The database. The default is the SQLite file `portvakt.db` in the data folder.
    database: Database {
        /// `postgres://USER:PASSWORD@HOST/NAME`. A connection to another machine is encrypted and the server's
        /// certificate is verified, unless the address sets another `sslmode=`.
        url: Option<Secret> = "",
        /// The most connections of this process to PostgreSQL.
        connections: u32 = "10",
        /// The longest that one statement may take on PostgreSQL.
        statement_timeout: Duration = "10s",
    }
    /// Mail to people: invitations, reset links and notices.
    mail: Mail {
        /// The mail server: `smtp://USER:PASSWORD@HOST:587` or `smtps://USER:PASSWORD@HOST:465`. A connection to
        /// another machine is always encrypted and the server's certificate is verified. Without a mail server
        /// Portvakt writes mails into the folder `mail` in the data folder.
        smtp: Option<Secret> = "",
        /// The sender's address. The default is `portvakt@` and the host of `server.origin`.
        from: Option<String> = "",
    }
    /// Help for people, on the portal's pages.
    support: Support {
        /// Where people get help: an email address, or the address of a page that begins with `https://`. Public
        /// pages show it. Without it they tell people to ask their organisation's administrator.
        contact: Option<Contact> = "",
    }
    /// The log, on standard error.
    log: Log {
        /// The filter, as `tracing` writes it: `info`, or `warn,portvakt_core=debug`.
        filter: String = "info",
        /// The form of the log.
        format: Format = "auto",
    }
    /// Figures for Prometheus, and the portal's health.
    metrics: Metrics {
        /// The address on which `/metrics`, `/healthz` and `/readyz` are served, in plain HTTP and to every client
        /// that can reach it. The default is no address.
        listen: Option<SocketAddr> = "",
    }
    /// Traces for OpenTelemetry.
    traces: Traces {
        /// The collector's address, for OTLP over gRPC: `http://localhost:4317`. The default is no collector.
        endpoint: Option<String> = "",
    }
}
