//! Values that depend on nothing else in this crate.
pub mod accent;
pub mod device;
pub mod digit;
pub mod duration;
pub mod field;
pub mod id;
pub mod language;
pub mod local_path;
pub mod reference;
pub mod text;
pub mod time;
pub mod urlencoded;
