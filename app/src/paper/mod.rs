//! Pages of text that everyone may read.
pub mod accessibility;
pub mod help;
pub mod privacy;
