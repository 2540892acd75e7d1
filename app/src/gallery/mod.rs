//! Every component of `ui` in every state, for developers and for the tests. Only in builds with the `qa` feature.
mod answers;
pub mod calls;
mod lists;
pub mod page;
mod words;
