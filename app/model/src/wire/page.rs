//! The portal's pages: the address of each and who may open it. Routes, parts of the script, rails, the guard and the
//! tests are made from this one table.
use crate::link::LinkKind;
use crate::local_path::LocalPath;
use crate::role::Role;
use crate::stage::Stage;
use std::fmt::Display;

/// Who may open a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// A visitor who is not signed in. A signed-in person is led on, because the page is of no use to them.
    SignedOut,
    /// Every visitor.
    Anyone,
    /// Every visitor: a page of text, which does not look like the gate.
    Public,
    /// A visitor whose sign-in waits for this stage.
    Waiting(Stage),
    /// The holder of an open link of this kind.
    Link(LinkKind),
    /// A person who is signed in.
    SignedIn,
    /// A person whose role administers the organisation.
    Administrators,
    /// A person whose role reads the organisation's audit log.
    Auditors,
    /// The operator's owners and administrators.
    Operator,
}

impl Access {
    /// Whether the page needs a signed-in person. Core decides the rest for each page.
    #[must_use]
    pub const fn needs_session(self) -> bool {
        matches!(self, Self::SignedIn | Self::Administrators | Self::Auditors | Self::Operator)
    }

    /// Whether the page is offered to a person with this role, in an organisation that is the operator or not.
    #[must_use]
    pub fn lets_in(self, role: Option<Role>, is_operator: bool) -> bool {
        match self {
            Self::Administrators => role.is_some_and(Role::administers),
            Self::Auditors => role.is_some_and(Role::reads_audit),
            Self::Operator => is_operator && role.is_some_and(Role::administers),
            Self::Anyone | Self::Public | Self::SignedIn => true,
            Self::SignedOut | Self::Waiting(_) | Self::Link(_) => false,
        }
    }
}

/// Declares the pages: the address, with `{name}` for a part that varies, and who may open it.
macro_rules! pages {
    ($($(#[doc = $doc:literal])+ $name:ident = $path:literal, $access:expr;)+) => {
        /// A page of the portal.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum Page {
            $($(#[doc = $doc])+ $name,)+
        }

        impl Page {
            /// All pages. If two match an address, the earlier one is meant.
            pub const ALL: &[Self] = &[$(Self::$name),+];

            /// The address of the page. A part `{name}` varies.
            #[must_use]
            pub const fn path(self) -> &'static str {
                match self {
                    $(Self::$name => $path,)+
                }
            }

            /// Who may open the page.
            #[must_use]
            pub const fn access(self) -> Access {
                match self {
                    $(Self::$name => $access,)+
                }
            }
        }
    };
}

pages! {
    /// The person's first page.
    Home = "/", Access::SignedIn;
    /// A page for the password or a passkey of a sign-in.
    SignIn = "/sign-in", Access::SignedOut;
    /// A page for the second factor of a sign-in.
    Code = "/sign-in/code", Access::Waiting(Stage::SecondFactor);
    /// A page for a second factor that the person has to set up before the sign-in goes on.
    Enrol = "/sign-in/second-factor", Access::Waiting(Stage::EnrolSecondFactor);
    /// A page for a new password, if the present one no longer meets the policy.
    Renew = "/sign-in/password", Access::Waiting(Stage::ChoosePassword);
    /// The page after signing out.
    SignOut = "/sign-out", Access::Anyone;
    /// A form that asks for a link to reset a forgotten password.
    Forgot = "/forgot", Access::SignedOut;
    /// The portal's set-up.
    SetUp = "/setup", Access::Link(LinkKind::Setup);
    /// A new password, by a mailed reset link.
    Reset = "/reset", Access::Link(LinkKind::Reset);
    /// An invitation, by its mailed link.
    Invitation = "/invitation", Access::Link(LinkKind::Invitation);
    /// A new address to confirm, by a mailed link.
    Email = "/email", Access::Link(LinkKind::Email);
    /// A change of address to stop, by a mailed link.
    EmailStop = "/email-stop", Access::Link(LinkKind::EmailStop);
    /// A second address to confirm, by a mailed link.
    Notification = "/notification", Access::Link(LinkKind::Notification);
    /// Tells that an address was confirmed.
    Confirmed = "/confirmed", Access::Anyone;
    /// Help.
    Help = "/help", Access::Public;
    /// The accessibility statement.
    Accessibility = "/accessibility", Access::Public;
    /// The privacy notice.
    Privacy = "/privacy", Access::Public;
    /// The person's name, address, language and time zone.
    Profile = "/profile", Access::SignedIn;
    /// The person's sign-in methods.
    Security = "/profile/security", Access::SignedIn;
    /// The person's sessions.
    Sessions = "/profile/sessions", Access::SignedIn;
    /// The person's own events.
    Activity = "/profile/activity", Access::SignedIn;
    /// Download and erasure of the person's data.
    MyData = "/profile/data", Access::SignedIn;
    /// An organisation's people.
    Users = "/admin/users", Access::Administrators;
    /// One person of an organisation.
    User = "/admin/users/{id}", Access::Administrators;
    /// An organisation's invitations.
    Invitations = "/admin/invitations", Access::Administrators;
    /// A form that invites many people at once.
    InvitationList = "/admin/invitations/list", Access::Administrators;
    /// An organisation's policy.
    Policy = "/admin/policy", Access::Administrators;
    /// Earlier versions of the policy.
    PolicyVersions = "/admin/policy/versions", Access::Administrators;
    /// An organisation's audit log.
    Audit = "/admin/audit", Access::Auditors;
    /// An organisation's name, look and domains.
    Organisation = "/admin/organisation", Access::Administrators;
    /// The operator's customers.
    Tenants = "/operator/tenants", Access::Operator;
    /// A form for a new customer.
    NewTenant = "/operator/tenants/new", Access::Operator;
    /// One customer.
    Tenant = "/operator/tenants/{id}", Access::Operator;
    /// Mail that was not delivered.
    Outbox = "/operator/mail", Access::Operator;
}

impl Page {
    /// The address of the page of one person or thing: the id replaces `{id}`.
    #[must_use]
    pub fn of(self, id: impl Display) -> String {
        self.path().replace("{id}", &id.to_string())
    }

    /// The page of a route, by the address with its `{name}`s.
    #[must_use]
    pub fn of_route(route: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|page| page.path() == route)
    }
}

impl From<Page> for LocalPath {
    fn from(page: Page) -> Self {
        Self::parse(page.path()).unwrap_or_default()
    }
}

#[test]
fn each_page_has_an_address_of_its_own_and_is_found_by_it() {
    for page in Page::ALL {
        assert_eq!(Page::of_route(page.path()), Some(*page));
        assert_eq!(LocalPath::from(*page).as_str(), page.path());
        assert!(page.path().starts_with('/') && (page.path() == "/" || !page.path().ends_with('/')), "{page:?}");
    }
    assert_eq!(Page::of_route("/sign-in/anything"), None);
    assert_eq!(Page::Tenant.of(7), "/operator/tenants/7");
}

#[test]
fn a_page_is_offered_to_the_roles_that_may_open_it() {
    let offered = |page: Page, role, is_operator| page.access().lets_in(Some(role), is_operator);
    assert!(offered(Page::Users, Role::Administrator, false) && !offered(Page::Users, Role::Auditor, false));
    assert!(offered(Page::Audit, Role::Auditor, false) && !offered(Page::Audit, Role::Member, false));
    assert!(offered(Page::Tenants, Role::Owner, true) && !offered(Page::Tenants, Role::Owner, false));
    assert!(!Page::Users.access().lets_in(None, true));
}
