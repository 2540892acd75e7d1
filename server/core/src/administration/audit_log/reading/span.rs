//! How much of a log one question looks at, and how much one answer holds.

/// Events of a part of a log.
pub const PAGE: usize = 50;

/// A part of a chain: events from `low` and below `high` whose time is from `from` and before `until`.
pub(super) struct Span {
    pub low: i64,
    pub high: i64,
    pub from: i64,
    pub until: i64,
}
