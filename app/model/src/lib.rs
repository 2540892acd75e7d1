//! Types and rules that the browser and the server share. No I/O, clock, randomness or SQL.
pub mod audit;
pub mod device;
pub mod email;
pub mod fault;
pub mod flash;
pub mod frame;
pub mod home;
pub mod id;
pub mod language;
pub mod link;
pub mod local_path;
pub mod password;
pub mod profile;
pub mod session;
pub mod tenant;
pub mod text;
pub mod time;
