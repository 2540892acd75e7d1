//! Every call of a server function says which organisation its page was made for. A fetch is made of a function's arguments
//! alone, so that the field of a form is not in it; and what a page reads must not be another organisation's either.
use js_sys::{Function, Reflect};
use leptos::prelude::window;
use portvakt_model::flash::TENANT_HEADER;
use portvakt_model::id::TenantId;
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::Request;

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
        }
        fetch.call2(&of, &asked, &options)
    };
    let said = Closure::<dyn Fn(JsValue, JsValue) -> Result<JsValue, JsValue>>::new(said);
    let _ = Reflect::set(&window, &name, said.as_ref());
    said.forget();
}
