//! What the server promises to its clients over HTTP and to the people who run it.
#![expect(clippy::unwrap_used, reason = "a test ends where something goes wrong")]
mod bad_input;
mod demo;
mod deployment;
mod doctor;
mod guessing;
mod headers;
mod import;
mod invitation_list;
mod listen;
mod mailed_links;
mod my_data;
mod process;
mod proof;
mod proxy;
mod rooms;
mod routes;
mod site;
mod switch;
mod tenant;
mod theme;
mod tls;
mod two_tenants;
mod user;
mod whose;
