//! What a part says by its colour; its words and its shape say the same.

/// The colour of a notice, a tag or a toast.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tone {
    /// Good to know.
    Info,
    /// It is as it should be.
    Ok,
    /// It needs a look.
    Warn,
    /// It failed, or cannot be undone.
    Danger,
    /// It is the one that matters here.
    Accent,
    /// Nothing to notice.
    Quiet,
}

impl Tone {
    /// Its name in the style sheets' `data-kind`.
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

    /// The icon that says the same.
    #[must_use]
    pub const fn icon(self) -> &'static str {
        match self {
            Self::Ok => "check-circle",
            Self::Warn | Self::Danger => "alert",
            Self::Info | Self::Accent | Self::Quiet => "info",
        }
    }
}
