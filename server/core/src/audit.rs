//! The audit log: what happened, in a hash chain for each tenant whose events and head carry a MAC.
pub(crate) mod chain;
pub(crate) mod store;

use crate::Core;
use crate::caller::{Caller, Origin};
use crate::error::{CoreError, Failure};
use portvakt_model::audit::Action;
use portvakt_model::id::{AccountId, InvitationId, TenantId};
use portvakt_model::product::Product;
use portvakt_model::role::Role;
use portvakt_model::time::Timestamp;
use std::collections::BTreeSet;

/// What happened, as the service that did it tells it. The personal part is sealed under the account's own key.
#[derive(Debug, Clone)]
pub enum Event {
    /// The operator and its first owner were made.
    PortalSetUp {
        /// The operator's name.
        organisation: String,
        /// The owner's name.
        name: String,
        /// The owner's address.
        email: String,
    },
    /// The caller signed in.
    SessionStarted {
        /// Older sessions of theirs that ended because there were too many.
        ended: u64,
    },
    /// The caller signed out.
    SessionEnded,
    /// A reset link was printed for somebody who is locked out, or mailed to somebody who asked for it.
    ResetLinkIssued {
        /// Whose home it is.
        home: TenantId,
        /// For whom.
        account: AccountId,
        /// Where it was asked for, if in a browser.
        origin: Option<Origin>,
    },
    /// The caller chose a new password.
    PasswordChanged,
    /// Somebody did not prove to be this account.
    SignInFailed {
        /// Whose home it is.
        home: TenantId,
        /// Whom they claimed to be.
        account: AccountId,
        /// Whether it was on a device on which that person has signed in before.
        known_device: bool,
        /// Where from.
        origin: Origin,
    },
    /// Somebody did not prove to be this account so often that no more tries are taken for a while.
    AccountLocked {
        /// Whose home it is.
        home: TenantId,
        /// Whom they claimed to be.
        account: AccountId,
        /// How often.
        failures: u32,
        /// Whether it was on a device on which that person has signed in before: only that device is locked then.
        known_device: bool,
        /// Where the last try came from.
        origin: Origin,
    },
    /// Tries for this account are taken again at once.
    AccountUnlocked {
        /// Whose home it is.
        home: TenantId,
        /// For whom.
        account: AccountId,
    },
    /// Addresses that nobody has were tried.
    UnknownNamesTried {
        /// The operator.
        operator: TenantId,
        /// How often, since the last such event.
        tries: i64,
    },
    /// A customer was made. In both logs: who reads the customer's has to know where it came from.
    TenantCreated {
        /// The operator, who made it.
        operator: TenantId,
        /// The customer.
        tenant: TenantId,
        /// The customer's name.
        organisation: String,
        /// Its short name.
        slug: String,
        /// The invitation of its first owner.
        invitation: Option<InvitationId>,
    },
    /// The operator has invited a customer's first owner again. In both logs.
    OwnerInvited {
        /// The operator.
        operator: TenantId,
        /// The customer.
        tenant: TenantId,
        /// By which invitation.
        invitation: InvitationId,
    },
    /// Nobody signs in to a customer any more. In both logs, as what follows.
    TenantSuspended {
        /// The operator.
        operator: TenantId,
        /// The customer.
        tenant: TenantId,
        /// Why.
        reason: String,
    },
    /// A customer's people can sign in again, and its contract goes on if it was to end.
    TenantRestored {
        /// The operator.
        operator: TenantId,
        /// The customer.
        tenant: TenantId,
    },
    /// A customer's contract comes to its end.
    TenantEnding {
        /// The operator.
        operator: TenantId,
        /// The customer.
        tenant: TenantId,
        /// When its keys are deleted.
        ends_at: Timestamp,
    },
    /// A customer's keys were deleted.
    TenantEnded {
        /// The operator.
        operator: TenantId,
        /// The customer.
        tenant: TenantId,
    },
    /// The caller goes on in another organisation. In the logs of both and of their home; each of the others is told only of
    /// itself.
    OrganisationSwitched {
        /// Where they were.
        from: TenantId,
        /// Where they are now.
        to: TenantId,
    },
    /// Mails that were given up are tried again.
    MailSentAgain {
        /// The operator.
        operator: TenantId,
        /// How many.
        mails: u64,
    },
    /// The caller sends themselves a mail to see whether it arrives.
    MailTested {
        /// The operator.
        operator: TenantId,
    },
    /// Somebody got an account and a role.
    MemberAdded {
        /// Where.
        tenant: TenantId,
        /// Who.
        account: AccountId,
        /// What they are there.
        role: Role,
        /// Their name.
        name: String,
        /// Their address.
        email: String,
    },
    /// Somebody was asked to join, or reminded. Who it is is in the invitation: they have no key yet that this could be
    /// sealed under.
    MemberInvited {
        /// Where.
        tenant: TenantId,
        /// By which invitation.
        invitation: InvitationId,
        /// What they become.
        role: Role,
    },
    /// An invitation was taken back.
    InvitationWithdrawn {
        /// Where.
        tenant: TenantId,
        /// Which.
        invitation: InvitationId,
    },
    /// The caller came who was invited: in the organisation's log, and in that of their home if it is another.
    MemberJoined {
        /// Where.
        tenant: TenantId,
        /// By which invitation.
        invitation: InvitationId,
        /// What they are there.
        role: Role,
        /// Their name.
        name: String,
        /// Their address.
        email: String,
    },
    /// Many people got an account and a role at once.
    MembersImported {
        /// Where.
        tenant: TenantId,
        /// How many.
        people: usize,
    },
    /// The vendor has one more product.
    ProductAdded {
        /// The operator.
        operator: TenantId,
        /// The product.
        product: Product,
    },
    /// An organisation may use a product. In its log and in the operator's.
    TenantEntitled {
        /// The operator, who lets it.
        operator: TenantId,
        /// The organisation.
        tenant: TenantId,
        /// The product's slug.
        product: String,
    },
}

