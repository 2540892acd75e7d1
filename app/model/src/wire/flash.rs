//! What a form post without JavaScript leaves for the page that it returns to.
use crate::fault::Fault;
use crate::passkey::Ceremony;
use crate::policy::impact::Impact;
use crate::second_factor::NewRecoveryCodes;
use crate::user::Report;
use serde::{Deserialize, Serialize};

/// A field that every form adds, as the two below; server functions ignore them. The page that it stands on, for a post
/// without JavaScript.
pub const PAGE_FIELD: &str = "_page";
/// The fields, separated by spaces, that a refusal gives back.
pub const KEEP_FIELD: &str = "_keep";
/// The organisation that the form's page was made for.
pub const TENANT_FIELD: &str = "_tenant";
/// The same of a page whose script calls.
pub const TENANT_HEADER: &str = "portvakt-tenant";
/// What the person proves themselves by once more, where that was asked for: their password or a code.
pub const PROOF_FIELD: &str = "proof";
/// The same of a page whose script calls, percent-encoded.
pub const PROOF_HEADER: &str = "portvakt-proof";

/// The outcome of a plain form post, for the next render of its page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Flash {
    /// The path of the page that shows it; no other page does.
    pub page: String,
    /// The address the form was posted to: which of the page's forms it belongs to.
    pub form: String,
    /// What became of it.
    pub outcome: Outcome,
    /// The fields that are no secrets, as they were typed.
    pub kept: Vec<(String, String)>,
}

/// What became of a form.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Outcome {
    /// It was done.
    Done,
    /// It was done to some of several, or to all of them.
    Reported(Report),
    /// Recovery codes were made, which are told this once.
    Codes(NewRecoveryCodes),
    /// A browser is asked to make a passkey.
    Ceremony(Ceremony),
    /// Nothing was done: this is what it would do.
    Impact(Box<Impact>),
    /// It was not, and why.
    Refused(Fault),
}

impl From<()> for Outcome {
    fn from((): ()) -> Self {
        Self::Done
    }
}

impl From<Impact> for Outcome {
    fn from(impact: Impact) -> Self {
        Self::Impact(Box::new(impact))
    }
}

impl From<NewRecoveryCodes> for Outcome {
    fn from(codes: NewRecoveryCodes) -> Self {
        Self::Codes(codes)
    }
}

impl From<Ceremony> for Outcome {
    fn from(ceremony: Ceremony) -> Self {
        Self::Ceremony(ceremony)
    }
}

impl From<Report> for Outcome {
    fn from(report: Report) -> Self {
        Self::Reported(report)
    }
}
