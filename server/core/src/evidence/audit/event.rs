//! The events, as services report them. Each constructor names the chains that get the event, the account that it
//! concerns and the changed fields. A constructor for a person's own action takes the [`Person`]: no other caller can
//! have acted.
use super::record::{Event, Record};
use crate::caller::{Origin, Person};
use portvakt_model::audit::{Action, Field};
use portvakt_model::id::{AccountId, InvitationId, InvitationListId, TenantId};
use portvakt_model::policy::impact::Impact;
use portvakt_model::product::Product;
use portvakt_model::role::Role;
use portvakt_model::stage::Stage;
use portvakt_model::time::Timestamp;
use std::collections::BTreeSet;

/// Signing in and out, and the sessions of an account.
impl Event {
    /// The person signed in. `ended` older sessions ended because there were too many; `factor` was shown besides the
    /// password.
    pub(crate) fn session_started(person: &Person, ended: u64, factor: Option<&str>) -> Self {
        let ended = Some(ended).filter(|ended| *ended > 0);
        Record::by(person, Action::SessionStarted).with(Field::SessionsEnded, ended).with(Field::Factor, factor).into()
    }

    /// A claimant passed one stage of a sign-in and was asked for the next.
    pub(crate) fn stage_asked(stage: Stage, home: TenantId, account: AccountId, origin: &Origin) -> Self {
        let action = match stage {
            Stage::ChoosePassword => Action::NewPasswordAsked,
            Stage::EnrolSecondFactor => Action::SecondFactorDemanded,
            Stage::SecondFactor | Stage::Password | Stage::SignedIn => Action::SecondFactorAsked,
        };
        Record::on(home, account, action).seen(origin).into()
    }

    /// The person chose a new password because the old one no longer met the policy, and signed in. `factor` was shown
    /// besides the old password.
    pub(crate) fn password_renewed(person: &Person, factor: Option<&str>) -> Self {
        Record::by(person, Action::PasswordRenewed).with(Field::Factor, factor).into()
    }

    /// The person proved their identity again, with this factor.
    pub(crate) fn proven_again(person: &Person, factor: &str) -> Self {
        Record::by(person, Action::ProvenAgain).set(Field::Factor, factor).into()
    }

    /// The person signed out.
    pub(crate) fn session_ended(person: &Person) -> Self {
        Record::by(person, Action::SessionEnded).into()
    }

    /// Sessions of an account were ended from elsewhere: by the account's owner, or by an administrator.
    pub(crate) fn sessions_ended(home: TenantId, account: AccountId, ended: u64) -> Self {
        Record::on(home, account, Action::SessionsEnded).set(Field::SessionsEnded, ended).into()
    }

    /// The person switched to another organisation. The logs of both organisations and of the person's home have the
    /// event. Except for the home's, each log names only its own organisation.
    pub(crate) fn organisation_switched(person: &Person, from: TenantId, to: TenantId) -> Self {
        let switched = |chain| {
            let told = |tenant: TenantId| (chain == tenant || chain == person.home).then(|| tenant.to_string());
            let record = Record::about(chain, Action::OrganisationSwitched);
            record.changed(Field::Organisation, told(from).as_deref(), told(to).as_deref())
        };
        BTreeSet::from([from, to, person.home]).into_iter().map(switched).collect()
    }

    /// A claimant failed to prove to own the account. A known device is one on which the account has signed in before.
    pub(crate) fn sign_in_failed(home: TenantId, account: AccountId, known_device: bool, origin: &Origin) -> Self {
        Record::on(home, account, Action::SignInFailed).set(Field::Lane, lane(known_device)).seen(origin).into()
    }

    /// Claimants failed so often to prove to own the account that it is locked for a while. If they failed on a known
    /// device, only that device is locked. `origin` is the last request's.
    pub(crate) fn account_locked(
        home: TenantId,
        account: AccountId,
        failures: u32,
        known_device: bool,
        origin: &Origin,
    ) -> Self {
        let locked = Record::on(home, account, Action::AccountLocked).set(Field::Lane, lane(known_device));
        locked.set(Field::Failures, failures).seen(origin).into()
    }

    /// The lock was lifted: sign-ins to the account are accepted again at once.
    pub(crate) fn account_unlocked(home: TenantId, account: AccountId) -> Self {
        Record::on(home, account, Action::AccountUnlocked).into()
    }

