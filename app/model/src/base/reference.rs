//! The short id of a request.
use serde::{Deserialize, Serialize};
use std::fmt;

/// A request's id, in the log and on the error page, short enough to read out over a telephone: `7F3A-66D0`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Default)]
pub struct Reference(pub u32);

impl fmt::Display for Reference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04X}-{:04X}", self.0 >> 16, self.0 & 0xFFFF)
    }
}

#[test]
fn a_reference_is_two_groups_of_four_digits() {
    assert_eq!(Reference(0x7F3A_66D0).to_string(), "7F3A-66D0");
    assert_eq!(Reference(1).to_string(), "0000-0001");
}
