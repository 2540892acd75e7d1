//! The exchange between a page and the server: requests, answers, cookies and loads.
pub(crate) mod address;
pub mod api;
pub mod ceremony;
#[cfg(feature = "ssr")]
pub mod cookies;
#[cfg(feature = "hydrate")]
pub(crate) mod fetch;
pub(crate) mod load;
#[cfg(feature = "ssr")]
pub mod request;
