//! The pages: the server renders them, and the browser hydrates them with the same code, compiled to WASM.
//!
//! Texts are one struct for each feature with one static for each language. So a missing text is a compile error, and
//! no browser downloads another feature's words.
//!
//! A folder may use the folders before it, in this order: `words`, `web`, `ui`, `shell`, `credential`, and then the
//! parts of the portal, one folder for each part. The parts never use one another. The files beside the folders may use
//! all folders.
#![recursion_limit = "256"]
#![expect(
    missing_docs,
    reason = "a server function makes a public struct of its arguments, which cannot be documented"
)]

pub mod administration;
pub mod app;
pub mod credential;
#[cfg(feature = "qa")]
pub mod gallery;
pub mod gate;
pub mod home;
pub mod operator;
#[cfg(test)]
mod order;
pub mod paper;
mod parts;
pub mod profile;
mod routes;
pub mod shell;
pub mod ui;
pub mod web;
pub mod words;

/// Hydrates the page that the server rendered.
#[cfg(feature = "hydrate")]
#[wasm_bindgen::prelude::wasm_bindgen]
pub fn hydrate() {
    // Set before the router sets its own hook: the first hook wins. Every redirect of a server function is a full page
    // load, so no data of the earlier person, language or tenant stays in the page.
    let _ = server_fn::redirect::set_redirect_hook(|path| {
        let _ = leptos::prelude::window().location().set_href(path);
    });
    leptos::mount::hydrate_lazy(app::App);
}
