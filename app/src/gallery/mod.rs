//! Every part of `ui` in every state, for people who make pages and for the tests. In builds for tests only.
mod answers;
pub mod calls;
mod lists;
pub mod page;
mod words;
