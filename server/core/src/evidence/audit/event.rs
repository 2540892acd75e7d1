//! What happened, as the service that did it tells it.
use crate::caller::Origin;
use portvakt_model::id::{AccountId, InvitationId, InvitationListId, TenantId};
use portvakt_model::product::Product;
use portvakt_model::role::Role;
use portvakt_model::stage::Stage;
use portvakt_model::time::Timestamp;

/// One thing that happened. Its personal part is sealed under the account's own key.
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
