//! The program's commands and their flags.
pub mod account;
pub mod arguments;
pub mod doctor;
pub mod import;
pub mod place;
pub mod show;
pub mod tenant;
