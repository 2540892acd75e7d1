//! Adds headers to every call of a server function: the person and the organisation that the page was made for, the link
//! or the waiting sign-in that the page is about, and the proof that the person entered. Leptos makes a fetch from the
//! function's arguments only, so these fields of the form are not in it. Loads carry the headers too, so that a page
//! never reads another person's data.
//!
//! A `client` of `server_fn` could add them as well. It would have to be named at each server function, and a function
//! without it would send no proof, and nobody would notice. This way no function can be left out.
use js_sys::{Function, Reflect, encode_uri_component};
use leptos::prelude::{document, window};
use portvakt_model::flash::{FOR_HEADER, OF, OF_HEADER, PROOF_FIELD, PROOF_HEADER};
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{HtmlInputElement, Request};

/// Replaces the window's `fetch` with one that adds the headers, until the page is left.
pub(crate) fn add_headers(made_for: Option<String>) {
    let (window, name) = (window(), JsValue::from_str("fetch"));
    let Some(fetch) = Reflect::get(&window, &name).ok().and_then(|fetch| fetch.dyn_into::<Function>().ok()) else {
        return;
    };
    let of = window.clone();
    let said = move |asked: JsValue, options: JsValue| {
        // A load of the site's own files passes an address, not a `Request`. It gets no headers.
        if let Some(request) = asked.dyn_ref::<Request>() {
            let headers =
                [(FOR_HEADER, made_for.clone()), (OF_HEADER, about()), (PROOF_HEADER, proof_for(&request.url()))];
            for (name, value) in headers {
                if let Some(value) = value {
                    request.headers().set(name, &value)?;
                }
            }
        }
        fetch.call2(&of, &asked, &options)
    };
    let said = Closure::<dyn Fn(JsValue, JsValue) -> Result<JsValue, JsValue>>::new(said);
    let _ = Reflect::set(&window, &name, said.as_ref());
    said.forget();
}

/// The name in the page's address of the link or the waiting sign-in that the page is about.
fn about() -> Option<String> {
    let query = window().location().search().ok()?;
    let fields = query.trim_start_matches('?').split('&');
    fields.filter_map(|field| field.split_once('=')).find(|(name, _)| *name == OF).map(|(_, value)| value.to_owned())
}

/// The proof that is typed in the function's form, if that form asks for one. Percent-encoded, because a header holds
/// only ASCII.
fn proof_for(url: &str) -> Option<String> {
    let path = &url[url.find("/rpc/")?..];
    let fields = document().query_selector_all(&format!("form[action='{path}'] [name='{PROOF_FIELD}']")).ok()?;
    let inputs = (0..fields.length()).filter_map(|n| fields.get(n)?.dyn_into::<HtmlInputElement>().ok());
    let values: Vec<String> = inputs.map(|input| input.value()).collect();
    // A passkey's answer has its field before the typed one. Takes the first field with a value.
    let proof = values.iter().find(|value| !value.is_empty()).or(values.first())?;
    Some(String::from(encode_uri_component(proof)))
}
