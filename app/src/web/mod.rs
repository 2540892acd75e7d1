//! How a page speaks to the server: requests and their answers, cookies, what a page loads.
pub mod api;
pub mod ceremony;
#[cfg(feature = "ssr")]
pub mod cookies;
#[cfg(feature = "hydrate")]
pub(crate) mod fetch;
pub(crate) mod load;
#[cfg(feature = "ssr")]
pub mod request;