    /// Sign-ins with addresses of no account were tried: `tries` since the last such event.
    pub(crate) fn unknown_names_tried(operator: TenantId, tries: i64) -> Self {
        Record::about(operator, Action::UnknownNamesTried).set(Field::Tries, tries).into()
    }
}

/// Credentials.
impl Event {
    /// A claimant was asked for an account's code and showed a wrong one.
    pub(crate) fn code_refused(home: TenantId, account: AccountId, origin: &Origin) -> Self {
        Record::on(home, account, Action::CodeRefused).seen(origin).into()
    }

    /// An account got a code app, which replaces any earlier one. `signed_in`: the enrolment ended a sign-in, because
    /// the organisation demands a second factor.
    pub(crate) fn code_app_added(home: TenantId, account: AccountId, origin: &Origin, signed_in: bool) -> Self {
        let signed_in = signed_in.then_some(true);
        Record::on(home, account, Action::CodeAppAdded).with(Field::SignedIn, signed_in).seen(origin).into()
    }

    /// The person removed their code app.
    pub(crate) fn code_app_removed(person: &Person) -> Self {
        Record::by(person, Action::CodeAppRemoved).into()
    }

    /// An account got another passkey. `signed_in` as for [`Event::code_app_added`].
    pub(crate) fn passkey_added(
        home: TenantId,
        account: AccountId,
        name: &str,
        origin: &Origin,
        signed_in: bool,
    ) -> Self {
        let added = Record::on(home, account, Action::PasskeyAdded).with(Field::SignedIn, signed_in.then_some(true));
        added.personal(Field::Name, name).seen(origin).into()
    }

    /// The person renamed a passkey.
    pub(crate) fn passkey_renamed(person: &Person, before: &str, after: &str) -> Self {
        Record::by(person, Action::PasskeyRenamed).moved(Field::Name, Some(before), Some(after)).into()
    }

    /// The person removed a passkey.
    pub(crate) fn passkey_removed(person: &Person, name: &str) -> Self {
        Record::by(person, Action::PasskeyRemoved).personal(Field::Name, name).into()
    }

    /// A passkey of an account was shown and refused. `is_copy`: its counter was behind, so there may be a copy of it.
    pub(crate) fn passkey_refused(home: TenantId, account: AccountId, is_copy: bool, origin: &Origin) -> Self {
        let copied = is_copy.then_some(true);
        Record::on(home, account, Action::PasskeyRefused).with(Field::Copied, copied).seen(origin).into()
    }

    /// The person removed their password.
    pub(crate) fn password_removed(person: &Person) -> Self {
        Record::by(person, Action::PasswordRemoved).into()
    }

    /// The person made new recovery codes.
    pub(crate) fn recovery_codes_made(person: &Person) -> Self {
        Record::by(person, Action::RecoveryCodesMade).into()
    }

    /// An account's second factor was removed because its owner lost it. An administrator gives a reason.
    pub(crate) fn second_factor_reset(home: TenantId, account: AccountId, reason: Option<&str>) -> Self {
        Record::on(home, account, Action::SecondFactorReset).with_personal(Field::Reason, reason).into()
    }

    /// A reset link was printed, or mailed to the account's owner. `origin` is `None` if no browser asked for it.
    pub(crate) fn reset_link_issued(home: TenantId, account: AccountId, origin: Option<&Origin>) -> Self {
        let issued = Record::on(home, account, Action::ResetLinkIssued);
        (if let Some(origin) = origin { issued.seen(origin) } else { issued }).into()
    }

    /// The account's owner chose a new password.
    pub(crate) fn password_changed(home: TenantId, account: AccountId, origin: &Origin) -> Self {
        Record::on(home, account, Action::PasswordChanged).seen(origin).into()
    }
}

/// A person's own account.
impl Event {
    /// The person changed their name, language or time zone. Each changed field has its value before and after.
    pub(crate) fn profile_changed(person: &Person, changed: &[(Field, String, String)]) -> Self {
        let record = Record::by(person, Action::ProfileChanged);
        let moved = |record: Record, (field, before, after): &(Field, String, String)| {
            record.moved(*field, Some(before), Some(after))
        };
        changed.iter().fold(record, moved).into()
    }

    /// The person asked for another sign-in address.
    pub(crate) fn address_change_asked(person: &Person, email: &str) -> Self {
        Record::by(person, Action::AddressChangeAsked).personal(Field::Email, email).into()
    }

