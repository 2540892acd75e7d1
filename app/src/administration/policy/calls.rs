//! The server functions of the policy's editor.
use crate::web::api::ApiError;
use leptos::prelude::*;
use portvakt_model::flash::Outcome;
#[cfg(feature = "ssr")]
use portvakt_model::policy::TenantPolicy;
use portvakt_model::policy::page::PolicyPage as Rules;
use std::collections::BTreeMap;

/// The query of the page after a save.
pub(super) const SAVED: &str = "saved";

/// The rules of the caller's current organisation and, beside them, an earlier version or a profile if the address
/// names one.
///
/// # Errors
/// As [`portvakt_core::policy_editor::load`].
#[server(prefix = "/rpc", endpoint = "load_policy")]
pub async fn load_policy(version: String, profile: String) -> Result<Rules, ApiError> {
    use portvakt_core::policy_editor::Proposed;
    use portvakt_model::fault::Refusal;
    let (core, person) = crate::web::request::signed_in()?;
    let proposed = match (version.as_str(), profile.as_str()) {
        ("", "") => None,
        ("", "recommended") => Some(Proposed::Profile(&TenantPolicy::RECOMMENDED)),
        ("", "classic") => Some(Proposed::Profile(&TenantPolicy::CLASSIC)),
        (version, _) => Some(Proposed::Version(version.parse().map_err(|_| Refusal::NotFound)?)),
    };
    Ok(portvakt_core::policy_editor::load(&core, &person, proposed).await?)
}

pub(super) async fn load_now() -> Result<Rules, ApiError> {
    load_policy(String::new(), String::new()).await
}

/// The effect of saving these rules.
///
/// # Errors
/// As [`portvakt_core::policy_editor::show`].
#[server(prefix = "/rpc", endpoint = "show_policy_effect")]
pub async fn show_policy_effect(rules: BTreeMap<String, String>) -> Result<Outcome, ApiError> {
    let (core, person) = crate::web::request::signed_in()?;
    Ok(Outcome::Impact(Box::new(portvakt_core::policy_editor::show(&core, &person, &rules).await?)))
}

/// Saves the rules.
///
/// # Errors
/// As [`portvakt_core::policy_editor::change`].
#[server(prefix = "/rpc", endpoint = "change_policy")]
pub async fn change_policy(
    rules: BTreeMap<String, String>,
    reason: String,
    version: i64,
    #[server(default)] confirmed: u64,
) -> Result<(), ApiError> {
    use portvakt_core::policy_editor::{PolicyForm, change};
    use portvakt_model::local_path::LocalPath;
    use portvakt_model::page::Page;
    let (core, person) = crate::web::request::signed_in()?;
    change(&core, &person, PolicyForm { rules: &rules, reason: &reason, version, confirmed }).await?;
    crate::web::api::redirect(&LocalPath::parse(&format!("{}?{SAVED}", Page::Policy.path())).unwrap_or_default());
    Ok(())
}
