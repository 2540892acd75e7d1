//! What passes between browser and server beside a page's own data.
pub mod fault;
pub mod flash;
pub mod frame;
pub mod page;
pub mod proof;
