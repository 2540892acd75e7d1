//! The parts of the script that come when they are needed: pages that the same people go between, together. What such a page
//! loads and sends is in its part as well, because it is made where the page is: made by the route it would be in the main
//! part, and with it the code that reads every page's answers and writes every page's forms. A part for each page
//! would be more, because what two of them share is then a file of its own, and every combination has some.
use leptos::lazy;
use leptos::prelude::{AnyView, IntoAny};
use leptos_router::ChooseView;
use portvakt_model::page::Page;

/// What a route shows, of one type for all: the router has code of its own for every type of view.
#[derive(Debug, Clone, Copy)]
pub enum Shown {
    /// A page.
    Page(Page),
    /// Every part of `ui` in every state.
    #[cfg(feature = "qa")]
    Gallery,
}

/// Makes the parts from the pages of each. A page that is in none does not compile. The browser's build has a function beside each
/// lazy one that only loads it.
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

        impl ChooseView for Shown {
            async fn choose(self) -> AnyView {
                match self {
                    // What a person sees after signing in is in the main part.
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
    /// What somebody comes through who is not signed in, and the way out.
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
    /// What somebody looks after themselves.
    profile, __preload_profile {
        Profile => crate::profile::details::ProfilePage,
        Security => crate::profile::security::SecurityPage,
        Sessions => crate::profile::sessions::SessionsPage,
        Activity => crate::profile::activity::ActivityPage,
        MyData => crate::profile::my_data::MyDataPage,
    }
    /// What those look after who administer an organisation.
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
    /// What the operator's administrators look after.
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
