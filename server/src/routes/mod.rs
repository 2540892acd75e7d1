//! The handlers: the app's pages, and the server's own addresses.
mod assets;
mod links;
mod my_data;
pub mod router;
mod theme;
mod upload;
mod users;
