//! Short words with a shape: how something stands, and what it is.
use crate::ui::icon::Icon;
use crate::ui::number::number;
use crate::ui::tone::Tone;
use leptos::prelude::*;

/// How something stands. Each has a shape of its own, so that it reads without colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// A disc: it works, it is in use.
    Active,
    /// A disc: it was done.
    Done,
    /// A dashed ring: it waits for somebody.
    Waiting,
    /// A half disc: it works, and could be better.
    Warn,
    /// A square: it is locked, or has failed.
    Failed,
    /// A bar: it is put aside.
    Suspended,
}

impl Standing {
    const fn is(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Done => "ok",
            Self::Waiting => "waiting",
            Self::Warn => "warn",
            Self::Failed => "failed",
            Self::Suspended => "suspended",
        }
    }
}

/// How something stands: a shape and a word.
#[component]
pub fn Status(
    /// The shape.
    is: Standing,
    /// The word.
    #[prop(into)]
    word: Oco<'static, str>,
) -> impl IntoView {
    view! { <span class="status" data-is=is.is()>{word}</span> }.into_any()
}

/// A fact about what it stands beside.
#[component]
pub fn Tag(
    /// Its colour.
    #[prop(default = Tone::Quiet)]
    tone: Tone,
    /// The fact.
    #[prop(into)]
    word: Oco<'static, str>,
) -> impl IntoView {
    view! { <span class="tag" data-kind=tone.kind()>{word}</span> }.into_any()
}

/// A fact that was checked, and when.
#[component]
pub fn Seal(
    /// The fact.
    #[prop(into)]
    word: Oco<'static, str>,
    /// Who checked, and when.
    #[prop(into)]
    proof: Oco<'static, str>,
) -> impl IntoView {
    view! { <span class="seal"><Icon name="shield-check"/><b>{word}</b>" "<span>{proof}</span></span> }.into_any()
}

/// How many there are behind a link.
#[component]
pub fn CountBadge(
    /// How many.
    count: u64,
) -> impl IntoView {
    // The space parts it from the word before it where the two are read out together.
    view! { " "<span class="count-badge">{number(count)}</span> }.into_any()
}
