//! The forms for passwords and second factors that the gate and the profile share.
pub mod account;
pub mod password;
pub mod second_factor;
