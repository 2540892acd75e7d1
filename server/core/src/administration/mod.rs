//! Work of an administrator or the operator on other people's accounts and on organisations.
//! May use `platform`, `evidence`, `directory`, `rules`, `post`, `authentication` and `person`.
pub mod audit_log;
pub mod import;
pub mod invitation;
pub mod invitation_list;
pub mod link_holder;
pub mod outbox;
pub mod policy_editor;
pub mod setup;
pub mod tenants;
pub mod user;
