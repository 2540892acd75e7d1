//! The switch to another organisation of the same person.
use crate::web::api::ApiError;
use leptos::prelude::*;

/// Switches the caller to another of their organisations, and leads to the start page.
///
/// # Errors
/// As [`portvakt_core::session::switch_organisation`].
#[server(prefix = "/rpc", endpoint = "switch_organisation")]
pub async fn switch_organisation(to: String) -> Result<(), ApiError> {
    use portvakt_model::fault::Refusal;
    use portvakt_model::id::TenantId;
    use portvakt_model::local_path::LocalPath;
    let (core, person) = crate::web::request::signed_in()?;
    let to = TenantId::parse(&to).ok_or(Refusal::NotFound)?;
    portvakt_core::session::switch_organisation(&core, &person, to).await?;
    crate::web::api::redirect(&LocalPath::default());
    Ok(())
}
