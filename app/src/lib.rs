//! What a person sees: rendered on the server, taken over in the browser by the same code compiled to WASM.
//!
//! Texts are a struct for each feature with one static for each language, so a missing text is a compile error and nobody
//! downloads another feature's words.
#![recursion_limit = "256"]
#![expect(
    missing_docs,
    reason = "a server function makes a public struct of its arguments, which cannot be documented"
)]

pub mod accessibility;
pub mod activity;
pub mod address;
pub mod administration;
pub mod api;
pub mod app;
pub mod audit;
#[cfg(feature = "ssr")]
pub mod cookies;
pub mod event;
#[cfg(feature = "hydrate")]
mod fetch;
pub mod forgot;
#[cfg(feature = "qa")]
pub mod gallery;
pub mod help;
pub mod home;
pub mod invitation;
pub mod invitation_list;
pub mod invitations;
pub mod language;
mod load;
pub mod my_data;
pub mod new_tenant;
pub mod operator;
pub mod organisation;
pub mod outbox;
mod parts;
pub mod passkey;
pub mod password;
pub mod policy;
pub mod privacy;
pub mod profile;
pub mod profile_shell;
#[cfg(feature = "ssr")]
pub mod request;
pub mod reset;
pub mod second_factor;
pub mod security;
pub mod sessions;
pub mod setup;
pub mod sign_in;
pub mod sign_in_code;
pub mod sign_in_enrol;
pub mod sign_in_password;
pub mod sign_out;
pub mod switch;
pub mod tenant;
pub mod tenants;
pub mod ui;
pub mod user;
pub mod users;

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
