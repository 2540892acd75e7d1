//! The error of every server function. A server function finds the caller, parses its arguments, calls core and returns
//! `Err(fault)`. The server's `forms` module sets the status and the flash cookie and sends the browser back to the
//! page.
use portvakt_model::fault::{Fault, Reference};
use serde::{Deserialize, Serialize};
use server_fn::codec::JsonEncoding;
use server_fn::error::{FromServerFnError, ServerFnErrorErr};

/// The error of a server function: a [`Fault`], which is also its JSON.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(transparent)]
#[error(transparent)]
pub struct ApiError(pub Fault);

impl FromServerFnError for ApiError {
    type Encoder = JsonEncoding;

    fn from_server_fn_error(error: ServerFnErrorErr) -> Self {
        Self(match error {
            ServerFnErrorErr::Request(_) => Fault::Offline,
            ServerFnErrorErr::Args(_) | ServerFnErrorErr::MissingArg(_) => Fault::Unreadable,
            _ => Fault::Failed(Reference::default()),
        })
    }
}

#[cfg(feature = "ssr")]
mod server {
    use super::ApiError;
    use crate::web::request::RequestContext;
    use portvakt_core::error::{BUSY, CoreError, chain};
    use portvakt_model::fault::{Fault, Reference, Refusal};

    impl From<Refusal> for ApiError {
        fn from(refusal: Refusal) -> Self {
            Self(Fault::Refused(refusal))
        }
    }

    impl From<CoreError> for ApiError {
        fn from(error: CoreError) -> Self {
            Self::of(error, RequestContext::current().origin.reference)
        }
    }

    impl ApiError {
        /// Turns an error of core into a fault. This is the only place that reports the portal's own failures: the log
        /// gets the whole error, the person gets the request's id.
        #[must_use]
        pub fn of(error: CoreError, reference: Reference) -> Self {
            Self(match error {
                CoreError::Refused(refusal) => Fault::Refused(refusal),
                CoreError::Contention => Fault::Refused(BUSY),
                CoreError::Failed(failure) => {
                    tracing::error!(%reference, error = chain(&failure), "a request failed");
                    Fault::Failed(reference)
                }
            })
        }
    }
}

/// Sends the person to another page with a full load. Nothing else calls Leptos' `redirect`, which panics if the path
/// is not a valid header value. This does not end the function: return after it.
#[cfg(feature = "ssr")]
pub(crate) fn redirect(path: &portvakt_model::local_path::LocalPath) {
    leptos_axum::redirect(path.as_str());
}
