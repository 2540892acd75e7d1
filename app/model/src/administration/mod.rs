//! An organisation's people, as its administrators see them.
pub mod invitation;
pub mod invitation_list;
pub mod user;
