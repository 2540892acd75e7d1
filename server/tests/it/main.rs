//! What the server promises to whoever asks over HTTP, and to nobody.
mod bad_input;
mod headers;
mod routes;
mod site;
