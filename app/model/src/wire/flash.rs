//! The result of a form post without JavaScript, for the page that it returns to.
use crate::fault::Fault;
use crate::id::AccountId;
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
/// The account and the organisation that the form's page was made for, sealed.
pub const FOR_FIELD: &str = "_for";
/// The same, in a call from the page's script.
pub const FOR_HEADER: &str = "portvakt-for";
/// The field of an address that names the link or the waiting sign-in which the page is about, among those of this
/// browser.
pub const OF: &str = "of";
/// The same name, in a call from the page's script.
pub const OF_HEADER: &str = "portvakt-of";
/// Set by a form whose person was signed out: keep what was typed, do nothing else, and lead to the sign-in.
pub const AGAIN_FIELD: &str = "_again";
/// A password or code with which the person proves their identity again.
pub const PROOF_FIELD: &str = "proof";
/// The same proof, percent-encoded, in a call from the page's script.
pub const PROOF_HEADER: &str = "portvakt-proof";

/// The outcome of a plain form post, for the next render of its page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Flash {
    /// The page that shows the flash: its path, and which link or waiting sign-in it is about. No other page does.
    pub page: String,
    /// The address that the form was posted to. It tells which of the page's forms the flash belongs to.
    pub form: String,
    /// The account that the flash is for, if it is for one only.
    pub account: Option<AccountId>,
    /// The form's result.
    pub outcome: Outcome,
    /// The typed fields that are not secret.
    pub kept: Vec<(String, String)>,
}

/// Marks the request of a sign-in page whose next page gives typed fields back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TypedWaits;

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
    /// Nothing was done, because the person had to sign in again. The typed fields are back.
    Kept,
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
