//! The server around the app: routes, what every request passes, commands. It translates and wires; it decides nothing.
pub mod assets;
pub mod base;
mod budget;
pub mod command;
mod demo;
mod edge;
mod faults;
mod forms;
mod guard;
mod headers;
mod links;
pub mod listen;
pub mod router;
pub mod serve;
mod session;
