//! What answers a request: the app's pages, and the addresses that are the server's own.
mod assets;
mod links;
mod my_data;
pub mod router;
mod theme;
mod upload;
mod users;
