//! The server around the app: routes, the pipeline of every request, and commands. It translates and wires; it
//! decides nothing.
pub mod base;
pub mod command;
pub mod config;
pub mod listen;
mod lock;
mod mail;
pub mod observe;
mod pipeline;
pub mod routes;
pub mod serve;
mod services;
mod site;
