//! The gallery's server function.
#![cfg_attr(
    feature = "ssr",
    expect(clippy::unused_async, reason = "every server function is asynchronous; this one has nothing to wait for")
)]
use crate::web::api::ApiError;
use leptos::prelude::*;

/// Refuses an invitation that breaks a rule, and does nothing else: it tests the error summary of a form.
///
/// # Errors
/// [`portvakt_model::fault::Refusal::Fields`] with each broken rule.
#[server(prefix = "/rpc", endpoint = "try_invitation")]
pub async fn try_invitation(name: String, email: String) -> Result<(), ApiError> {
    use portvakt_model::email::EmailAddress;
    use portvakt_model::fault::{FieldRule, Refusal};
    crate::web::request::signed_in()?;
    let mut faults = Vec::new();
    if name.trim().is_empty() {
        faults.push(FieldRule::Empty.of("name"));
    }
    if let Err(rule) = EmailAddress::parse(&email) {
        faults.push(rule.of("email"));
    }
    if faults.is_empty() { Ok(()) } else { Err(Refusal::Fields(faults).into()) }
}
