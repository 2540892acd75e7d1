//! A person's own account.
pub mod address;
pub mod email;
pub mod erasure;
pub mod home;
pub mod profile;
pub mod security;
pub mod session;
