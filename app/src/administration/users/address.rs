//! The address of the list of people.
use leptos_router::params::ParamsMap;
use portvakt_model::user::Query;

/// A path with the list's query.
pub(super) fn address(path: &str, query: &Query) -> String {
    format!("{path}{}", query.fields().into_iter().collect::<ParamsMap>().to_query_string())
}
