//! The parts of the script that come when they are needed: pages that the same people go between, together. What such a page
//! loads and sends is in its part as well, because it is made where the page is: made by the route it would be in the main
//! part, and with it the code that reads every page's answers and writes every page's forms. A part for each page
//! would be more, because what two of them share is then a file of its own, and every combination has some.
use leptos::lazy;
use leptos::prelude::AnyView;
use leptos_router::ChooseView;

/// Makes a part: its pages, of one type for the router, which has code of its own for every type of view. The browser's build
/// has a function beside each lazy one that only loads it.
macro_rules! part {
    ($(#[doc = $doc:literal])+ $part:ident, $preload:ident, $pages:ident { $($name:ident => $page:path,)+ }) => {
        $(#[doc = $doc])+
        #[allow(clippy::enum_variant_names, reason = "a page is called as its route")]
        #[derive(Debug, Clone, Copy)]
        pub enum $pages {
            $(#[doc = concat!("`", stringify!($page), "`.")] $name,)+
        }

        #[lazy]
        fn $part(page: $pages) -> AnyView {
            match page {
                $($pages::$name => <$page>::new().view(),)+
            }
        }

        impl ChooseView for $pages {
            async fn choose(self) -> AnyView {
                $part(self).await
            }

            async fn preload(&self) {
                #[cfg(target_arch = "wasm32")]
                $preload().await;
            }
        }
    };
}

part! {
    /// What somebody comes through who is not signed in, and the way out.
    gate, __preload_gate, Gate {
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
}

part! {
    /// What somebody looks after themselves.
    profile, __preload_profile, Profile {
        Profile => crate::profile::details::ProfilePage,
        Security => crate::profile::security::SecurityPage,
        Sessions => crate::profile::sessions::SessionsPage,
        Activity => crate::profile::activity::ActivityPage,
        MyData => crate::profile::my_data::MyDataPage,
    }
}

part! {
    /// What those look after who administer an organisation.
    administration, __preload_administration, Administration {
        Users => crate::administration::users::UsersPage,
        User => crate::administration::user::UserPage,
        Invitations => crate::administration::invitations::InvitationsPage,
        InvitationList => crate::administration::invitation_list::InvitationListPage,
        Policy => crate::administration::policy::PolicyPage,
        PolicyVersions => crate::administration::policy::versions::PolicyVersionsPage,
        Organisation => crate::administration::organisation::OrganisationPage,
        Audit => crate::administration::audit::AuditPage,
    }
}

part! {
    /// What the operator's administrators look after.
    operator, __preload_operator, Operator {
        Tenants => crate::operator::tenants::TenantsPage,
        NewTenant => crate::operator::new_tenant::NewTenantPage,
        Tenant => crate::operator::tenant::TenantPage,
        Outbox => crate::operator::outbox::OutboxPage,
    }
}

#[cfg(feature = "qa")]
part! {
    /// What only a build for tests has.
    gallery, __preload_gallery, Gallery {
        Gallery => crate::gallery::page::GalleryPage,
    }
}
