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
    /// A visitor who is not signed in. A person who is has no use for the page and is led on.
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
    /// Whether only a person who is signed in gets any further. Core decides the rest for each page.
    #[must_use]
    pub const fn needs_session(self) -> bool {
        matches!(self, Self::SignedIn | Self::Administrators | Self::Auditors | Self::Operator)
    }

    /// Whether a person with this role, in an organisation that is the operator or not, is offered the page.
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
            /// All of them. Where two fit an address, the earlier one is meant.
            pub const ALL: &[Self] = &[$(Self::$name),+];

            /// The address. A part `{name}` stands for what varies.
            #[must_use]
            pub const fn path(self) -> &'static str {
                match self {
                    $(Self::$name => $path,)+
                }
            }

            /// Who may open it.
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
    /// The password, or a passkey.
    SignIn = "/sign-in", Access::SignedOut;
    /// The second factor of a sign-in.
    Code = "/sign-in/code", Access::Waiting(Stage::SecondFactor);
    /// A second factor that has to be set up before the sign-in goes on.
    Enrol = "/sign-in/second-factor", Access::Waiting(Stage::EnrolSecondFactor);
    /// A password that meets raised rules.
    Renew = "/sign-in/password", Access::Waiting(Stage::ChoosePassword);
    /// What was left by signing out.
    SignOut = "/sign-out", Access::Anyone;
    /// A link for a forgotten password.
    Forgot = "/forgot", Access::SignedOut;
    /// The portal's set-up.
    SetUp = "/setup", Access::Link(LinkKind::Setup);
    /// A new password, by a mailed link.
    Reset = "/reset", Access::Link(LinkKind::Reset);
    /// An invitation, by its mailed link.
    Invitation = "/invitation", Access::Link(LinkKind::Invitation);
    /// A new address to confirm, by a mailed link.
    Email = "/email", Access::Link(LinkKind::Email);
    /// A change of address to stop, by a mailed link.
    EmailStop = "/email-stop", Access::Link(LinkKind::EmailStop);
    /// A second address to confirm, by a mailed link.
    Notification = "/notification", Access::Link(LinkKind::Notification);
    /// That an address was confirmed.
    Confirmed = "/confirmed", Access::Anyone;
    /// Help.
    Help = "/help", Access::Public;
    /// The accessibility statement.
    Accessibility = "/accessibility", Access::Public;
    /// What is kept of a person.
    Privacy = "/privacy", Access::Public;
    /// The person's name, address, language and time zone.
    Profile = "/profile", Access::SignedIn;
    /// The person's sign-in methods.
    Security = "/profile/security", Access::SignedIn;
    /// The person's sessions.
    Sessions = "/profile/sessions", Access::SignedIn;
    /// What the person did, and what was done to them.
    Activity = "/profile/activity", Access::SignedIn;
    /// What is kept of the person, to take out or to have erased.
    MyData = "/profile/data", Access::SignedIn;
    /// An organisation's people.
    Users = "/admin/users", Access::Administrators;
    /// One of them.
    User = "/admin/users/{id}", Access::Administrators;
    /// An organisation's invitations.
    Invitations = "/admin/invitations", Access::Administrators;
    /// Many invitations at once.
    InvitationList = "/admin/invitations/list", Access::Administrators;
    /// An organisation's rules.
    Policy = "/admin/policy", Access::Administrators;
    /// What the rules were before.
    PolicyVersions = "/admin/policy/versions", Access::Administrators;
    /// An organisation's audit log.
    Audit = "/admin/audit", Access::Auditors;
    /// What an organisation says of itself.
    Organisation = "/admin/organisation", Access::Administrators;
    /// The operator's customers.
    Tenants = "/operator/tenants", Access::Operator;
    /// Another customer.
    NewTenant = "/operator/tenants/new", Access::Operator;
    /// One customer.
    Tenant = "/operator/tenants/{id}", Access::Operator;
    /// Mail that was not delivered.
    Outbox = "/operator/mail", Access::Operator;
}

impl Page {
    /// The address of one person's or one thing's page: the id takes the place of `{id}`.
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
