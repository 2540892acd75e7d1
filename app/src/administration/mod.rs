//! Pages under `/admin`, where administrators and auditors manage their organisation.
pub mod audit;
pub mod invitation_list;
pub mod invitations;
pub mod organisation;
pub mod policy;
pub mod rooms;
pub mod user;
pub mod users;
