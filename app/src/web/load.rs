//! The data that a page loads. The server writes it into the page, and the browser reads it there while it hydrates. If
//! a link leads to the page, the browser fetches it. Both ways use the same decoder: the decoder is compiled for each
//! type of answer, and is a large share of the script.
use leptos::prelude::{Resource, SharedValue};
use leptos::server::codee::{Decoder, Encoder};
use serde::Serialize;
use serde::de::DeserializeOwned;

/// JSON, read from bytes as the answers of server functions are. Leptos' own codec reads from a string, which would
/// compile `serde_json` a second time for every type.
#[derive(Debug)]
pub struct Json;

impl<T: Serialize> Encoder<T> for Json {
    type Error = serde_json::Error;
    type Encoded = String;

    fn encode(value: &T) -> Result<String, serde_json::Error> {
        serde_json::to_string(value)
    }
}

impl<T: DeserializeOwned> Decoder<T> for Json {
    type Error = serde_json::Error;
    type Encoded = str;

    fn decode(text: &str) -> Result<T, serde_json::Error> {
        serde_json::from_slice(text.as_bytes())
    }
}

/// The data that a page waits for.
pub type Loaded<T> = Resource<T, Json>;

/// Fetches data for a source, and again each time the source changes.
pub fn load<S, T, F>(
    source: impl Fn() -> S + Send + Sync + 'static,
    fetch: impl Fn(S) -> F + Send + Sync + 'static,
) -> Loaded<T>
where
    S: PartialEq + Clone + Send + Sync + 'static,
    T: Serialize + DeserializeOwned + Send + Sync + 'static,
    F: Future<Output = T> + Send + 'static,
{
    Resource::new_with_options(source, fetch, false)
}

/// A value that the server makes while it renders and that stays the same while the page is open. If a link leads to
/// the page, the closure runs in the browser.
pub fn shared<T: Serialize + DeserializeOwned>(make: impl FnOnce() -> T) -> T {
    SharedValue::<T, Json>::new_with_encoding(make).into_inner()
}

/// A value that the server put into the request's extensions before the page is rendered. `None` in the browser, which
/// reads what the server wrote into the page: see [`shared`].
#[cfg(feature = "ssr")]
#[must_use]
pub fn of_request<T: Clone + Send + Sync + 'static>() -> Option<T> {
    leptos::prelude::use_context::<http::request::Parts>()?.extensions.get::<T>().cloned()
}
#[cfg(not(feature = "ssr"))]
#[must_use]
pub fn of_request<T>() -> Option<T> {
    None
}
