//! The parts of the script that come when they are needed: pages that the same people go between, together. What such a page
//! loads and sends is in its part as well, because it is made where the page is: what a lazy route's `data` makes would be in
//! the main part, and with it the code that reads every page's answers and writes every page's forms. A part for each page
//! would be more, because what two of them share is then a file of its own, and every combination has some.
use leptos::lazy;
use leptos::prelude::AnyView;
use leptos_router::LazyRoute;

/// Makes a part and the routes of its pages. The browser's build has a function beside each lazy one that only loads it.
macro_rules! part {
    ($(#[doc = $doc:literal])+ $part:ident, $preload:ident, $pages:ident { $($route:ident => $page:path,)+ }) => {
        #[allow(clippy::enum_variant_names, reason = "a page is called as its route")]
        #[derive(Clone, Copy)]
        enum $pages {
            $($route,)+
        }

        $(#[doc = $doc])+
        #[lazy]
        fn $part(page: $pages) -> AnyView {
            match page {
                $($pages::$route => <$page>::new().view(),)+
            }
        }

        $(
            #[doc = concat!("The way to `", stringify!($page), "`.")]
            #[derive(Debug, Clone, Copy)]
            pub struct $route;

            impl LazyRoute for $route {
                fn data() -> Self {
                    Self
                }

                async fn view(_: Self) -> AnyView {
                    $part($pages::$route).await
                }

                async fn preload() {
                    #[cfg(target_arch = "wasm32")]
                    $preload().await;
                }
            }
        )+
    };
}

part! {
    /// What somebody comes through who is not signed in, and the way out.
    gate, __preload_gate, Gate {
        SignInRoute => crate::sign_in::SignInPage,
        CodeRoute => crate::sign_in_code::CodePage,
        EnrolRoute => crate::sign_in_enrol::EnrolPage,
        RenewRoute => crate::sign_in_password::RenewPage,
        SignOutRoute => crate::sign_out::SignOutPage,
        ForgotRoute => crate::forgot::ForgotPage,
        ResetRoute => crate::reset::ResetPage,
        SetUpRoute => crate::setup::SetUpPage,
        InvitationRoute => crate::invitation::InvitationPage,
        EmailRoute => crate::address::link::EmailPage,
        EmailStopRoute => crate::address::link::EmailStopPage,
        NotificationRoute => crate::address::link::NotificationPage,
        ConfirmedRoute => crate::address::link::ConfirmedPage,
        HelpRoute => crate::help::HelpPage,
        AccessibilityRoute => crate::accessibility::AccessibilityPage,
        PrivacyRoute => crate::privacy::PrivacyPage,
    }
}

part! {
    /// What somebody looks after themselves.
    profile, __preload_profile, Profile {
        ProfileRoute => crate::profile::ProfilePage,
        SecurityRoute => crate::security::SecurityPage,
        SessionsRoute => crate::sessions::SessionsPage,
        ActivityRoute => crate::activity::ActivityPage,
        MyDataRoute => crate::my_data::MyDataPage,
    }
}

part! {
    /// What those look after who administer an organisation.
    administration, __preload_administration, Administration {
        UsersRoute => crate::users::UsersPage,
        UserRoute => crate::user::UserPage,
        InvitationsRoute => crate::invitations::InvitationsPage,
        InvitationListRoute => crate::invitation_list::InvitationListPage,
        PolicyRoute => crate::policy::PolicyPage,
        PolicyVersionsRoute => crate::policy::versions::PolicyVersionsPage,
        OrganisationRoute => crate::organisation::OrganisationPage,
        AuditRoute => crate::audit::AuditPage,
    }
}

part! {
    /// What the operator's administrators look after.
    operator, __preload_operator, Operator {
        TenantsRoute => crate::tenants::TenantsPage,
        NewTenantRoute => crate::new_tenant::NewTenantPage,
        TenantRoute => crate::tenant::TenantPage,
        OutboxRoute => crate::outbox::OutboxPage,
    }
}

#[cfg(debug_assertions)]
part! {
    /// What only a debug build has.
    gallery, __preload_gallery, Gallery {
        GalleryRoute => crate::gallery::GalleryPage,
    }
}
