//! What a person sees: rendered on the server, taken over in the browser by the same code compiled to WASM.
//!
//! Texts are a struct for each feature with one static for each language, so a missing text is a compile error and nobody
//! downloads another feature's words.
#![recursion_limit = "256"]
#![expect(
    missing_docs,
    reason = "a server function makes a public struct of its arguments, which cannot be documented"
)]

pub mod administration;
pub mod api;
pub mod app;
#[cfg(feature = "ssr")]
pub mod cookies;
#[cfg(feature = "hydrate")]
mod fetch;
pub mod forgot;
#[cfg(debug_assertions)]
pub mod gallery;
pub mod home;
pub mod invitation;
pub mod invitations;
pub mod language;
pub mod new_tenant;
pub mod operator;
pub mod outbox;
pub mod password;
#[cfg(feature = "ssr")]
pub mod request;
pub mod reset;
pub mod setup;
pub mod sign_in;
pub mod sign_out;
pub mod switch;
pub mod tenant;
pub mod tenants;
pub mod ui;

/// Takes over the page that the server rendered.
#[cfg(feature = "hydrate")]
#[wasm_bindgen::prelude::wasm_bindgen]
pub fn hydrate() {
    // Before the router sets its own (the first wins): every redirect of a server function is a full page load, so
    // nothing of the earlier person, language or tenant stays in the page.
    let _ = server_fn::redirect::set_redirect_hook(|path| {
        let _ = leptos::prelude::window().location().set_href(path);
    });
    leptos::mount::hydrate_lazy(app::App);
}
