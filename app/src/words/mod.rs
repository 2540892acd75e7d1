//! Words that several parts of the portal say, in each language.
pub mod event;
pub mod language;