/// A field that changed. `None` is a field that was not there, or is not there any more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Change {
    field: &'static str,
    before: Option<String>,
    after: Option<String>,
}

impl Change {
    fn new(field: &'static str, after: &str) -> Self {
        Self { field, before: None, after: Some(after.to_owned()) }
    }
}

/// An event's columns, before it has a place in a chain.
struct Record {
    /// The tenant whose chain it belongs to.
    tenant: TenantId,
    action: Action,
    /// The account it was done to, with its home.
    target: Option<(TenantId, AccountId)>,
    changes: Vec<Change>,
    /// What changed and is the target's personal data.
    personal: Vec<Change>,
}

impl Event {
    /// One for each chain that it belongs to, in the order of the tenants: two that write to the same chains take their
    /// heads in the same order. Empty if the caller cannot have done this.
    fn records(&self, caller: &Caller) -> Vec<Record> {
        let mut records = match self {
            Self::TenantCreated { operator, tenant, organisation, slug, invitation } => {
                let mut changes = vec![Change::new("organisation", organisation), Change::new("slug", slug)];
                changes.extend(invitation.iter().map(|id| Change::new("invitation", &id.to_string())));
                of_a_customer(*operator, *tenant, Action::TenantCreated, changes)
            }
            Self::OwnerInvited { operator, tenant, invitation } => {
                let role = Change::new("role", Role::Owner.as_str());
                let changes = vec![role, Change::new("invitation", &invitation.to_string())];
                of_a_customer(*operator, *tenant, Action::MemberInvited, changes)
            }
            Self::TenantSuspended { operator, tenant, reason } => {
                of_a_customer(*operator, *tenant, Action::TenantSuspended, vec![Change::new("reason", reason)])
            }
            Self::TenantRestored { operator, tenant } => {
                of_a_customer(*operator, *tenant, Action::TenantRestored, Vec::new())
            }
            Self::TenantEnding { operator, tenant, ends_at } => {
                let at = jiff::Timestamp::from_microsecond(ends_at.as_micros()).unwrap_or_default();
                of_a_customer(*operator, *tenant, Action::TenantEnding, vec![Change::new("ends_at", &at.to_string())])
            }
            Self::TenantEnded { operator, tenant } => {
                of_a_customer(*operator, *tenant, Action::TenantEnded, Vec::new())
            }
            Self::OrganisationSwitched { from, to } => {
                let Caller::Person(person) = caller else { return Vec::new() };
                let chains = BTreeSet::from([*from, *to, person.home]);
                let switched = |chain| {
                    let told = |tenant: TenantId| (chain == tenant || chain == person.home).then(|| tenant.to_string());
                    Record {
                        changes: vec![Change { field: "organisation", before: told(*from), after: told(*to) }],
                        ..Record::of(chain, None, Action::OrganisationSwitched)
                    }
                };
                chains.into_iter().map(switched).collect()
            }
            Self::TenantEntitled { operator, tenant, product } => {
                let entitled = |chain, changes| Record { changes, ..Record::of(chain, None, Action::TenantEntitled) };
                let product = Change::new("product", product);
                let of_the_operator = vec![Change::new("tenant", &tenant.to_string()), product.clone()];
                let mut both = vec![entitled(*operator, of_the_operator)];
                // The operator may use its own products.
                both.extend((tenant != operator).then(|| entitled(*tenant, vec![product])));
                both
            }
            Self::MemberJoined { tenant, invitation, role, name, email } => {
                let Caller::Person(person) = caller else { return Vec::new() };
                let joined = |chain| Record {
                    target: Some((person.home, person.account)),
                    changes: vec![
                        Change::new("tenant", &tenant.to_string()),
                        Change::new("role", role.as_str()),
                        Change::new("invitation", &invitation.to_string()),
                    ],
                    personal: known(name, email),
                    ..Record::of(chain, None, Action::MemberJoined)
                };
                let mut both = vec![joined(*tenant)];
                both.extend((*tenant != person.home).then(|| joined(person.home)));
                both
            }
            in_one => in_one.record(caller).into_iter().collect(),
        };
        records.sort_by_key(|record| record.tenant);
        records
    }

