//! How people prove their identity, and the sessions that follow. May use `platform`, `evidence`, `directory`, `rules`
//! and `post`.
pub mod hasher;
pub mod known_device;
pub mod link;
pub mod lockout;
mod pace;
pub mod passkey;
pub mod password;
pub(crate) mod password_try;
pub mod reset;
pub mod second_factor;
pub mod security;
pub mod session;
pub mod sign_in;
pub mod step_up;
