//! The words for events, in an audit log and in a person's own activity.
mod english;
mod swedish;
mod telling;

use crate::words::language::Translated;
pub use telling::{Words, by_themselves};

/// Words for events.
pub static EVENT: Translated<Words> = Translated { swedish: swedish::WORDS, english: english::WORDS };
