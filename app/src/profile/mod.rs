//! Pages under `/profile`, where people manage their own account.
pub mod activity;
pub mod address;
pub mod details;
pub mod my_data;
pub mod passkeys;
pub mod second_factor;
pub mod security;
pub mod sessions;
