//! The server functions that begin a passkey ceremony.
use crate::web::api::ApiError;
use leptos::prelude::*;
use portvakt_model::passkey::{Ceremony, Purpose};

/// The request for a passkey, for the browser.
///
/// # Errors
/// As [`portvakt_core::passkey::ask`].
#[server(prefix = "/rpc", endpoint = "ask_passkey")]
pub async fn ask_passkey(purpose: Purpose) -> Result<Ceremony, ApiError> {
    use crate::web::request::{RequestContext, core, link, signed_in};
    use portvakt_core::passkey::{Asking, ask};
    use portvakt_model::fault::Refusal;
    use portvakt_model::link::LinkKind;
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
        Purpose::Reset => ask(&core(), Asking::Reset(&link(LinkKind::Reset)?)).await?,
    })
}

/// The request for a new passkey, if the waiting sign-in demands one.
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

/// The name of a new passkey whose owner chose none: the device's name.
#[cfg(feature = "ssr")]
pub(crate) fn name_of_device() -> String {
    // Outside a page there is no frame, so the language comes from the request.
    let request = crate::web::request::RequestContext::current();
    let device = portvakt_model::device::Device::of_user_agent(&request.origin.device);
    crate::words::device::DEVICE.of(request.language)(device)
}
