//! Pages whose part of the script comes when they are opened.

/// Makes the lazy route of a page: a struct with a `new`, which begins what the page loads and makes its forms, and a `view`.
/// Both are in the page's own part of the script. What a route's `data` makes would be in the main part, and with it the code
/// that reads and writes everything that any page loads or sends.
macro_rules! lazy_page {
    ($route:ident, $page:ident) => {
        #[doc = concat!("The way to [`", stringify!($page), "`].")]
        #[derive(Debug, Clone, Copy)]
        pub struct $route;

        #[leptos_router::lazy_route]
        impl leptos_router::LazyRoute for $route {
            fn data() -> Self {
                Self
            }

            fn view(this: Self) -> leptos::prelude::AnyView {
                let $route = this;
                $page::new().view()
            }
        }
    };
}
pub(crate) use lazy_page;
