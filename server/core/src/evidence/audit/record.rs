//! The records that an event writes, one for each chain that the event belongs to.
use crate::caller::{Caller, Origin, Person};
use portvakt_model::audit::{Action, Field};
use portvakt_model::id::{AccountId, TenantId};
use portvakt_model::policy;
use std::fmt::Display;

/// An event: the records of one change in the audit log.
#[derive(Debug, Clone)]
pub struct Event {
    /// The records, in the order of their tenants. All writers use this order, so two that write to the same chains do
    /// not lock each other out.
    pub(super) records: Vec<Record>,
}

impl From<Record> for Event {
    fn from(record: Record) -> Self {
        Self { records: vec![record] }
    }
}

impl FromIterator<Record> for Event {
    fn from_iter<I: IntoIterator<Item = Record>>(records: I) -> Self {
        let mut records: Vec<_> = records.into_iter().collect();
        records.sort_by_key(|record| record.tenant);
        Self { records }
    }
}

/// A changed field. `None` is the value of a field that did not exist before, or does not exist afterwards.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Change {
    /// The name of a [`Field`] or of a policy's setting.
    pub(super) field: &'static str,
    pub(super) before: Option<String>,
    pub(super) after: Option<String>,
}

impl Change {
    fn new(field: Field, before: Option<&str>, after: Option<&str>) -> Self {
        Self { field: field.name(), before: before.map(str::to_owned), after: after.map(str::to_owned) }
    }
}

/// An event's columns, before it has a place in a chain.
#[derive(Debug, Clone)]
pub(super) struct Record {
    /// The tenant whose chain the record belongs to.
    pub(super) tenant: TenantId,
    pub(super) action: Action,
    /// The account that the event concerns, with its home tenant.
    pub(super) target: Option<(TenantId, AccountId)>,
    pub(super) changes: Vec<Change>,
    /// The changed fields that are the target's personal data.
    personal: Vec<Change>,
    /// The origin of a request whose sender is unknown: the sender may be the target.
    origin: Option<Origin>,
}

impl Record {
    /// A record about a tenant itself.
    pub(super) fn about(tenant: TenantId, action: Action) -> Self {
        Self { tenant, action, target: None, changes: Vec::new(), personal: Vec::new(), origin: None }
    }

    /// A record about an account of this tenant.
    pub(super) fn on(tenant: TenantId, account: AccountId, action: Action) -> Self {
        Self::of_member(tenant, tenant, account, action)
    }

    /// A record in this tenant's chain about an account with another home.
    pub(super) fn of_member(tenant: TenantId, home: TenantId, account: AccountId, action: Action) -> Self {
        Self { target: Some((home, account)), ..Self::about(tenant, action) }
    }

    /// A record about a person's action on their own account.
    pub(super) fn by(person: &Person, action: Action) -> Self {
        Self::on(person.home, person.account, action)
    }

    /// A new value.
    pub(super) fn set(self, field: Field, after: impl Display) -> Self {
        self.changed(field, None, Some(&after.to_string()))
    }

    /// A new value, if there is one.
    pub(super) fn with(self, field: Field, after: Option<impl Display>) -> Self {
        match after {
            Some(after) => self.set(field, after),
            None => self,
        }
    }

    /// A change.
    pub(super) fn changed(mut self, field: Field, before: Option<&str>, after: Option<&str>) -> Self {
        self.changes.push(Change::new(field, before, after));
        self
    }

    /// A policy's changed setting.
    pub(super) fn setting(mut self, change: &policy::Change) -> Self {
        self.changes.push(Change {
            field: change.setting.name(change.level),
            before: Some(change.before.to_string()),
            after: Some(change.after.to_string()),
        });
        self
    }

    /// A new value that is the target's personal data.
    pub(super) fn personal(self, field: Field, after: &str) -> Self {
        self.moved(field, None, Some(after))
    }

    /// A new value that is the target's personal data, if there is one.
    pub(super) fn with_personal(self, field: Field, after: Option<&str>) -> Self {
        match after {
            Some(after) => self.personal(field, after),
            None => self,
        }
    }

    /// A change of the target's personal data.
    pub(super) fn moved(mut self, field: Field, before: Option<&str>, after: Option<&str>) -> Self {
        self.personal.push(Change::new(field, before, after));
        self
    }

    /// The origin of the request.
    pub(super) fn seen(self, origin: &Origin) -> Self {
        Self { origin: Some(origin.clone()), ..self }
    }

    /// The target's personal data. If a signed-in person is the caller, the caller's part has the origin already.
    pub(super) fn personal_part(&self, caller: &Caller) -> Vec<Change> {
        let origin = self.origin.iter().filter(|_| !matches!(caller, Caller::Person(_)));
        self.personal.iter().cloned().chain(origin.flat_map(seen_from)).collect()
    }
}

/// The network and device of a request. They are sealed as the actor's data, or as the target's if the actor is
/// unknown: the claimant may be the target.
pub(super) fn seen_from(origin: &Origin) -> Vec<Change> {
    let [network, device] = [(Field::Network, &origin.network), (Field::Device, &origin.device)];
    [network, device].map(|(field, seen)| Change::new(field, None, Some(seen))).into()
}
