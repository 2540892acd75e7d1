//! The records that an event writes, one for each chain that the event belongs to.
use super::event::Event;
use crate::caller::{Caller, Origin};
use portvakt_model::audit::Action;
use portvakt_model::id::{AccountId, InvitationId, TenantId};
use portvakt_model::role::Role;
use portvakt_model::stage::Stage;
use portvakt_model::time::Timestamp;
use std::collections::BTreeSet;

/// A changed field. `None` is the value of a field that did not exist before, or does not exist afterwards.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Change {
    pub(super) field: &'static str,
    pub(super) before: Option<String>,
    pub(super) after: Option<String>,
}

impl Change {
    fn new(field: &'static str, after: &str) -> Self {
        Self { field, before: None, after: Some(after.to_owned()) }
    }

    fn between(field: &'static str, before: Option<&str>, after: Option<&str>) -> Self {
        Self { field, before: before.map(str::to_owned), after: after.map(str::to_owned) }
    }
}

/// An event's columns, before it has a place in a chain.
pub(super) struct Record {
    /// The tenant whose chain the record belongs to.
    pub(super) tenant: TenantId,
    pub(super) action: Action,
    /// The account that the event concerns, with its home tenant.
    pub(super) target: Option<(TenantId, AccountId)>,
    pub(super) changes: Vec<Change>,
    /// The changed fields that are the target's personal data.
    pub(super) personal: Vec<Change>,
}

