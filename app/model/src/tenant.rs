//! A customer organisation, or the operator itself.
use crate::fault::FieldRule;
use crate::text::line;

/// An organisation's name: one line of 1 to [`MAX_CHARS`](Self::MAX_CHARS) characters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrganisationName(String);

impl OrganisationName {
    /// Most characters of a name.
    pub const MAX_CHARS: u32 = 100;

    /// # Errors
    /// The rule that the text breaks.
    pub fn parse(text: &str) -> Result<Self, FieldRule> {
        line(text, Self::MAX_CHARS).map(Self)
    }

    /// The name as typed, without space around it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}
