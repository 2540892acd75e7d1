//! The flags that name a portal and how it is served.
use crate::config::{Config, Flag, Settings};
use crate::services;
use anyhow::Result;
use clap::Args;
use portvakt_core::Core;
use std::path::PathBuf;

/// The flags that name a portal. Each one overrides the settings file and the environment.
#[derive(Args)]
pub struct PortalFlags {
    /// The TOML file with the settings; without it `portvakt.toml`, if that exists.
    #[arg(long, env = "PORTVAKT_CONFIG", value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// The folder of the database and the master key; created if it does not exist.
    #[arg(long, value_name = "FOLDER")]
    pub data: Option<String>,
    /// A PostgreSQL database, `postgres://…`, instead of the file `portvakt.db` in the data folder.
    #[arg(long, value_name = "URL")]
    pub database: Option<String>,
    /// The address to listen on: `localhost:PORT`, or an IP address and a port.
    #[arg(long, value_name = "ADDRESS")]
    pub listen: Option<String>,
    /// The origin under which browsers reach the portal: `https://HOST`.
    #[arg(long, value_name = "ORIGIN")]
    pub origin: Option<String>,
}

impl PortalFlags {
    /// The settings, with other flags beside these.
    ///
    /// # Errors
    /// As [`Settings::read`].
    pub fn settings(&self, more: &[Flag]) -> Result<Settings> {
        let own = [
            (self.data.clone(), "server", "data", "--data"),
            (self.database.clone(), "database", "url", "--database"),
            (self.listen.clone(), "server", "listen", "--listen"),
            (self.origin.clone(), "server", "origin", "--origin"),
        ];
        Settings::read(self.config.as_deref(), &[&own, more].concat())
    }

    /// Opens the services of an existing portal.
    ///
    /// # Errors
    /// As [`services::open`].
    pub(crate) async fn open(&self) -> Result<(Core, Config)> {
        let config = self.settings(&[])?.config;
        Ok((services::open(&config, false).await?, config))
    }
}

/// The flags that say how a portal is served.
#[derive(Args)]
pub struct Serving {
    /// The portal to serve.
    #[command(flatten)]
    pub place: PortalFlags,
    /// The TLS certificate, in PEM; read again when the file changes.
    #[arg(long, value_name = "FILE")]
    pub tls_cert: Option<String>,
    /// The certificate's private key, in PEM.
    #[arg(long, value_name = "FILE")]
    pub tls_key: Option<String>,
    /// The networks of a reverse proxy that encrypts instead, separated by commas.
    #[arg(long, value_name = "NETWORKS")]
    pub behind_proxy: Option<String>,
}

impl Serving {
    /// The settings.
    ///
    /// # Errors
    /// As [`Settings::read`].
    pub fn settings(&self) -> Result<Settings> {
        self.place.settings(&[
            (self.tls_cert.clone(), "tls", "cert", "--tls-cert"),
            (self.tls_key.clone(), "tls", "key", "--tls-key"),
            (self.behind_proxy.clone(), "proxy", "trusted", "--behind-proxy"),
        ])
    }
}
