//! The server functions that begin a ceremony with a passkey.
use crate::web::api::ApiError;
use leptos::prelude::*;
use portvakt_model::passkey::{Ceremony, Purpose};

/// What the browser is asked for a passkey with.
///
/// # Errors
/// As [`portvakt_core::passkey::ask`].
#[server(prefix = "/rpc", endpoint = "ask_passkey")]
pub async fn ask_passkey(purpose: Purpose) -> Result<Ceremony, ApiError> {
    use crate::web::request::{RequestContext, core, link, signed_in};
    use portvakt_core::passkey::{Asking, ask};
    use portvakt_model::fault::Refusal;
    Ok(match purpose {
        Purpose::SignIn => ask(&core(), Asking::SignIn).await?,
        Purpose::SecondFactor => {
            let waiting = RequestContext::current().waiting.ok_or(Refusal::SignedOut)?;
            ask(&core(), Asking::SecondFactor(&waiting)).await?
        }
        Purpose::StepUp => {
            let (core, person) = signed_in()?;
            ask(&core, Asking::StepUp(&person)).await?
        }
        Purpose::Reset => ask(&core(), Asking::Reset(&link()?)).await?,
    })
}

/// What the browser makes a passkey with, for whoever is signing in and has to have one.
///
/// # Errors
/// As [`portvakt_core::passkey::begin_at_sign_in`].
#[server(prefix = "/rpc", endpoint = "begin_passkey_at_sign_in")]
pub async fn begin_passkey_at_sign_in() -> Result<Ceremony, ApiError> {
    use crate::web::request::{RequestContext, core};
    use portvakt_model::fault::Refusal;
    let waiting = RequestContext::current().waiting.ok_or(Refusal::SignedOut)?;
    Ok(portvakt_core::passkey::begin_at_sign_in(&core(), &waiting, &name_of_device()).await?)
}

/// The name of a passkey whose owner has given it none: the device's.
#[cfg(feature = "ssr")]
pub(crate) fn name_of_device() -> String {
    // What is outside of a page has no frame to take the language of.
    let request = crate::web::request::RequestContext::current();
    let device = portvakt_model::device::Device::of_user_agent(&request.origin.device);
    crate::words::device::DEVICE.of(request.language)(device)
}
