//! The events, as the services report them.
use crate::caller::Origin;
use portvakt_model::id::{AccountId, InvitationId, InvitationListId, TenantId};
use portvakt_model::product::Product;
use portvakt_model::role::Role;
use portvakt_model::stage::Stage;
use portvakt_model::time::Timestamp;

/// An event. Its personal part is sealed under the account's own key.
#[derive(Debug, Clone)]
pub enum Event {
    /// The operator and its first owner were created.
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
        /// The number of the caller's older sessions that ended because there were too many.
        ended: u64,
        /// The factor that the caller showed besides the password.
        factor: Option<&'static str>,
    },
    /// A claimant passed one stage of a sign-in and was asked for the next.
    Asked {
        /// The next stage.
        stage: Stage,
        /// The account's home tenant.
        home: TenantId,
        /// The account.
        account: AccountId,
        /// The origin of the request.
        origin: Origin,
    },
    /// The caller chose a new password because the old one no longer met the policy, and signed in.
    PasswordRenewed {
        /// The factor that the caller showed besides the old password.
        factor: Option<&'static str>,
    },
    /// The policy of an organisation was changed.
    PolicyChanged {
        /// The organisation.
        tenant: TenantId,
        /// The new policy's version.
        version: i64,
        /// The administrator's reason.
        reason: String,
        /// Whether the change made the policy weaker for any account.
        is_weaker: bool,
        /// The number of people that the policy may lock out, which the administrator confirmed.
        locked_out: u64,
        /// Each changed setting's name, with its value before and after.
        changes: Vec<(&'static str, String, String)>,
    },
    /// A claimant was asked for an account's code and showed a wrong one.
    CodeRefused {
        /// The account's home tenant.
        home: TenantId,
        /// The account.
        account: AccountId,
        /// The origin of the request.
        origin: Origin,
    },
    /// An account got a code app, which replaces any earlier one.
    CodeAppAdded {
        /// The account's home tenant.
        home: TenantId,
        /// The account.
        account: AccountId,
        /// The origin of the request.
        origin: Origin,
        /// Whether the enrolment ended a sign-in: the organisation demands a second factor.
        signed_in: bool,
    },
    /// The caller removed their code app.
    CodeAppRemoved,
    /// An account got another passkey.
    PasskeyAdded {
        /// The account's home tenant.
        home: TenantId,
        /// The account.
        account: AccountId,
        /// The passkey's name.
        name: String,
        /// The origin of the request.
        origin: Origin,
        /// Whether the enrolment ended a sign-in: the organisation demands a second factor.
        signed_in: bool,
    },
    /// The caller renamed a passkey.
    PasskeyRenamed {
        /// The old name.
        before: String,
        /// The new name.
        after: String,
    },
    /// The caller removed a passkey.
    PasskeyRemoved {
        /// The passkey's name.
        name: String,
    },
    /// A passkey of an account was shown and refused.
    PasskeyRefused {
        /// The account's home tenant.
        home: TenantId,
        /// The account.
        account: AccountId,
        /// Whether the passkey's counter was behind: there may be a copy of the passkey.
        is_copy: bool,
        /// The origin of the request.
        origin: Origin,
    },
    /// The caller removed their password.
    PasswordRemoved,
    /// The caller made new recovery codes.
    RecoveryCodesMade,
    /// The caller proved their identity again.
    ProvenAgain {
        /// The factor that proved it.
        factor: &'static str,
    },
    /// An account's second factor was removed because its owner lost it.
    SecondFactorReset {
        /// The account's home tenant.
        home: TenantId,
        /// The account.
        account: AccountId,
        /// The administrator's reason, if an administrator did it.
        reason: Option<String>,
    },
    /// The caller signed out.
    SessionEnded,
    /// Sessions of an account were ended from elsewhere: by the account's owner, or by an administrator.
    SessionsEnded {
        /// The account's home tenant.
        home: TenantId,
        /// The account.
        account: AccountId,
        /// The number of sessions.
        ended: u64,
    },
    /// A reset link was printed, or mailed to the account's owner.
    ResetLinkIssued {
        /// The account's home tenant.
        home: TenantId,
        /// The account.
        account: AccountId,
        /// The origin of the request, if a browser sent it.
        origin: Option<Origin>,
    },
    /// The account's owner chose a new password.
    PasswordChanged {
        /// The account's home tenant.
        home: TenantId,
        /// The account.
        account: AccountId,
        /// The origin of the request.
        origin: Origin,
    },
    /// A claimant failed to prove to own the account.
    SignInFailed {
        /// The account's home tenant.
        home: TenantId,
        /// The account that the claimant named.
        account: AccountId,
        /// Whether the request came from a known device: one on which the account has signed in before.
        known_device: bool,
        /// The origin of the request.
        origin: Origin,
    },
    /// Claimants failed so often to prove to own the account that it is locked for a while.
    AccountLocked {
        /// The account's home tenant.
        home: TenantId,
        /// The account that the claimants named.
        account: AccountId,
        /// The number of failures.
        failures: u32,
        /// Whether the request came from a known device: then only that device is locked.
        known_device: bool,
        /// The origin of the last request.
        origin: Origin,
    },
    /// The lock was lifted: sign-ins to the account are accepted again at once.
    AccountUnlocked {
        /// The account's home tenant.
        home: TenantId,
        /// The account.
        account: AccountId,
    },
    /// Sign-ins with addresses of no account were tried.
    UnknownNamesTried {
        /// The operator.
        operator: TenantId,
        /// The number of tries since the last such event.
        tries: i64,
    },
    /// A customer was created. Both logs have the event, so that a reader of the customer's log knows who created it.
    TenantCreated {
        /// The operator, which created the customer.
        operator: TenantId,
        /// The customer.
        tenant: TenantId,
        /// The customer's name.
        organisation: String,
        /// Its short name.
        slug: String,
        /// The invitation of the customer's first owner.
        invitation: Option<InvitationId>,
    },
    /// The operator invited a customer's first owner again. Both logs have the event.
    OwnerInvited {
        /// The operator.
        operator: TenantId,
        /// The customer.
        tenant: TenantId,
        /// The new invitation.
        invitation: InvitationId,
    },
    /// The operator suspended a customer, so that its people cannot sign in. Both logs have this event and the next
    /// three.
    TenantSuspended {
        /// The operator.
        operator: TenantId,
        /// The customer.
        tenant: TenantId,
        /// The operator's reason.
        reason: String,
    },
    /// The operator lifted a customer's suspension. If the contract was to end, it goes on.
    TenantRestored {
        /// The operator.
        operator: TenantId,
        /// The customer.
        tenant: TenantId,
    },
    /// The operator ended a customer's contract. The data waits for its deletion.
    TenantEnding {
        /// The operator.
        operator: TenantId,
        /// The customer.
        tenant: TenantId,
        /// The time at which all data but the log will be deleted.
        ends_at: Timestamp,
    },
    /// The keys of a customer were deleted.
    TenantEnded {
        /// The operator.
        operator: TenantId,
        /// The customer.
        tenant: TenantId,
        /// The customer's accounts that were guests elsewhere, each with its host tenant. Each host's log has an event
        /// for them.
        guests: Vec<(TenantId, AccountId)>,
    },
    /// The caller switched to another organisation. The logs of both organisations and of the caller's home have the
    /// event. Except for the home's, each log names only its own organisation.
    OrganisationSwitched {
        /// The organisation before.
        from: TenantId,
        /// The organisation afterwards.
        to: TenantId,
    },
    /// Failed mails were put back into the outbox.
    MailSentAgain {
        /// The operator.
        operator: TenantId,
        /// The number of mails.
        mails: u64,
    },
    /// The caller sent themselves a test mail.
    MailTested {
        /// The operator.
        operator: TenantId,
    },
    /// A person got an account and a role.
    MemberAdded {
        /// The tenant.
        tenant: TenantId,
        /// The person's account.
        account: AccountId,
        /// The role in the tenant.
        role: Role,
        /// The person's name.
        name: String,
        /// The person's address.
        email: String,
    },
    /// A person was invited, or reminded. The event names the invitation and not the person: the person has no key yet
    /// under which their data could be sealed.
    MemberInvited {
        /// The inviting tenant.
        tenant: TenantId,
        /// The invitation.
        invitation: InvitationId,
        /// The role that the invitation gives.
        role: Role,
    },
    /// An invitation was withdrawn.
    InvitationWithdrawn {
        /// The inviting tenant.
        tenant: TenantId,
        /// The invitation.
        invitation: InvitationId,
    },
    /// The caller accepted an invitation. The organisation's log has the event, and so has the log of the caller's home
    /// if it is another.
    MemberJoined {
        /// The organisation.
        tenant: TenantId,
        /// The account's home tenant.
        home: TenantId,
        /// The caller's account.
        account: AccountId,
        /// The invitation.
        invitation: InvitationId,
        /// The role in the organisation.
        role: Role,
        /// The caller's name.
        name: String,
        /// The caller's address.
        email: String,
    },
    /// A member's role in an organisation changed.
    RoleChanged {
        /// The organisation.
        tenant: TenantId,
        /// The account's home tenant.
        home: TenantId,
        /// The member's account.
        account: AccountId,
        /// The old role.
        before: Role,
        /// The new role.
        after: Role,
    },
    /// A member was suspended. If the organisation is the account's home, the member cannot sign in; a guest cannot
    /// enter it.
    MemberSuspended {
        /// The organisation.
        tenant: TenantId,
        /// The account's home tenant.
        home: TenantId,
        /// The member's account.
        account: AccountId,
        /// The reason, in the caller's words.
        reason: String,
    },
    /// A member's suspension was lifted.
    MemberRestored {
        /// The organisation.
        tenant: TenantId,
        /// The account's home tenant.
        home: TenantId,
        /// The member's account.
        account: AccountId,
        /// The reason, in the caller's words.
        reason: String,
    },
    /// A guest's membership in an organisation was removed.
    MemberRemoved {
        /// The organisation.
        tenant: TenantId,
        /// The account's home tenant.
        home: TenantId,
        /// The guest's account.
        account: AccountId,
        /// The reason, in the caller's words.
        reason: String,
    },
    /// The list of an organisation's people was exported.
    UsersExported {
        /// The organisation.
        tenant: TenantId,
        /// The number of people in the list.
        people: usize,
    },
    /// The caller changed their name, language or time zone.
    ProfileChanged {
        /// The changed fields, each with its value before and after.
        changed: Vec<(&'static str, String, String)>,
    },
    /// The caller asked for another sign-in address.
    AddressChangeAsked {
        /// The new address.
        email: String,
    },
    /// The link mailed to the new address confirmed that address.
    AddressChanged {
        /// The account's home tenant.
        home: TenantId,
        /// The account.
        account: AccountId,
        /// The address before.
        before: String,
        /// The address afterwards.
        after: String,
        /// The origin of the confirmation.
        origin: Origin,
    },
    /// The link mailed to the old address stopped the change. If another address had already replaced it, the account
    /// has the old one again.
    AddressChangeStopped {
        /// The account's home tenant.
        home: TenantId,
        /// The account.
        account: AccountId,
        /// The address before.
        before: String,
        /// The address afterwards.
        after: String,
        /// The origin of the request.
        origin: Origin,
    },
    /// The caller asked for notices at a second address.
    NotificationAddressAsked {
        /// The second address.
        email: String,
    },
    /// The link mailed to the second address confirmed that address, or the address was removed.
    NotificationAddressChanged {
        /// The account's home tenant.
        home: TenantId,
        /// The account.
        account: AccountId,
        /// The second address before.
        before: Option<String>,
        /// The second address afterwards.
        after: Option<String>,
        /// The origin of the request.
        origin: Origin,
    },
    /// Many people got an account and a role at once.
    MembersImported {
        /// The tenant.
        tenant: TenantId,
        /// The number of people.
        people: usize,
    },
    /// The vendor's catalogue got another product.
    ProductAdded {
        /// The operator.
        operator: TenantId,
        /// The product.
        product: Product,
    },
    /// An organisation got the right to use a product. Its log and the operator's have the event.
    TenantEntitled {
        /// The operator, which gave the right.
        operator: TenantId,
        /// The organisation.
        tenant: TenantId,
        /// The product's slug.
        product: String,
    },
    /// The caller downloaded their own data.
    DataDownloaded,
    /// The erasure of an account was requested; it waits.
    ErasureAsked {
        /// The account's home tenant.
        home: TenantId,
        /// The account.
        account: AccountId,
        /// The time of the erasure.
        due: Timestamp,
        /// The reason, if another person than the account's owner asked. It is free text and may name the owner.
        reason: Option<String>,
    },
    /// The erasure of an account was stopped.
    ErasureStopped {
        /// The account's home tenant.
        home: TenantId,
        /// The account.
        account: AccountId,
    },
    /// An account was erased, with its key. The log of each tenant that the person belonged to has the event.
    AccountErased {
        /// The account's home tenant.
        home: TenantId,
        /// The account.
        account: AccountId,
        /// The tenants that the person belonged to.
        tenants: Vec<TenantId>,
    },
    /// The settings of an organisation were changed.
    OrganisationChanged {
        /// The organisation.
        tenant: TenantId,
        /// Each changed field, with its value before and after.
        changes: Vec<(&'static str, String, String)>,
    },
    /// An organisation's logo was replaced or removed.
    LogoChanged {
        /// The organisation.
        tenant: TenantId,
        /// The old file's name.
        before: Option<String>,
        /// The new file's name.
        after: Option<String>,
    },
    /// Invitations were sent to people on a list. Besides this event, each invitation has an event of its own, as if
    /// the person had been invited alone.
    InvitationListSent {
        /// The organisation.
        tenant: TenantId,
        /// The list.
        list: InvitationListId,
        /// The invitations that were sent, each with its role.
        invited: Vec<(InvitationId, Role)>,
        /// The number of people who belonged to the organisation already.
        belong: usize,
        /// The number of people who have got too many mails.
        over_limit: usize,
        /// The number of people who have an invitation that the caller may not withdraw.
        not_theirs: usize,
    },
}
