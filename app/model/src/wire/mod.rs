//! What crosses between the browser and the server beside a page's own data.
pub mod fault;
pub mod flash;
pub mod frame;
pub mod page;
pub mod proof;