    /// The link mailed to the new address confirmed that address.
    pub(crate) fn address_changed(
        home: TenantId,
        account: AccountId,
        before: &str,
        after: &str,
        origin: &Origin,
    ) -> Self {
        let changed = Record::on(home, account, Action::AddressChanged);
        changed.moved(Field::Email, Some(before), Some(after)).seen(origin).into()
    }

    /// The link mailed to the old address stopped the change. If another address had already replaced it, the account
    /// has the old one again.
    pub(crate) fn address_change_stopped(
        home: TenantId,
        account: AccountId,
        before: &str,
        after: &str,
        origin: &Origin,
    ) -> Self {
        let stopped = Record::on(home, account, Action::AddressChangeStopped);
        stopped.moved(Field::Email, Some(before), Some(after)).seen(origin).into()
    }

    /// The person asked for notices at a second address.
    pub(crate) fn notification_address_asked(person: &Person, email: &str) -> Self {
        Record::by(person, Action::NotificationAddressAsked).personal(Field::NotificationEmail, email).into()
    }

    /// The link mailed to the second address confirmed that address, or the address was removed.
    pub(crate) fn notification_address_changed(
        home: TenantId,
        account: AccountId,
        before: Option<&str>,
        after: Option<&str>,
        origin: &Origin,
    ) -> Self {
        let changed = Record::on(home, account, Action::NotificationAddressChanged);
        changed.moved(Field::NotificationEmail, before, after).seen(origin).into()
    }

    /// The person downloaded their own data.
    pub(crate) fn data_downloaded(person: &Person) -> Self {
        Record::by(person, Action::DataDownloaded).into()
    }

    /// The erasure of an account was requested; it waits until `due`. If another person than the account's owner asked,
    /// there is a reason: free text, which may name the owner.
    pub(crate) fn erasure_asked(home: TenantId, account: AccountId, due: Timestamp, reason: Option<&str>) -> Self {
        let asked = Record::on(home, account, Action::ErasureAsked).set(Field::Due, utc(due));
        asked.with_personal(Field::Reason, reason).into()
    }

    /// The erasure of an account was stopped.
    pub(crate) fn erasure_stopped(home: TenantId, account: AccountId) -> Self {
        Record::on(home, account, Action::ErasureStopped).into()
    }

    /// An account was erased, with its key. The log of each tenant that the person belonged to has the event.
    pub(crate) fn account_erased(home: TenantId, account: AccountId, tenants: &[TenantId]) -> Self {
        let chains: BTreeSet<_> = tenants.iter().copied().chain([home]).collect();
        chains.into_iter().map(|chain| Record::on(chain, account, Action::AccountErased)).collect()
    }
}

/// The people of an organisation.
impl Event {
    /// A person got an account and a role.
    pub(crate) fn member_added(tenant: TenantId, account: AccountId, role: Role, name: &str, email: &str) -> Self {
        let added = Record::on(tenant, account, Action::MemberAdded).set(Field::Role, role.as_str());
        added.personal(Field::Name, name).personal(Field::Email, email).into()
    }

    /// Many people got an account and a role at once.
    pub(crate) fn members_imported(tenant: TenantId, people: usize) -> Self {
        Record::about(tenant, Action::MembersImported).set(Field::People, people).into()
    }

    /// A person was invited, or reminded. The event names the invitation and not the person: the person has no key yet
    /// under which their data could be sealed.
    pub(crate) fn member_invited(tenant: TenantId, invitation: InvitationId, role: Role) -> Self {
        invited(tenant, invitation, role).into()
    }

    /// Invitations were sent to people on a list. Besides this event, each invitation has an event of its own, as if
    /// the person had been invited alone. `not_sent` counts the other people by the reason.
    pub(crate) fn invitation_list_sent(
        tenant: TenantId,
        list: InvitationListId,
        sent: &[(InvitationId, Role)],
        not_sent: [(Field, usize); 3],
    ) -> Self {
        let all = Record::about(tenant, Action::InvitationListSent).set(Field::List, list);
        let all = all.set(Field::Invited, sent.len());
        let all = not_sent.into_iter().fold(all, |all, (why, people)| all.set(why, people));
        sent.iter().map(|(invitation, role)| invited(tenant, *invitation, *role)).chain([all]).collect()
    }

    /// An invitation was withdrawn.
    pub(crate) fn invitation_withdrawn(tenant: TenantId, invitation: InvitationId) -> Self {
        Record::about(tenant, Action::InvitationWithdrawn).set(Field::Invitation, invitation).into()
    }

