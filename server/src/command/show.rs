//! `portvakt config`: shows what is set.
use super::place::Place;
use crate::config::{Form, list, reference};
use anyhow::Result;
use clap::Args;

/// Options of `config`.
#[derive(Args)]
pub struct Show {
    /// Where the portal is.
    #[command(flatten)]
    pub place: Place,
    /// As a JSON array.
    #[arg(long)]
    pub json: bool,
    /// Every setting there is, in Markdown, instead.
    #[arg(long, conflicts_with = "json")]
    pub reference: bool,
}

/// Prints what is set.
///
/// # Errors
/// If a setting is wrong.
pub fn show(show: &Show) -> Result<()> {
    if show.reference {
        print!("{}", reference());
        return Ok(());
    }
    let settings = show.place.settings(&[])?;
    print!("{}", list(&settings.found, if show.json { Form::Json } else { Form::Toml }));
    settings.config.base().map(drop)
}
