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
        SignIn => crate::sign_in::SignInPage,
        Code => crate::sign_in_code::CodePage,
        Enrol => crate::sign_in_enrol::EnrolPage,
        Renew => crate::sign_in_password::RenewPage,
        SignOut => crate::sign_out::SignOutPage,
        Forgot => crate::forgot::ForgotPage,
        Reset => crate::reset::ResetPage,
        SetUp => crate::setup::SetUpPage,
        Invitation => crate::invitation::InvitationPage,
        Email => crate::address::link::EmailPage,
        EmailStop => crate::address::link::EmailStopPage,
        Notification => crate::address::link::NotificationPage,
        Confirmed => crate::address::link::ConfirmedPage,
        Help => crate::help::HelpPage,
        Accessibility => crate::accessibility::AccessibilityPage,
        Privacy => crate::privacy::PrivacyPage,
    }
}

part! {
    /// What somebody looks after themselves.
    profile, __preload_profile, Profile {
        Profile => crate::profile::ProfilePage,
        Security => crate::security::SecurityPage,
        Sessions => crate::sessions::SessionsPage,
        Activity => crate::activity::ActivityPage,
        MyData => crate::my_data::MyDataPage,
    }
}

part! {
    /// What those look after who administer an organisation.
    administration, __preload_administration, Administration {
        Users => crate::users::UsersPage,
        User => crate::user::UserPage,
        Invitations => crate::invitations::InvitationsPage,
        InvitationList => crate::invitation_list::InvitationListPage,
        Policy => crate::policy::PolicyPage,
        PolicyVersions => crate::policy::versions::PolicyVersionsPage,
        Organisation => crate::organisation::OrganisationPage,
        Audit => crate::audit::AuditPage,
    }
}

part! {
    /// What the operator's administrators look after.
    operator, __preload_operator, Operator {
        Tenants => crate::tenants::TenantsPage,
        NewTenant => crate::new_tenant::NewTenantPage,
        Tenant => crate::tenant::TenantPage,
        Outbox => crate::outbox::OutboxPage,
    }
}

#[cfg(feature = "qa")]
part! {
    /// What only a debug build has.
    gallery, __preload_gallery, Gallery {
        Gallery => crate::gallery::GalleryPage,
    }
}