impl Event {
    /// The event's records, one for each chain, in the order of the tenants. With one order for all writers, two that
    /// write to the same chains do not lock each other out. Empty if the caller cannot have done this.
    pub(super) fn records(&self, caller: &Caller) -> Vec<Record> {
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
                of_a_customer(*operator, *tenant, Action::TenantEnding, vec![Change::new("ends_at", &utc(*ends_at))])
            }
            Self::TenantEnded { operator, tenant, guests } => {
                let mut records = of_a_customer(*operator, *tenant, Action::TenantEnded, Vec::new());
                let erased = |(host, account): &_| Record::of(*host, Some(*account), Action::AccountErased);
                records.extend(guests.iter().map(erased));
                records
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
            Self::MemberJoined { tenant, home, account, invitation, role, name, email } => {
                let joined = |chain| Record {
                    target: Some((*home, *account)),
                    changes: vec![
                        Change::new("tenant", &tenant.to_string()),
                        Change::new("role", role.as_str()),
                        Change::new("invitation", &invitation.to_string()),
                    ],
                    personal: known(name, email),
                    ..Record::of(chain, None, Action::MemberJoined)
                };
                let mut both = vec![joined(*tenant)];
                both.extend((tenant != home).then(|| joined(*home)));
                both
            }
            Self::AccountErased { home, account, tenants } => {
                let elsewhere = tenants.iter().filter(|tenant| *tenant != home);
                let erased = |chain: &TenantId| Record::of(*chain, Some(*account), Action::AccountErased);
                std::iter::once(home).chain(elsewhere).map(erased).collect()
            }
            Self::InvitationListSent { tenant, list, invited, belong, over_limit, not_theirs } => {
                let count = |field, count: usize| Change::new(field, &count.to_string());
                let one = |(invitation, role): &(InvitationId, Role)| {
                    Self::MemberInvited { tenant: *tenant, invitation: *invitation, role: *role }.record(caller)
                };
                let mut all: Vec<_> = invited.iter().filter_map(one).collect();
                all.push(Record {
                    changes: vec![
                        Change::new("list", &list.to_string()),
                        count("invited", invited.len()),
                        count("belong", *belong),
                        count("over_limit", *over_limit),
                        count("not_theirs", *not_theirs),
                    ],
                    ..Record::of(*tenant, None, Action::InvitationListSent)
                });
                all
            }
            in_one => in_one.record(caller).into_iter().collect(),
        };
        records.sort_by_key(|record| record.tenant);
        records
    }

    /// The record of an event that belongs to one chain. `None` if the caller cannot have done this.
    #[expect(clippy::too_many_lines, reason = "a table: an arm for each event")]
    fn record(&self, caller: &Caller) -> Option<Record> {
        let actor = match caller {
            Caller::Person(person) => Some((person.home, person.account)),
            Caller::Claimant(_) | Caller::Command | Caller::System => None,
        };
        let own = |action| actor.map(|(tenant, account)| Record::of(tenant, Some(account), action));
        // If a signed-in person is the actor, the actor's part has the origin already.
        let of_somebody = |home, account, action, origin: &Origin| Record {
            personal: if actor.is_none() { seen_from(origin) } else { Vec::new() },
            ..Record::of(home, Some(account), action)
        };
        match self {
            Self::PortalSetUp { organisation, name, email } => own(Action::PortalSetUp).map(|record| Record {
                changes: vec![Change::new("organisation", organisation)],
                personal: known(name, email),
                ..record
            }),
            Self::SessionStarted { ended, factor } => own(Action::SessionStarted).map(|record| Record {
                changes: (*ended > 0)
                    .then(|| Change::new("sessions_ended", &ended.to_string()))
                    .into_iter()
                    .chain(factor.map(|factor| Change::new("factor", factor)))
                    .collect(),
                ..record
            }),
            Self::Asked { stage, home, account, origin } => {
                let action = match stage {
                    Stage::ChoosePassword => Action::NewPasswordAsked,
                    Stage::EnrolSecondFactor => Action::SecondFactorDemanded,
                    Stage::SecondFactor | Stage::Password | Stage::SignedIn => Action::SecondFactorAsked,
                };
                Some(Record { personal: seen_from(origin), ..Record::of(*home, Some(*account), action) })
            }
            Self::CodeRefused { home, account, origin } => {
                Some(Record { personal: seen_from(origin), ..Record::of(*home, Some(*account), Action::CodeRefused) })
            }
            Self::PasswordRenewed { factor } => own(Action::PasswordRenewed).map(|record| Record {
                changes: factor.iter().map(|factor| Change::new("factor", factor)).collect(),
                ..record
            }),
            Self::PolicyChanged { tenant, version, reason, is_weaker, locked_out, changes } => {
                let told = [
                    Change::new("version", &version.to_string()),
                    Change::new("reason", reason),
                    Change::new("weaker", if *is_weaker { "true" } else { "false" }),
                ];
                let set = changes.iter().map(|(setting, before, after)| Change {
                    before: Some(before.clone()),
                    ..Change::new(setting, after)
                });
                let locked_out = (*locked_out > 0).then(|| Change::new("may_be_locked_out", &locked_out.to_string()));
                Some(Record {
                    changes: told.into_iter().chain(locked_out).chain(set).collect(),
                    ..Record::of(*tenant, None, Action::PolicyChanged)
                })
            }
            Self::CodeAppAdded { home, account, origin, signed_in } => Some(Record {
                changes: signed_in.then(|| Change::new("signed_in", "true")).into_iter().collect(),
                ..of_somebody(*home, *account, Action::CodeAppAdded, origin)
            }),
            Self::CodeAppRemoved => own(Action::CodeAppRemoved),
            Self::PasskeyAdded { home, account, name, origin, signed_in } => {
                let record = of_somebody(*home, *account, Action::PasskeyAdded, origin);
                Some(Record {
                    changes: signed_in.then(|| Change::new("signed_in", "true")).into_iter().collect(),
                    personal: record.personal.into_iter().chain([Change::new("name", name)]).collect(),
                    ..Record::of(*home, Some(*account), Action::PasskeyAdded)
                })
            }
            Self::PasskeyRenamed { before, after } => own(Action::PasskeyRenamed)
                .map(|record| Record { personal: vec![Change::between("name", Some(before), Some(after))], ..record }),
            Self::PasskeyRemoved { name } => {
                own(Action::PasskeyRemoved).map(|record| Record { personal: vec![Change::new("name", name)], ..record })
            }
            Self::PasskeyRefused { home, account, is_copy, origin } => Some(Record {
                changes: is_copy.then(|| Change::new("copied", "true")).into_iter().collect(),
                personal: seen_from(origin),
                ..Record::of(*home, Some(*account), Action::PasskeyRefused)
            }),
            Self::PasswordRemoved => own(Action::PasswordRemoved),
            Self::RecoveryCodesMade => own(Action::RecoveryCodesMade),
            Self::ProvenAgain { factor } => {
                own(Action::ProvenAgain).map(|record| Record { changes: vec![Change::new("factor", factor)], ..record })
            }
            Self::SecondFactorReset { home, account, reason } => Some(Record {
                personal: reason.iter().map(|reason| Change::new("reason", reason)).collect(),
                ..Record::of(*home, Some(*account), Action::SecondFactorReset)
            }),
            Self::SessionEnded => own(Action::SessionEnded),
            Self::SessionsEnded { home, account, ended } => Some(Record {
                changes: vec![Change::new("sessions_ended", &ended.to_string())],
                ..Record::of(*home, Some(*account), Action::SessionsEnded)
            }),
            Self::PasswordChanged { home, account, origin } => {
                Some(of_somebody(*home, *account, Action::PasswordChanged, origin))
            }
            Self::ProfileChanged { changed } => own(Action::ProfileChanged).map(|record| Record {
                personal: changed
                    .iter()
                    .map(|(field, before, after)| Change::between(field, Some(before), Some(after)))
                    .collect(),
                ..record
            }),
            Self::AddressChangeAsked { email } => own(Action::AddressChangeAsked)
                .map(|record| Record { personal: vec![Change::new("email", email)], ..record }),
            Self::NotificationAddressAsked { email } => own(Action::NotificationAddressAsked)
                .map(|record| Record { personal: vec![Change::new("notification_email", email)], ..record }),
            Self::AddressChanged { home, account, before, after, origin } => Some(Record {
                personal: moved("email", Some(before), Some(after), origin),
                ..Record::of(*home, Some(*account), Action::AddressChanged)
            }),
            Self::AddressChangeStopped { home, account, before, after, origin } => Some(Record {
                personal: moved("email", Some(before), Some(after), origin),
                ..Record::of(*home, Some(*account), Action::AddressChangeStopped)
            }),
            Self::NotificationAddressChanged { home, account, before, after, origin } => Some(Record {
                personal: moved("notification_email", before.as_deref(), after.as_deref(), origin),
                ..Record::of(*home, Some(*account), Action::NotificationAddressChanged)
            }),
            Self::ResetLinkIssued { home, account, origin } => Some(Record {
                personal: origin.as_ref().map(seen_from).unwrap_or_default(),
                ..Record::of(*home, Some(*account), Action::ResetLinkIssued)
            }),
            Self::SignInFailed { home, account, known_device, origin } => Some(Record {
                changes: vec![lane(*known_device)],
                personal: seen_from(origin),
                ..Record::of(*home, Some(*account), Action::SignInFailed)
            }),
            Self::AccountLocked { home, account, failures, known_device, origin } => Some(Record {
                changes: vec![lane(*known_device), Change::new("failures", &failures.to_string())],
                personal: seen_from(origin),
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
            Self::RoleChanged { tenant, home, account, before, after } => {
                let (before, after) = (before.as_str().to_owned(), after.as_str().to_owned());
                Some(Record {
                    changes: vec![Change { field: "role", before: Some(before), after: Some(after) }],
                    ..Record::of_member(*tenant, *home, *account, Action::RoleChanged)
                })
            }
            Self::MemberSuspended { tenant, home, account, reason } => Some(Record {
                personal: vec![Change::new("reason", reason)],
                ..Record::of_member(*tenant, *home, *account, Action::MemberSuspended)
            }),
            Self::MemberRestored { tenant, home, account, reason } => Some(Record {
                personal: vec![Change::new("reason", reason)],
                ..Record::of_member(*tenant, *home, *account, Action::MemberRestored)
            }),
            Self::MemberRemoved { tenant, home, account, reason } => Some(Record {
                personal: vec![Change::new("reason", reason)],
                ..Record::of_member(*tenant, *home, *account, Action::MemberRemoved)
            }),
            Self::UsersExported { tenant, people } => Some(Record {
                changes: vec![Change::new("people", &people.to_string())],
                ..Record::of(*tenant, None, Action::UsersExported)
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
            Self::DataDownloaded => own(Action::DataDownloaded),
            Self::ErasureAsked { home, account, due, reason } => Some(Record {
                changes: vec![Change::new("due", &utc(*due))],
                personal: reason.iter().map(|reason| Change::new("reason", reason)).collect(),
                ..Record::of(*home, Some(*account), Action::ErasureAsked)
            }),
            Self::ErasureStopped { home, account } => Some(Record::of(*home, Some(*account), Action::ErasureStopped)),
            Self::TenantCreated { .. }
            | Self::TenantEntitled { .. }
            | Self::MemberJoined { .. }
            | Self::AccountErased { .. }
            | Self::InvitationListSent { .. }
            | Self::OwnerInvited { .. }
            | Self::TenantSuspended { .. }
            | Self::TenantRestored { .. }
            | Self::TenantEnding { .. }
            | Self::TenantEnded { .. }
            | Self::OrganisationSwitched { .. } => None,
            Self::OrganisationChanged { tenant, changes } => Some(Record {
                changes: changes
                    .iter()
                    .map(|(field, before, after)| Change { before: Some(before.clone()), ..Change::new(field, after) })
                    .collect(),
                ..Record::of(*tenant, None, Action::OrganisationChanged)
            }),
            Self::LogoChanged { tenant, before, after } => Some(Record {
                changes: vec![Change { field: "logo", before: before.clone(), after: after.clone() }],
                ..Record::of(*tenant, None, Action::LogoChanged)
            }),
            Self::MailSentAgain { operator, mails } => Some(Record {
                changes: vec![Change::new("mails", &mails.to_string())],
                ..Record::of(*operator, None, Action::MailSentAgain)
            }),
            Self::MailTested { operator } => Some(Record::of(*operator, None, Action::MailTested)),
        }
    }
}

impl Record {
    /// A record of what was done to an account of this tenant, or to the tenant itself.
    fn of(tenant: TenantId, account: Option<AccountId>, action: Action) -> Self {
        let target = account.map(|account| (tenant, account));
        Self { tenant, action, target, changes: Vec::new(), personal: Vec::new() }
    }

    /// A record of what was done in this tenant to an account with another home.
    fn of_member(tenant: TenantId, home: TenantId, account: AccountId, action: Action) -> Self {
        Self { target: Some((home, account)), ..Self::of(tenant, None, action) }
    }
}

/// The records of what the operator did to a customer, for both logs. The operator's record names the customer.
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

/// The changes when an address of the target is replaced: the address, and the origin of the request.
fn moved(field: &'static str, before: Option<&str>, after: Option<&str>, origin: &Origin) -> Vec<Change> {
    let mut changes = vec![Change::between(field, before, after)];
    changes.extend(seen_from(origin));
    changes
}

/// The network and device of a request. They are sealed as the actor's data, or as the target's if the actor is
/// unknown: the claimant may be the target.
pub(super) fn seen_from(origin: &Origin) -> Vec<Change> {
    vec![Change::new("network", &origin.network), Change::new("device", &origin.device)]
}

/// The time in the form of RFC 3339, to the second.
pub(crate) fn utc(at: Timestamp) -> String {
    let at = jiff::Timestamp::from_microsecond(at.as_micros()).unwrap_or_default();
    at.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}
