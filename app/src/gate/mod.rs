//! The pages of people who are not signed in, and the sign-out page.
pub mod address_link;
pub mod code;
pub mod enrol;
pub mod forgot;
pub mod invitation;
pub mod renew;
pub mod reset;
pub mod setup;
pub mod sign_in;
pub mod sign_out;
