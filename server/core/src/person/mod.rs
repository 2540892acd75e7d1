//! What a person sees and changes of their own account.
//! May use `platform`, `evidence`, `directory`, `rules`, `post` and `authentication`.
pub mod address;
pub mod erasure;
pub mod home;
pub mod my_data;
pub mod profile;
