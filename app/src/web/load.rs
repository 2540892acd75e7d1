//! What a page loads: written into it by the server, read from there while it hydrates, and fetched when it is reached by a
//! link. Both ways read with the same code: what reads an answer is made for each type of it, and is a good part of what the
//! browser loads.
use leptos::prelude::{Resource, SharedValue};
use leptos::server::codee::{Decoder, Encoder};
use serde::Serialize;
use serde::de::DeserializeOwned;

/// JSON as the answers of server functions are read: from bytes. From a string, which is what Leptos' own does, `serde_json`
/// would come a second time for every type.
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

/// What a page waits for.
pub type Loaded<T> = Resource<T, Json>;

/// What is fetched for a source, and anew whenever that changes.
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

/// What the server knows while it renders, for as long as the page is open. On a page that was reached by a link the closure
/// runs in the browser.
pub fn shared<T: Serialize + DeserializeOwned>(make: impl FnOnce() -> T) -> T {
    SharedValue::<T, Json>::new_with_encoding(make).into_inner()
}
