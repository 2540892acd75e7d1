//! Every part of `ui` in every state, for people who make pages and for the tests. In builds for tests only.
mod answers;
mod lists;
pub mod page;
mod words;
