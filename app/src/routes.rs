//! The routes: one for each [`Page`].
use crate::parts::LazyView;
use leptos_router::any_nested_match::AnyNestedMatch;
use leptos_router::any_nested_route::{AnyNestedRoute, IntoAnyNestedRoute};
use leptos_router::{
    GeneratedRouteData, MatchNestedRoutes, NestedRoute, ParamSegment, PossibleRouteMatch, RouteMatchId, SsrMode,
    StaticSegment,
};
use portvakt_model::page::Page;
use std::sync::Arc;

/// All routes. The first route that matches the address is taken.
#[derive(Clone)]
pub struct PageRoutes(Vec<AnyNestedRoute>);

impl PageRoutes {
    /// A route for each page.
    #[must_use]
    pub fn new() -> Self {
        let pages = Page::ALL.iter().map(|page| route(page.path(), LazyView::Page(*page)));
        #[cfg(feature = "qa")]
        let pages = pages.chain(GALLERY.map(|path| route(path, LazyView::Gallery)));
        Self(pages.collect())
    }
}

/// The gallery's addresses in a test build: one in a tenant's room, one in the operator's.
#[cfg(feature = "qa")]
const GALLERY: [&str; 2] = ["/dev/gallery", "/dev/gallery/staff"];

/// A route that sends the whole page at once (`Async`): without JavaScript a browser would never show a streamed part.
fn route(path: &'static str, shown: LazyView) -> AnyNestedRoute {
    NestedRoute::new(segments(path), shown).ssr_mode(SsrMode::Async).into_any_nested_route()
}

type Segments = Arc<dyn PossibleRouteMatch + Send + Sync>;

/// The router's segments for an address. `{name}` matches any segment.
fn segments(path: &'static str) -> Segments {
    let segment = |text: &'static str| -> Segments {
        match text.strip_prefix('{').and_then(|rest| rest.strip_suffix('}')) {
            Some(name) => Arc::new(ParamSegment(name)),
            None => Arc::new(StaticSegment(text)),
        }
    };
    let mut parts = path.trim_start_matches('/').split('/').map(segment);
    let first = parts.next().unwrap_or_else(|| Arc::new(StaticSegment("")));
    parts.fold(first, |all, next| Arc::new((all, next)))
}

impl MatchNestedRoutes for PageRoutes {
    type Data = ();
    type Match = AnyNestedMatch;

    fn match_nested<'a>(&'a self, path: &'a str) -> (Option<(RouteMatchId, Self::Match)>, &'a str) {
        let mut found = self.0.iter().map(|route| route.match_nested(path));
        found.find(|(route, _)| route.is_some()).unwrap_or((None, path))
    }

    fn generate_routes(&self) -> impl IntoIterator<Item = GeneratedRouteData> + '_ {
        self.0.iter().flat_map(|route| route.generate_routes().into_iter().collect::<Vec<_>>())
    }

    fn optional(&self) -> bool {
        false
    }
}
