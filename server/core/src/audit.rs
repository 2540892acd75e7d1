//! The audit log: what happened, in a hash chain for each tenant whose events and head carry a MAC.
pub(crate) mod chain;
pub mod checking;
pub(crate) mod part;
pub mod reading;
pub(crate) mod store;

use crate::Core;
use crate::caller::{Caller, Origin};
use crate::error::{CoreError, Failure};
use portvakt_model::audit::Action;
use portvakt_model::id::{AccountId, InvitationId, InvitationListId, TenantId};
use portvakt_model::product::Product;
use portvakt_model::role::Role;
use portvakt_model::stage::Stage;
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
        /// What they showed beside their password.
        factor: Option<&'static str>,
    },
    /// Somebody showed what they were asked for of an account, and was asked for more.
    Asked {
        /// For what.
        stage: Stage,
        /// Whose home it is.
        home: TenantId,
        /// Whose password.
        account: AccountId,
        /// Where from.
        origin: Origin,
    },
    /// The caller chose another password because the old one fell short, and signed in.
    PasswordRenewed {
        /// What they showed beside the old one.
        factor: Option<&'static str>,
    },
    /// The rules of an organisation were changed.
    PolicyChanged {
        /// Whose.
        tenant: TenantId,
        /// Which version they are now.
        version: i64,
        /// Why.
        reason: String,
        /// Whether somebody's became weaker.
        is_weaker: bool,
        /// How many people may be locked out by them, which was confirmed.
        locked_out: u64,
        /// Each setting by name, with what it was and is.
        changes: Vec<(&'static str, String, String)>,
    },
    /// Somebody who was asked for a code of an account showed a wrong one.
    CodeRefused {
        /// Whose home it is.
        home: TenantId,
        /// Whose.
        account: AccountId,
        /// Where from.
        origin: Origin,
    },
    /// An account has a code app, in place of any other.
    CodeAppAdded {
        /// Whose home it is.
        home: TenantId,
        /// Whose.
        account: AccountId,
        /// Where from.
        origin: Origin,
        /// Whether it began their session: their organisation demands one.
        signed_in: bool,
    },
    /// The caller uses it no longer.
    CodeAppRemoved,
    /// An account has one more passkey.
    PasskeyAdded {
        /// Whose home it is.
        home: TenantId,
        /// Whose.
        account: AccountId,
        /// What it is called.
        name: String,
        /// Where from.
        origin: Origin,
        /// Whether it began their session: their organisation demands one.
        signed_in: bool,
    },
    /// The caller calls a passkey something else.
    PasskeyRenamed {
        /// What it was called.
        before: String,
        /// What it is called.
        after: String,
    },
    /// The caller uses a passkey no longer.
    PasskeyRemoved {
        /// What it was called.
        name: String,
    },
    /// A passkey of an account was shown and not taken.
    PasskeyRefused {
        /// Whose home it is.
        home: TenantId,
        /// Whose.
        account: AccountId,
        /// Whether its counter was behind: there may be a copy of it.
        is_copy: bool,
        /// Where from.
        origin: Origin,
    },
    /// The caller goes without a password.
    PasswordRemoved,
    /// The caller has new recovery codes.
    RecoveryCodesMade,
    /// The caller proved once more that it is them.
    ProvenAgain {
        /// By what.
        factor: &'static str,
    },
    /// An account's second factor was taken away, whose owner has lost it.
    SecondFactorReset {
        /// Whose home it is.
        home: TenantId,
        /// Whose.
        account: AccountId,
        /// Why, if somebody of their organisation did it.
        reason: Option<String>,
    },
    /// The caller signed out.
    SessionEnded,
    /// Sessions of an account were ended from elsewhere: by its holder, or by whoever looks after them.
    SessionsEnded {
        /// Whose home it is.
        home: TenantId,
        /// Whose sessions.
        account: AccountId,
        /// How many.
        ended: u64,
    },
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
    PasswordChanged {
        /// Whose home it is.
        home: TenantId,
        /// Whose.
        account: AccountId,
        /// Where from.
        origin: Origin,
    },
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
        /// When all but its log is deleted.
        ends_at: Timestamp,
    },
    /// A customer's keys were deleted.
    TenantEnded {
        /// The operator.
        operator: TenantId,
        /// The customer.
        tenant: TenantId,
        /// Who was whose guest: the hosts' logs are told of each.
        guests: Vec<(TenantId, AccountId)>,
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
        /// Whose home it is.
        home: TenantId,
        /// Who came.
        account: AccountId,
        /// By which invitation.
        invitation: InvitationId,
        /// What they are there.
        role: Role,
        /// Their name.
        name: String,
        /// Their address.
        email: String,
    },
    /// Somebody became something else in an organisation.
    RoleChanged {
        /// Where.
        tenant: TenantId,
        /// Whose home their account has.
        home: TenantId,
        /// Who.
        account: AccountId,
        /// What they were.
        before: Role,
        /// What they are.
        after: Role,
    },
    /// Somebody was put aside: at home they cannot sign in, a guest is not let in.
    MemberSuspended {
        /// Where.
        tenant: TenantId,
        /// Whose home their account has.
        home: TenantId,
        /// Who.
        account: AccountId,
        /// Why, in the caller's words.
        reason: String,
    },
    /// Somebody was let in again.
    MemberRestored {
        /// Where.
        tenant: TenantId,
        /// Whose home their account has.
        home: TenantId,
        /// Who.
        account: AccountId,
        /// Why, in the caller's words.
        reason: String,
    },
    /// A guest does not belong to an organisation any more.
    MemberRemoved {
        /// Where.
        tenant: TenantId,
        /// Whose home their account has.
        home: TenantId,
        /// Who.
        account: AccountId,
        /// Why, in the caller's words.
        reason: String,
    },
    /// The list of an organisation's people was taken out.
    UsersExported {
        /// Whose.
        tenant: TenantId,
        /// How many are in it.
        people: usize,
    },
    /// The caller changed what they are called, or how the portal speaks to them.
    ProfileChanged {
        /// The fields that changed, with what was there before and is there now.
        changed: Vec<(&'static str, String, String)>,
    },
    /// The caller wants another address.
    AddressChangeAsked {
        /// Which.
        email: String,
    },
    /// The new address was confirmed by the link that was mailed to it.
    AddressChanged {
        /// Whose home it is.
        home: TenantId,
        /// Whose address it is.
        account: AccountId,
        /// The address before.
        before: String,
        /// The address now.
        after: String,
        /// Where it was confirmed.
        origin: Origin,
    },
    /// The change was stopped by the link that was mailed to the old address: whatever it had become, it is that one again.
    AddressChangeStopped {
        /// Whose home it is.
        home: TenantId,
        /// Whose address it is.
        account: AccountId,
        /// The address before.
        before: String,
        /// The address now.
        after: String,
        /// Where it was stopped.
        origin: Origin,
    },
    /// The caller wants notices at a second address.
    NotificationAddressAsked {
        /// Which.
        email: String,
    },
    /// The second address was confirmed by the link that was mailed to it, or taken away.
    NotificationAddressChanged {
        /// Whose home it is.
        home: TenantId,
        /// Whose notices go there.
        account: AccountId,
        /// The second address before.
        before: Option<String>,
        /// The second address now.
        after: Option<String>,
        /// Where it was done.
        origin: Origin,
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
    /// The caller took out what is kept of them.
    DataDownloaded,
    /// An account is to be erased.
    ErasureAsked {
        /// Whose home it is.
        home: TenantId,
        /// Which.
        account: AccountId,
        /// When.
        due: Timestamp,
        /// Why, where somebody else than its person asked. Free text, which may name them.
        reason: Option<String>,
    },
    /// It is not to be erased any more.
    ErasureStopped {
        /// Whose home it is.
        home: TenantId,
        /// Which.
        account: AccountId,
    },
    /// An account is gone, with its key: in the log of each tenant that its person belonged to.
    AccountErased {
        /// Whose home it was.
        home: TenantId,
        /// Which.
        account: AccountId,
        /// Where they belonged.
        tenants: Vec<TenantId>,
    },
    /// What an organisation says of itself was changed.
    OrganisationChanged {
        /// Which.
        tenant: TenantId,
        /// Each field that was, with what stood and what stands in it.
        changes: Vec<(&'static str, String, String)>,
    },
    /// An organisation got another logo, or has none any more.
    LogoChanged {
        /// Which.
        tenant: TenantId,
        /// The name of the earlier file.
        before: Option<String>,
        /// The name of the new one.
        after: Option<String>,
    },
    /// Some of a list of people were asked to join. Beside it stands one event for each of them, as if they had been asked
    /// alone.
    InvitationListSent {
        /// Where.
        tenant: TenantId,
        /// Which list.
        list: InvitationListId,
        /// Who was, by which invitation, and what they become.
        invited: Vec<(InvitationId, Role)>,
        /// How many belonged there already.
        belong: usize,
        /// How many got too many mails.
        over_limit: usize,
        /// How many have an invitation that is not the caller's to take back.
        not_theirs: usize,
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

    fn between(field: &'static str, before: Option<&str>, after: Option<&str>) -> Self {
        Self { field, before: before.map(str::to_owned), after: after.map(str::to_owned) }
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

    /// Of what belongs to one chain.
    #[expect(clippy::too_many_lines, reason = "a table: an arm for each event")]
    fn record(&self, caller: &Caller) -> Option<Record> {
        let actor = match caller {
            Caller::Person(person) => Some((person.home, person.account)),
            Caller::Claimant(_) | Caller::Command | Caller::System => None,
        };
        let own = |action| actor.map(|(tenant, account)| Record::of(tenant, Some(account), action));
        // Where a caller is known, it is told of them.
        let of_somebody = |home, account, action, origin: &Origin| Record {
            personal: if actor.is_none() { from(origin) } else { Vec::new() },
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
                Some(Record { personal: from(origin), ..Record::of(*home, Some(*account), action) })
            }
            Self::CodeRefused { home, account, origin } => {
                Some(Record { personal: from(origin), ..Record::of(*home, Some(*account), Action::CodeRefused) })
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
                personal: from(origin),
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
    /// Of something that was done to an account of this tenant, or to the tenant itself.
    fn of(tenant: TenantId, account: Option<AccountId>, action: Action) -> Self {
        let target = account.map(|account| (tenant, account));
        Self { tenant, action, target, changes: Vec::new(), personal: Vec::new() }
    }

    /// Of something that was done in this tenant to an account of that home.
    fn of_member(tenant: TenantId, home: TenantId, account: AccountId, action: Action) -> Self {
        Self { target: Some((home, account)), ..Self::of(tenant, None, action) }
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

/// RFC 3339, to the second.
pub(crate) fn utc(at: Timestamp) -> String {
    let at = jiff::Timestamp::from_microsecond(at.as_micros()).unwrap_or_default();
    at.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}

fn known(name: &str, email: &str) -> Vec<Change> {
    vec![Change::new("name", name), Change::new("email", email)]
}

/// An address of the target that became another one, and where that was done.
fn moved(field: &'static str, before: Option<&str>, after: Option<&str>, origin: &Origin) -> Vec<Change> {
    let mut changes = vec![Change::between(field, before, after)];
    changes.extend(from(origin));
    changes
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