    /// Of what belongs to one chain.
    fn record(&self, caller: &Caller) -> Option<Record> {
        let actor = match caller {
            Caller::Person(person) => Some((person.home, person.account)),
            Caller::Claimant(_) | Caller::Command | Caller::System => None,
        };
        let own = |action| actor.map(|(tenant, account)| Record::of(tenant, Some(account), action));
        match self {
            Self::PortalSetUp { organisation, name, email } => own(Action::PortalSetUp).map(|record| Record {
                changes: vec![Change::new("organisation", organisation)],
                personal: known(name, email),
                ..record
            }),
            Self::SessionStarted { ended } => own(Action::SessionStarted).map(|record| Record {
                changes: if *ended > 0 { vec![Change::new("sessions_ended", &ended.to_string())] } else { Vec::new() },
                ..record
            }),
            Self::SessionEnded => own(Action::SessionEnded),
            Self::PasswordChanged => own(Action::PasswordChanged),
            Self::ResetLinkIssued { home, account, origin } => Some(Record {
                personal: origin.as_ref().map(from).unwrap_or_default(),
                ..Record::of(*home, Some(*account), Action::ResetLinkIssued)
            }),
            Self::SignInFailed { home, account, known_device, origin } => Some(Record {
                changes: vec![lane(*known_device)],
                personal: from(origin),
                ..Record::of(*home, Some(*account), Action::SignInFailed)
            }),
            Self::AccountLocked { home, account, failures, known_device, origin } => Some(Record {
                changes: vec![lane(*known_device), Change::new("failures", &failures.to_string())],
                personal: from(origin),
                ..Record::of(*home, Some(*account), Action::AccountLocked)
            }),
            Self::AccountUnlocked { home, account } => Some(Record::of(*home, Some(*account), Action::AccountUnlocked)),
            Self::UnknownNamesTried { operator, tries } => Some(Record {
                changes: vec![Change::new("tries", &tries.to_string())],
                ..Record::of(*operator, None, Action::UnknownNamesTried)
            }),
            Self::MemberAdded { tenant, account, role, name, email } => Some(Record {
                changes: vec![Change::new("role", role.as_str())],
                personal: known(name, email),
                ..Record::of(*tenant, Some(*account), Action::MemberAdded)
            }),
            Self::MemberInvited { tenant, invitation, role } => Some(Record {
                changes: vec![Change::new("role", role.as_str()), Change::new("invitation", &invitation.to_string())],
                ..Record::of(*tenant, None, Action::MemberInvited)
            }),
            Self::InvitationWithdrawn { tenant, invitation } => Some(Record {
                changes: vec![Change::new("invitation", &invitation.to_string())],
                ..Record::of(*tenant, None, Action::InvitationWithdrawn)
            }),
            Self::MembersImported { tenant, people } => Some(Record {
                changes: vec![Change::new("people", &people.to_string())],
                ..Record::of(*tenant, None, Action::MembersImported)
            }),
            Self::ProductAdded { operator, product } => Some(Record {
                changes: vec![
                    Change::new("slug", product.slug()),
                    Change::new("name", product.name()),
                    Change::new("address", product.address()),
                ],
                ..Record::of(*operator, None, Action::ProductAdded)
            }),
            Self::MailSentAgain { operator, mails } => Some(Record {
                changes: vec![Change::new("mails", &mails.to_string())],
                ..Record::of(*operator, None, Action::MailSentAgain)
            }),
            Self::MailTested { operator } => Some(Record::of(*operator, None, Action::MailTested)),
            Self::TenantCreated { .. }
            | Self::OwnerInvited { .. }
            | Self::TenantSuspended { .. }
            | Self::TenantRestored { .. }
            | Self::TenantEnding { .. }
            | Self::TenantEnded { .. }
            | Self::OrganisationSwitched { .. }
            | Self::TenantEntitled { .. }
            | Self::MemberJoined { .. } => None,
        }
    }
}

