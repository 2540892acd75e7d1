//! `portvakt config`: shows the settings.
use super::place::PortalFlags;
use crate::config::{ConfigFormat, list, reference};
use anyhow::Result;
use clap::Args;

/// Options of `config`.
#[derive(Args)]
pub struct Show {
    /// The portal whose settings to show.
    #[command(flatten)]
    pub place: PortalFlags,
    /// Prints a JSON array.
    #[arg(long)]
    pub json: bool,
    /// Prints the documentation of every setting, in Markdown.
    #[arg(long, conflicts_with = "json")]
    pub reference: bool,
}

/// Prints the settings.
///
/// # Errors
/// If a setting is wrong.
pub fn show(show: &Show) -> Result<()> {
    if show.reference {
        print!("{}", reference());
        return Ok(());
    }
    let settings = show.place.settings(&[])?;
    print!("{}", list(&settings.found, if show.json { ConfigFormat::Json } else { ConfigFormat::Toml }));
    settings.config.base().map(drop)
}