    /// An account's owner accepted an invitation. The organisation's log has the event, and so has the log of the
    /// account's home if it is another.
    pub(crate) fn member_joined(
        tenant: TenantId,
        (home, account): (TenantId, AccountId),
        (invitation, role): (InvitationId, Role),
        name: &str,
        email: &str,
    ) -> Self {
        let joined = |chain| {
            let record = Record::of_member(chain, home, account, Action::MemberJoined).set(Field::Tenant, tenant);
            let record = record.set(Field::Role, role.as_str()).set(Field::Invitation, invitation);
            record.personal(Field::Name, name).personal(Field::Email, email)
        };
        BTreeSet::from([tenant, home]).into_iter().map(joined).collect()
    }

    /// A member's role in an organisation changed.
    pub(crate) fn role_changed(
        tenant: TenantId,
        home: TenantId,
        account: AccountId,
        before: Role,
        after: Role,
    ) -> Self {
        let changed = Record::of_member(tenant, home, account, Action::RoleChanged);
        changed.changed(Field::Role, Some(before.as_str()), Some(after.as_str())).into()
    }

    /// A member was suspended. If the organisation is the account's home, the member cannot sign in; a guest cannot
    /// enter it.
    pub(crate) fn member_suspended(tenant: TenantId, home: TenantId, account: AccountId, reason: &str) -> Self {
        Record::of_member(tenant, home, account, Action::MemberSuspended).personal(Field::Reason, reason).into()
    }

    /// A member's suspension was lifted.
    pub(crate) fn member_restored(tenant: TenantId, home: TenantId, account: AccountId, reason: &str) -> Self {
        Record::of_member(tenant, home, account, Action::MemberRestored).personal(Field::Reason, reason).into()
    }

    /// A guest's membership in an organisation was removed.
    pub(crate) fn member_removed(tenant: TenantId, home: TenantId, account: AccountId, reason: &str) -> Self {
        Record::of_member(tenant, home, account, Action::MemberRemoved).personal(Field::Reason, reason).into()
    }

    /// An organisation's note on a member was changed.
    pub(crate) fn note_changed(
        tenant: TenantId,
        home: TenantId,
        account: AccountId,
        before: &str,
        after: &str,
    ) -> Self {
        let [before, after] = [before, after].map(|note| Some(note).filter(|note| !note.is_empty()));
        Record::of_member(tenant, home, account, Action::NoteChanged).moved(Field::Note, before, after).into()
    }

    /// The list of an organisation's people was exported.
    pub(crate) fn users_exported(tenant: TenantId, people: usize) -> Self {
        Record::about(tenant, Action::UsersExported).set(Field::People, people).into()
    }
}

/// An organisation's own settings.
impl Event {
    /// The settings of an organisation were changed. Each changed field has its value before and after.
    pub(crate) fn organisation_changed(tenant: TenantId, changed: &[(Field, String, String)]) -> Self {
        let record = Record::about(tenant, Action::OrganisationChanged);
        let change = |record: Record, (field, before, after): &(Field, String, String)| {
            record.changed(*field, Some(before), Some(after))
        };
        changed.iter().fold(record, change).into()
    }

    /// An organisation's logo was replaced or removed. Both values are names of files.
    pub(crate) fn logo_changed(tenant: TenantId, before: Option<&str>, after: Option<&str>) -> Self {
        Record::about(tenant, Action::LogoChanged).changed(Field::Logo, before, after).into()
    }

    /// The policy of an organisation was changed. `version` is the new policy's; the administrator saw the impact.
    pub(crate) fn policy_changed(tenant: TenantId, version: i64, reason: &str, impact: &Impact) -> Self {
        let record = Record::about(tenant, Action::PolicyChanged).set(Field::Version, version);
        let record = record.set(Field::Reason, reason).set(Field::Weaker, impact.is_weaker);
        let locked_out = Some(impact.may_be_locked_out()).filter(|people| *people > 0);
        let record = record.with(Field::MayBeLockedOut, locked_out);
        impact.changes.iter().fold(record, Record::setting).into()
    }
}

/// The operator's actions.
impl Event {
    /// The operator and its first owner were created.
    pub(crate) fn portal_set_up(owner: &Person, organisation: &str, name: &str, email: &str) -> Self {
        let set_up = Record::by(owner, Action::PortalSetUp).set(Field::Organisation, organisation);
        set_up.personal(Field::Name, name).personal(Field::Email, email).into()
    }