impl Record {
    /// Of something that was done to an account of this tenant, or to the tenant itself.
    fn of(tenant: TenantId, account: Option<AccountId>, action: Action) -> Self {
        let target = account.map(|account| (tenant, account));
        Self { tenant, action, target, changes: Vec::new(), personal: Vec::new() }
    }
}

/// What the operator does to a customer, in both logs; the operator's says to which.
fn of_a_customer(operator: TenantId, tenant: TenantId, action: Action, changes: Vec<Change>) -> Vec<Record> {
    let mut named = vec![Change::new("tenant", &tenant.to_string())];
    named.extend(changes.iter().cloned());
    vec![
        Record { changes: named, ..Record::of(operator, None, action) },
        Record { changes, ..Record::of(tenant, None, action) },
    ]
}

fn lane(known_device: bool) -> Change {
    Change::new("lane", if known_device { "known_device" } else { "strangers" })
}

fn known(name: &str, email: &str) -> Vec<Change> {
    vec![Change::new("name", name), Change::new("email", email)]
}

/// Where somebody came from who may be the target, so it is sealed as the target's.
fn from(origin: &Origin) -> Vec<Change> {
    vec![Change::new("network", &origin.network), Change::new("device", &origin.device)]
}

/// Checks a tenant's chain from its first event to its head, in one view of the database; the number of events.
///
/// # Errors
/// [`crate::error::Failure::Tampered`] names the first event that is not as it was written.
pub async fn verify(core: &Core, tenant: TenantId) -> Result<i64, CoreError> {
    store::verify(&mut *core.store.snapshot().await?, &core.vault, tenant).await
}

/// How far the clocks of two processes on one database may be apart.
pub const SKEW_SECS: i64 = 300;

/// Refuses a clock that stands before the last event of any tenant.
///
/// # Errors
/// [`Failure::Clock`].
pub(crate) async fn in_order(core: &Core) -> Result<(), CoreError> {
    let mut conn = core.store.reader().acquire().await?;
    let (now, last) = (core.clock.now(), store::last(&mut conn).await?);
    match last.filter(|last| now.plus_secs(SKEW_SECS) < *last) {
        Some(last) => {
            let [now, last] =
                [now, last].map(|at| jiff::Timestamp::from_microsecond(at.as_micros()).unwrap_or_default());
            Err(Failure::Clock { now, last }.into())
        }
        None => Ok(()),
    }
}
