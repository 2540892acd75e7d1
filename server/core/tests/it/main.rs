//! What the services promise, on SQLite and on PostgreSQL.
#![expect(clippy::unwrap_used, reason = "a test ends where something goes wrong")]
mod audit;
mod demo;
mod examination;
mod home;
mod invitation;
mod lockout;
mod mail;
mod mail_server;
mod outbox;
mod product;
mod reset;
mod session;
mod setup;
mod sign_in;
mod sources;
mod start;
mod switch;
mod tenant;
mod vault;