    /// A customer was created. Both logs have the event, so that a reader of the customer's log knows who created it.
    /// `invitation` is its first owner's.
    pub(crate) fn tenant_created(
        operator: TenantId,
        tenant: TenantId,
        organisation: &str,
        slug: &str,
        invitation: Option<InvitationId>,
    ) -> Self {
        of_a_customer(operator, tenant, Action::TenantCreated, |record| {
            let record = record.set(Field::Organisation, organisation).set(Field::Slug, slug);
            record.with(Field::Invitation, invitation)
        })
    }

    /// The operator invited a customer's first owner again. Both logs have the event.
    pub(crate) fn owner_invited(operator: TenantId, tenant: TenantId, invitation: InvitationId) -> Self {
        of_a_customer(operator, tenant, Action::MemberInvited, |record| {
            record.set(Field::Role, Role::Owner.as_str()).set(Field::Invitation, invitation)
        })
    }

    /// The operator suspended a customer, so that its people cannot sign in. Both logs have this event and the next
    /// three.
    pub(crate) fn tenant_suspended(operator: TenantId, tenant: TenantId, reason: &str) -> Self {
        of_a_customer(operator, tenant, Action::TenantSuspended, |record| record.set(Field::Reason, reason))
    }

    /// The operator lifted a customer's suspension. If the contract was to end, it goes on.
    pub(crate) fn tenant_restored(operator: TenantId, tenant: TenantId) -> Self {
        of_a_customer(operator, tenant, Action::TenantRestored, |record| record)
    }

    /// The operator ended a customer's contract. All data but the log will be deleted at `ends_at`.
    pub(crate) fn tenant_ending(operator: TenantId, tenant: TenantId, ends_at: Timestamp) -> Self {
        of_a_customer(operator, tenant, Action::TenantEnding, |record| record.set(Field::EndsAt, utc(ends_at)))
    }

    /// The keys of a customer were deleted. `guests` are the customer's accounts that were guests elsewhere, each with
    /// its host tenant: each host's log has an event for them.
    pub(crate) fn tenant_ended(operator: TenantId, tenant: TenantId, guests: &[(TenantId, AccountId)]) -> Self {
        let ended = of_a_customer(operator, tenant, Action::TenantEnded, |record| record);
        let erased = |(host, account): &_| Record::on(*host, *account, Action::AccountErased);
        ended.records.into_iter().chain(guests.iter().map(erased)).collect()
    }

    /// The vendor's catalogue got another product.
    pub(crate) fn product_added(operator: TenantId, product: &Product) -> Self {
        let added = Record::about(operator, Action::ProductAdded).set(Field::Slug, product.slug());
        added.set(Field::Name, product.name()).set(Field::Address, product.address()).into()
    }

    /// An organisation got the right to use a product, named by its slug. Its log and the operator's have the event.
    pub(crate) fn tenant_entitled(operator: TenantId, tenant: TenantId, product: &str) -> Self {
        if tenant == operator {
            // The operator may use its own products.
            let entitled = Record::about(operator, Action::TenantEntitled).set(Field::Tenant, tenant);
            return entitled.set(Field::Product, product).into();
        }
        of_a_customer(operator, tenant, Action::TenantEntitled, |record| record.set(Field::Product, product))
    }

    /// Failed mails were put back into the outbox.
    pub(crate) fn mail_sent_again(operator: TenantId, mails: u64) -> Self {
        Record::about(operator, Action::MailSentAgain).set(Field::Mails, mails).into()
    }

    /// An administrator of the operator sent themselves a test mail.
    pub(crate) fn mail_tested(operator: TenantId) -> Self {
        Record::about(operator, Action::MailTested).into()
    }
}

/// The event of the operator's action on a customer, for both logs. The operator's record names the customer.
fn of_a_customer(operator: TenantId, tenant: TenantId, action: Action, filled: impl Fn(Record) -> Record) -> Event {
    let named = Record::about(operator, action).set(Field::Tenant, tenant);
    [filled(named), filled(Record::about(tenant, action))].into_iter().collect()
}

fn invited(tenant: TenantId, invitation: InvitationId, role: Role) -> Record {
    let invited = Record::about(tenant, Action::MemberInvited).set(Field::Role, role.as_str());
    invited.set(Field::Invitation, invitation)
}

fn lane(known_device: bool) -> &'static str {
    if known_device { "known_device" } else { "strangers" }
}

/// The time in the form of RFC 3339, to the second.
pub(crate) fn utc(at: Timestamp) -> String {
    let at = jiff::Timestamp::from_microsecond(at.as_micros()).unwrap_or_default();
    at.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}
