//! How people prove who they are.
pub mod link;
pub mod passkey;
pub mod password;
pub mod second_factor;
pub mod stage;
