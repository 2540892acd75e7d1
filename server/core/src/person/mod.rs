//! A person's own account: reading and changing it.
//! May use `platform`, `evidence`, `directory`, `rules`, `post` and `authentication`.
pub mod address;
pub mod erasure;
pub mod home;
pub mod my_data;
pub mod profile;
