//! Every call of a server function says which organisation its page was made for, and brings what the person has entered to
//! prove themselves once more. A fetch is made of a function's arguments alone, so that these fields of a form are not in it;
//! and what a page reads must not be another organisation's either.
use js_sys::{Function, Reflect, encode_uri_component};
use leptos::prelude::{document, window};
use portvakt_model::flash::{PROOF_FIELD, PROOF_HEADER, TENANT_HEADER};
use portvakt_model::id::TenantId;
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{HtmlInputElement, Request};

/// Says it from now on, until the page is left.
pub(crate) fn say_where(tenant: TenantId) {
    let (window, name) = (window(), JsValue::from_str("fetch"));
    let Some(fetch) = Reflect::get(&window, &name).ok().and_then(|fetch| fetch.dyn_into::<Function>().ok()) else {
        return;
    };
    let (tenant, of) = (tenant.to_string(), window.clone());
    let said = move |asked: JsValue, options: JsValue| {
        // A file of the site is asked for by its address.
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

/// What stands in the form of this function, where one asks for a proof. In ASCII, as a header has to be.
fn proof_for(url: &str) -> Option<String> {
    let path = &url[url.find("/rpc/")?..];
    let fields = document().query_selector_all(&format!("form[action='{path}'] [name='{PROOF_FIELD}']")).ok()?;
    let inputs = (0..fields.length()).filter_map(|n| fields.get(n)?.dyn_into::<HtmlInputElement>().ok());
    let values: Vec<String> = inputs.map(|input| input.value()).collect();
    // A passkey's answer, where one was shown, stands before what may be typed.
    let proof = values.iter().find(|value| !value.is_empty()).or(values.first())?;
    Some(String::from(encode_uri_component(proof)))
}
