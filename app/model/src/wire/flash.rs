//! The result of a form post without JavaScript, for the page that it returns to.
use crate::fault::Fault;
use crate::passkey::Ceremony;
use crate::policy::impact::Impact;
use crate::second_factor::NewRecoveryCodes;
use crate::user::Report;
use serde::{Deserialize, Serialize};

/// The path of the form's page, for a post without JavaScript. Every form has this field and the next two; server
/// functions ignore them.
pub const PAGE_FIELD: &str = "_page";
/// The names, separated by spaces, of the fields that a refusal fills in again.
pub const KEEP_FIELD: &str = "_keep";
/// The organisation that the form's page was made for.
pub const TENANT_FIELD: &str = "_tenant";
/// The same organisation, in a call from the page's script.
pub const TENANT_HEADER: &str = "portvakt-tenant";
/// A password or code with which the person proves their identity again.
pub const PROOF_FIELD: &str = "proof";
/// The same proof, percent-encoded, in a call from the page's script.
pub const PROOF_HEADER: &str = "portvakt-proof";

/// The outcome of a plain form post, for the next render of its page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Flash {
    /// The path of the page that shows the flash. No other page does.
    pub page: String,
    /// The address that the form was posted to. It tells which of the page's forms the flash belongs to.
    pub form: String,
    /// The form's result.
    pub outcome: Outcome,
    /// The typed fields that are not secret.
    pub kept: Vec<(String, String)>,
}

/// A form's result. A server function that has more to tell than that it was done returns it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Outcome {
    /// It was done.
    Done,
    /// It was done to some or all of several people.
    Reported(Report),
    /// It was done, and made recovery codes, which are shown once.
    Codes(NewRecoveryCodes),
    /// The browser has to make a passkey.
    Ceremony(Ceremony),
    /// Nothing was done: these are the effects that a save would have.
    Impact(Box<Impact>),
    /// It was refused, for this reason.
    Refused(Fault),
}

impl From<()> for Outcome {
    fn from((): ()) -> Self {
        Self::Done
    }
}
