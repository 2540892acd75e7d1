//! The parts of the script that the browser loads when it needs them. Pages that the same people use share a part. A
//! page creates its loads and its form actions inside its part. If the route created them, they would be in the main
//! part, with the code that reads every page's answers and writes every page's forms. One part for each page would be
//! larger in total: code that two pages share becomes a file of its own, and there is one for each combination of
//! pages.
use leptos::lazy;
use leptos::prelude::{AnyView, IntoAny};
use leptos_router::ChooseView;
use portvakt_model::page::Page;

/// The content of a route, as one type for all routes: the router is compiled once for each type of view.
#[derive(Debug, Clone, Copy)]
pub enum LazyView {
    /// A page.
    Page(Page),
    /// The gallery: every component of `ui` in every state.
    #[cfg(feature = "qa")]
    Gallery,
}

/// Generates the lazy functions from the list of each part's pages. A page that no part lists is a compile error. In
/// the browser's build, each lazy function has a second function that only loads it.
macro_rules! parts {
    ($($(#[doc = $doc:literal])+ $part:ident, $preload:ident { $($name:ident => $page:path,)+ })+) => {
        $(
            $(#[doc = $doc])+
            #[lazy]
            fn $part(page: Page) -> AnyView {
                match page {
                    $(Page::$name => <$page>::new().view(),)+
                    _ => ().into_any(),
                }
            }
        )+

        impl ChooseView for LazyView {
            async fn choose(self) -> AnyView {
                match self {
                    // The page after the sign-in is in the main part.
                    Self::Page(Page::Home) => crate::home::HomePage().into_any(),
                    $(Self::Page(page @ ($(Page::$name)|+)) => $part(page).await,)+
                    #[cfg(feature = "qa")]
                    Self::Gallery => gallery().await,
                }
            }

            async fn preload(&self) {
                #[cfg(target_arch = "wasm32")]
                match self {
                    Self::Page(Page::Home) => {}
                    $(Self::Page($(Page::$name)|+) => $preload().await,)+
                    #[cfg(feature = "qa")]
                    Self::Gallery => __preload_gallery().await,
                }
            }
        }
    };
}

parts! {
    /// The pages of the sign-in, the sign-out and mailed links, and the pages of text.
    gate, __preload_gate {
        SignIn => crate::gate::sign_in::SignInPage,
        Code => crate::gate::code::CodePage,
        Enrol => crate::gate::enrol::EnrolPage,
        Renew => crate::gate::renew::RenewPage,
        SignOut => crate::gate::sign_out::SignOutPage,
        Forgot => crate::gate::forgot::ForgotPage,
        Reset => crate::gate::reset::ResetPage,
        SetUp => crate::gate::setup::SetUpPage,
        Invitation => crate::gate::invitation::InvitationPage,
        Email => crate::gate::address_link::EmailPage,
        EmailStop => crate::gate::address_link::EmailStopPage,
        Notification => crate::gate::address_link::NotificationPage,
        Confirmed => crate::gate::address_link::ConfirmedPage,
        Help => crate::paper::help::HelpPage,
        Accessibility => crate::paper::accessibility::AccessibilityPage,
        Privacy => crate::paper::privacy::PrivacyPage,
    }
    /// The pages of a person's own account.
    profile, __preload_profile {
        Profile => crate::profile::details::ProfilePage,
        Security => crate::profile::security::SecurityPage,
        Sessions => crate::profile::sessions::SessionsPage,
        Activity => crate::profile::activity::ActivityPage,
        MyData => crate::profile::my_data::MyDataPage,
    }
    /// The pages of an organisation's administrators.
    administration, __preload_administration {
        Users => crate::administration::users::UsersPage,
        User => crate::administration::user::UserPage,
        Invitations => crate::administration::invitations::InvitationsPage,
        InvitationList => crate::administration::invitation_list::InvitationListPage,
        Policy => crate::administration::policy::PolicyPage,
        PolicyVersions => crate::administration::policy::versions::PolicyVersionsPage,
        Organisation => crate::administration::organisation::OrganisationPage,
        Audit => crate::administration::audit::AuditPage,
    }
    /// The pages of the operator's administrators.
    operator, __preload_operator {
        Tenants => crate::operator::tenants::TenantsPage,
        NewTenant => crate::operator::new_tenant::NewTenantPage,
        Tenant => crate::operator::tenant::TenantPage,
        Outbox => crate::operator::outbox::OutboxPage,
    }
}

#[cfg(feature = "qa")]
#[lazy]
fn gallery() -> AnyView {
    crate::gallery::page::GalleryPage::new().view()
}
