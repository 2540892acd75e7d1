//! The meaning of a component's colour. Its words and its shape say the same.

/// The colour of a notice or a tag.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tone {
    /// Information.
    Info,
    /// All is well.
    Ok,
    /// It needs attention.
    Warn,
    /// It failed, or cannot be undone.
    Danger,
    /// The one that matters here.
    Accent,
    /// Nothing to notice.
    Quiet,
}

impl Tone {
    /// The tone's name in the style sheets' `data-kind`.
    #[must_use]
    pub const fn kind(self) -> &'static str {
        match self {
            Self::Info => "info",
            Self::Ok => "ok",
            Self::Warn => "warn",
            Self::Danger => "danger",
            Self::Accent => "accent",
            Self::Quiet => "quiet",
        }
    }

    /// The tone's icon, which says the same as the colour.
    #[must_use]
    pub const fn icon(self) -> &'static str {
        match self {
            Self::Ok => "check-circle",
            Self::Warn | Self::Danger => "alert",
            Self::Info | Self::Accent | Self::Quiet => "info",
        }
    }
}
