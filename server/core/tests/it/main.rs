//! What the services promise, on SQLite and on PostgreSQL.
#![expect(clippy::unwrap_used, reason = "a test ends where something goes wrong")]
mod address;
mod audit;
mod demo;
mod erasure;
mod examination;
mod home;
mod import;
mod invitation;
mod lockout;
mod mail;
mod mail_server;
mod my_data;
mod post;
mod product;
mod profile;
mod reading;
mod reset;
mod security;
mod session;
mod setup;
mod sign_in;
mod sources;
mod start;
mod tenant;
mod user;
mod vault;
