//! Pages of text that everybody may read.
pub mod accessibility;
pub mod help;
pub mod privacy;
