//! Adds headers to every call of a server function: the organisation that the page was made for, and the proof that the
//! person entered. Leptos makes a fetch from the function's arguments only, so these fields of the form are not in it.
//! Loads carry the organisation too, so that a page never reads another organisation's data.
//!
//! A `client` of `server_fn` could add them as well. It would have to be named at each server function, and a function
//! without it would send no proof, and nobody would notice. This way no function can be left out.
use js_sys::{Function, Reflect, encode_uri_component};
use leptos::prelude::{document, window};
use portvakt_model::flash::{PROOF_FIELD, PROOF_HEADER, TENANT_HEADER};
use portvakt_model::id::TenantId;
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{HtmlInputElement, Request};

/// Replaces the window's `fetch` with one that adds the headers, until the page is left.
pub(crate) fn say_where(tenant: TenantId) {
    let (window, name) = (window(), JsValue::from_str("fetch"));
    let Some(fetch) = Reflect::get(&window, &name).ok().and_then(|fetch| fetch.dyn_into::<Function>().ok()) else {
        return;
    };
    let (tenant, of) = (tenant.to_string(), window.clone());
    let said = move |asked: JsValue, options: JsValue| {
        // A load of the site's own files passes an address, not a `Request`. It gets no headers.
        if let Some(request) = asked.dyn_ref::<Request>() {
            request.headers().set(TENANT_HEADER, &tenant)?;
            if let Some(proof) = proof_for(&request.url()) {
                request.headers().set(PROOF_HEADER, &proof)?;
            }
        }
        fetch.call2(&of, &asked, &options)
    };
    let said = Closure::<dyn Fn(JsValue, JsValue) -> Result<JsValue, JsValue>>::new(said);
    let _ = Reflect::set(&window, &name, said.as_ref());
    said.forget();
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
