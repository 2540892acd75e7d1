//! Short words with a shape: a state, a fact, a count.
use crate::ui::icon::Icon;
use crate::ui::number::number;
use crate::ui::tone::Tone;
use leptos::prelude::*;

/// A thing's state. Each state has a shape of its own, so that it reads without colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// A disc: it works or is in use.
    Active,
    /// A disc: it was done.
    Done,
    /// A dashed ring: it waits for a person.
    Waiting,
    /// A half disc: it works, but could be better.
    Warn,
    /// A square: it is locked or has failed.
    Failed,
    /// A bar: it is suspended.
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

/// A state: a shape and a word.
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

/// A fact about the thing beside it.
#[component]
pub fn Tag(
    /// The colour.
    #[prop(default = Tone::Quiet)]
    tone: Tone,
    /// The icon before the word.
    #[prop(optional)]
    icon: Option<&'static str>,
    /// The fact.
    #[prop(into)]
    word: Oco<'static, str>,
) -> impl IntoView {
    view! { <span class="tag" data-kind=tone.kind()>{icon.map(|name| view! { <Icon name/> })}{word}</span> }.into_any()
}

/// A checked fact, with the check's time.
#[component]
pub fn Seal(
    /// The fact.
    #[prop(into)]
    word: Oco<'static, str>,
    /// Who checked the fact, and when.
    #[prop(into)]
    proof: Oco<'static, str>,
) -> impl IntoView {
    view! { <span class="seal"><Icon name="shield-check"/><b>{word}</b>" "<span>{proof}</span></span> }.into_any()
}

/// The number of things behind a link.
#[component]
pub fn CountBadge(
    /// The number.
    count: u64,
) -> impl IntoView {
    // The space separates the number from the word before it when a screen reader reads both.
    view! { " "<span class="count-badge">{number(count)}</span> }.into_any()
}
