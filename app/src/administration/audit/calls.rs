//! The server functions of the audit log's page.
use crate::web::api::ApiError;
use leptos::prelude::*;
use portvakt_model::audit::reading::{AuditQuery, Check, Detail, Log};

/// One page of the audit log of the caller's current organisation.
///
/// # Errors
/// As [`portvakt_core::audit_log::reading::read`].
#[server(prefix = "/rpc", endpoint = "read_audit")]
pub async fn read_audit(asked: AuditQuery, before: Option<i64>) -> Result<Log, ApiError> {
    let (core, person) = crate::web::request::signed_in()?;
    Ok(portvakt_core::audit_log::reading::read(&core, &person, &asked, before).await?)
}

/// One event of the audit log.
///
/// # Errors
/// As [`portvakt_core::audit_log::reading::event`].
#[server(prefix = "/rpc", endpoint = "audit_event")]
pub async fn audit_event(seq: i64) -> Result<Detail, ApiError> {
    let (core, person) = crate::web::request::signed_in()?;
    Ok(portvakt_core::audit_log::reading::event(&core, &person, seq).await?)
}

/// The result of the last check of the audit log's chain.
///
/// # Errors
/// As [`portvakt_core::audit_log::checking::check`].
#[server(prefix = "/rpc", endpoint = "audit_check")]
pub async fn audit_check() -> Result<Check, ApiError> {
    let (core, person) = crate::web::request::signed_in()?;
    Ok(portvakt_core::audit_log::checking::check(&core, &person).await?)
}

/// Starts a check of the audit log's chain.
///
/// # Errors
/// As [`portvakt_core::audit_log::checking::start`].
#[server(prefix = "/rpc", endpoint = "verify_audit")]
pub async fn verify_audit() -> Result<(), ApiError> {
    let (core, person) = crate::web::request::signed_in()?;
    portvakt_core::audit_log::checking::start(&core, &person).await?;
    Ok(())
}
