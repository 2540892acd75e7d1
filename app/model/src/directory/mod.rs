//! Organisations, the roles in them and the products that they use.
pub mod branding;
pub mod organisation;
pub mod product;
pub mod role;
pub mod tenant;
