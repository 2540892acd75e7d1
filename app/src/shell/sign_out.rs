//! The server function of signing out, for the account menu and the sign-out page.
use crate::web::api::ApiError;
use leptos::prelude::*;
#[cfg(feature = "ssr")]
use portvakt_model::local_path::LocalPath;
#[cfg(feature = "ssr")]
use portvakt_model::page::Page;

/// Ends this browser's session, if it has one, and leads to `next`, or else to the page that says so.
///
/// # Errors
/// If the database fails.
#[server(prefix = "/rpc", endpoint = "sign_out")]
pub async fn sign_out(#[server(default)] next: String) -> Result<(), ApiError> {
    use crate::web::request::signed_in;
    // Without a session there is nothing to end, and the answer is the same.
    if let Ok((core, person)) = signed_in() {
        portvakt_core::session::sign_out(&core, &person).await?;
    }
    crate::web::cookies::end_session();
    crate::web::api::redirect(&LocalPath::parse(&next).unwrap_or_else(|| Page::SignOut.into()));
    Ok(())
}
