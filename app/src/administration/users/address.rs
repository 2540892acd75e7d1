//! The address of the list of people.
use leptos_router::params::ParamsMap;
use portvakt_model::user::Query;

/// The address of a view of the list.
pub(super) fn address(path: &str, query: &Query) -> String {
    format!("{path}{}", query.fields().into_iter().collect::<ParamsMap>().to_query_string())
}
