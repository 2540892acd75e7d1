//! The language of a page's texts.
use leptos::prelude::*;
use portvakt_model::frame::Frame;
use portvakt_model::language::Language;

/// The texts of a feature in each language.
pub struct Translated<T> {
    /// In Swedish.
    pub swedish: T,
    /// In English.
    pub english: T,
}

impl<T> Translated<T> {
    /// The texts in this page's language.
    pub fn here(&'static self) -> &'static T {
        self.of(expect_context::<Frame>().language)
    }

    /// The texts in one language.
    pub const fn of(&'static self, language: Language) -> &'static T {
        match language {
            Language::Swedish => &self.swedish,
            Language::English => &self.english,
        }
    }
}
