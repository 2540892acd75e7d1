//! The error of every server function. They find the caller, parse, call core and return `Err(fault)`; the status, the
//! flash cookie and the way back are the server's `forms` module's business.
use portvakt_model::fault::{Fault, Reference};
use serde::{Deserialize, Serialize};
use server_fn::codec::JsonEncoding;
use server_fn::error::{FromServerFnError, ServerFnErrorErr};

/// [`Fault`] as the error of a server function. On the wire it is the bare fault.
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
        /// The one place that tells our failures: to the log with everything, to the person with the request's id.
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

/// Sends the person to another page with a full load. The only caller of Leptos' `redirect`, which panics on a path that
/// is no header value. It does not end the function: return after it.
#[cfg(feature = "ssr")]
pub(crate) fn redirect(path: &portvakt_model::local_path::LocalPath) {
    leptos_axum::redirect(path.as_str());
}
