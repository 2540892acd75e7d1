//! The flags that say where a portal is and how it is served.
use crate::config::{Config, Flag, Settings};
use crate::services;
use anyhow::Result;
use clap::Args;
use portvakt_core::Core;
use std::path::PathBuf;

/// Where the portal keeps its things and where it is reached. Each goes over the file and the variables.
#[derive(Args)]
pub struct Place {
    /// The TOML file with the settings; `portvakt.toml`, if it is there.
    #[arg(long, env = "PORTVAKT_CONFIG", value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// Folder of the database and the master key; made if it is not there.
    #[arg(long, value_name = "FOLDER")]
    pub data: Option<String>,
    /// Another database than the file `portvakt.db` in the data folder: `postgres://…`.
    #[arg(long, value_name = "URL")]
    pub database: Option<String>,
    /// Where to listen: `localhost:PORT`, or an address and a port.
    #[arg(long, value_name = "ADDRESS")]
    pub listen: Option<String>,
    /// How browsers reach the portal: `https://HOST`.
    #[arg(long, value_name = "ORIGIN")]
    pub origin: Option<String>,
}

impl Place {
    /// What holds, with more flags than the place's own.
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

    /// Opens the services of a portal that is there.
    ///
    /// # Errors
    /// As [`services::open`].
    pub(crate) async fn open(&self) -> Result<(Core, Config)> {
        let config = self.settings(&[])?.config;
        Ok((services::open(&config, false).await?, config))
    }
}

/// How a portal is served.
#[derive(Args)]
pub struct Serving {
    /// Where the portal is.
    #[command(flatten)]
    pub place: Place,
    /// The certificate for TLS, in PEM; read again when the file changes.
    #[arg(long, value_name = "FILE")]
    pub tls_cert: Option<String>,
    /// Its private key, in PEM.
    #[arg(long, value_name = "FILE")]
    pub tls_key: Option<String>,
    /// The networks of the reverse proxy that encrypts instead, separated by commas.
    #[arg(long, value_name = "NETWORKS")]
    pub behind_proxy: Option<String>,
}

impl Serving {
    /// What holds.
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
