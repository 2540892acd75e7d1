//! The people of an organisation, as its administrators see them.
pub mod invitation;
pub mod invitation_list;
pub mod user;
