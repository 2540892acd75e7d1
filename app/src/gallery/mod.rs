//! Every part of `ui` in every state, for people who make pages and for the tests. In debug builds only.
mod answers;
mod lists;
pub mod page;
mod words;
