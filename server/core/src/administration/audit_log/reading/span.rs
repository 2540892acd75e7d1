//! The part of a log that one search covers, and the size of its answer.

/// Events on a page.
pub const PAGE: usize = 50;

/// A part of a chain: the events from `low` and below `high` whose time is from `from` and before `until`.
pub(super) struct Span {
    pub low: i64,
    pub high: i64,
    pub from: i64,
    pub until: i64,
}
