//! Reads the log as its page does.
use portvakt_core::audit_log::reading::read;
use portvakt_core::caller::{Caller, Person};
use portvakt_core::member;
use portvakt_core::testing::{EMAIL, World, new_person, origin, sign_in, stranger};
use portvakt_model::audit::reading::{AuditQuery, Log};
use portvakt_model::id::TenantId;
use portvakt_model::role::Role;

/// The person, acting in another organisation than their home.
pub fn acting_in(tenant: TenantId, person: &Person) -> Person {
    let mut person = person.clone();
    person.tenant = tenant;
    person
}

pub fn asked(set: impl Fn(&mut AuditQuery)) -> AuditQuery {
    let mut asked = AuditQuery::default();
    set(&mut asked);
    asked
}

pub async fn all(world: &World, person: &Person) -> Log {
    read(&world.core, person, &AuditQuery::default(), None).await.unwrap()
}

/// Adds an account to a tenant without signing it in.
pub async fn add_account(world: &World, tenant: TenantId, name: &str, email: &str, role: Role) -> Person {
    let account = member::add(&world.core, &Caller::Command, tenant, &new_person(name, email), role).await.unwrap();
    world.signed_in(tenant, account)
}

pub async fn wrong_password(world: &World) {
    let refused = sign_in(&world.core, &origin(), &stranger(), EMAIL, "wrong wrong wrong").await;
    assert!(refused.is_err());
}

/// The actions in a log, newest first.
pub fn actions(log: &Log) -> Vec<&'static str> {
    log.entries.iter().map(|entry| entry.action.unwrap().name()).collect()
}
