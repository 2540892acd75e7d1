//! The organisations, their accounts and members, and the products. May use `platform` and `evidence`.
pub mod account;
pub mod member;
pub mod organisation;
pub mod product;
pub mod tenant;
