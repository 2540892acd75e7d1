//! What can be set: a typed struct an area. Each setting is told once, here; its file key, its variable, its default, the
//! list that `portvakt config` prints and `docs/configuration.md` all come from it.
mod base;
mod list;
mod source;
mod value;

pub use list::{Form, list, reference};
pub use source::{Flag, Found, Origin, Settings};
pub use value::{Contact, Format, ProxyHeader, Secret, Value};

use crate::base::Base;
use anyhow::Result;
use ipnet::IpNet;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

/// One setting, as it is written in a file, a variable and the documentation.
#[derive(Debug, Clone, Copy)]
pub struct Key {
    /// The table in the file.
    pub area: &'static str,
    /// The key in the table.
    pub name: &'static str,
    /// What it does, a line each.
    pub docs: &'static [&'static str],
    /// What it takes, with its unit.
    pub takes: &'static str,
    /// As text; empty where there is none.
    pub default: &'static str,
    /// Whether it is masked where it is shown.
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

        /// Everything that can be set.
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

        /// What each area is about.
        pub const AREAS: &[(&str, &[&str])] = &[$((stringify!($field), &[$($about),+]),)+];

        impl Config {
            fn of(found: &Found) -> Result<Self> {
                Ok(Self { $($field: $area { $($key: found.get(stringify!($field), stringify!($key))?,)+ },)+ })
            }
        }
    };
}

areas! {
    /// Where the portal is reached and where it keeps its things.
    server: Server {
        /// The folder of the database and the master key; made if it is not there.
        data: PathBuf = "data",
        /// Where to listen: `localhost:PORT` is both loopback addresses, port 0 lets the system choose.
        listen: String = "localhost:3000",
        /// How browsers reach the portal. Cookies, links and passkeys belong to it.
        /// Without it, `localhost` with the port of `server.listen`.
        origin: Option<Base> = "",
    }
    /// Encryption on the way to the browser, by Portvakt itself: TLS 1.3 and 1.2, HTTP/2 and HTTP/1.1.
    tls: Tls {
        /// The certificate and what leads to its root, in PEM. Read again when the file changes.
        cert: Option<PathBuf> = "",
        /// Its private key, in PEM.
        key: Option<PathBuf> = "",
        /// Where plain HTTP is answered with a redirect to `server.origin`.
        redirect: Option<SocketAddr> = "",
    }
    /// A reverse proxy in front that encrypts in Portvakt's place.
    proxy: Proxy {
        /// The networks whose word on the client's address is taken. With one or more, Portvakt serves plain HTTP to them,
        /// and to nobody else.
        trusted: Vec<IpNet> = "",
        /// The header in which the proxy says it. Only this one is read, so the proxy must set or strip it.
        header: ProxyHeader = "x-forwarded-for",
    }
    /// The database. Without an address it is the file `portvakt.db` in the data folder.
    database: Database {
        /// `postgres://USER:PASSWORD@HOST/NAME`. To another machine the connection is encrypted and its certificate is
        /// verified, unless the address says otherwise with `sslmode=`.
        url: Option<Secret> = "",
        /// Most connections of this process to PostgreSQL.
        connections: u32 = "10",
        /// Longest that one statement may take on PostgreSQL.
        statement_timeout: Duration = "10s",
    }
    /// Mail to people: invitations, links to a new password, notices.
    mail: Mail {
        /// The server that sends it: `smtp://USER:PASSWORD@HOST:587`, or `smtps://USER:PASSWORD@HOST:465`. To another
        /// machine it is always encrypted, and the server's certificate is verified. Without it mails are written into
        /// the folder `mail` in the data folder.
        smtp: Option<Secret> = "",
        /// The address that mail comes from; without it `portvakt@` and the host of `server.origin`.
        from: Option<String> = "",
    }
    /// What the pages say of help.
    support: Support {
        /// Where people get help, for the pages that everybody may read: an email address, or a page's that begins with
        /// `https://`. Without it they are told to ask whoever administers their organisation.
        contact: Option<Contact> = "",
    }
    /// What is written to standard error.
    log: Log {
        /// How much, as `tracing` filters say it: `info`, or `warn,portvakt_core=debug`.
        filter: String = "info",
        /// In which form.
        format: Format = "auto",
    }
    /// Figures for Prometheus, and the portal's health.
    metrics: Metrics {
        /// Where `/metrics`, `/healthz` and `/readyz` are answered, in plain HTTP and to everybody who reaches it; nowhere
        /// by default.
        listen: Option<SocketAddr> = "",
    }
    /// Traces for OpenTelemetry.
    traces: Traces {
        /// The collector, by OTLP over gRPC: `http://localhost:4317`; none by default.
        endpoint: Option<String> = "",
    }
}
