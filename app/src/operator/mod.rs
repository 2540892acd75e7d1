//! Pages under `/operator`, where the operator's administrators manage the tenants and the outgoing mail.
pub mod new_tenant;
pub mod outbox;
pub mod rooms;
pub mod tenant;
pub mod tenants;
