//! What the services promise, on SQLite and on PostgreSQL.
mod audit;
mod home;
mod reset;
mod session;
mod setup;
mod sign_in;
mod sources;
mod vault;
