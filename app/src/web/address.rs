//! Addresses with a query.
use leptos::prelude::{Get, Memo};
use leptos_router::hooks::use_location;
use portvakt_model::urlencoded::{decoded, encoded};

/// The field of the first page's address that names the organisation which the person has just joined.
pub const JOINED: &str = "joined";

/// The query of the page's address.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Query(String);

impl Query {
    /// The first value of a field. Leptos' own map of the query decodes every value twice.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<String> {
        let fields = self.0.split('&').map(|field| field.split_once('=').unwrap_or((field, "")));
        fields.into_iter().find(|(is, _)| *is == name).and_then(|(_, value)| decoded(value.as_bytes()))
    }

    /// The first value of a field, or an empty text.
    #[must_use]
    pub fn text(&self, name: &str) -> String {
        self.get(name).unwrap_or_default()
    }
}

/// The query of the page's address, which changes when a link leads to the same page.
#[must_use]
pub fn use_query() -> Memo<Query> {
    let search = use_location().search;
    Memo::new(move |_| Query(search.get()))
}

/// A path with a query of these fields. A field with an empty value is left out.
#[must_use]
pub fn with_query<V: AsRef<str>>(path: &str, fields: impl IntoIterator<Item = (&'static str, V)>) -> String {
    let mut address = path.to_owned();
    for (name, value) in fields {
        let value = value.as_ref();
        if !value.is_empty() {
            address.push(if address.len() == path.len() { '?' } else { '&' });
            address.push_str(name);
            address.push('=');
            address.push_str(&encoded(value));
        }
    }
    address
}

#[test]
fn a_query_holds_what_is_not_empty_percent_encoded() {
    assert_eq!(with_query("/x", [("a", ""), ("b", "")]), "/x");
    assert_eq!(with_query("/x", [("a", ""), ("b", "å & 1"), ("c", "/y?z=1")]), "/x?b=%C3%A5%20%26%201&c=%2Fy%3Fz%3D1");
}

#[test]
fn a_query_is_decoded_once() {
    let query = Query("q=%C3%85sa%2520%2526&x=a%2Bb+c&flag&q=second&next=%2Fa%3Fb%3D%2526".to_owned());
    assert_eq!(query.text("q"), "Åsa%20%26");
    assert_eq!(query.text("x"), "a+b c");
    assert_eq!((query.get("flag"), query.get("none")), (Some(String::new()), None));
    assert_eq!(query.text("next"), "/a?b=%26");
    let address = with_query("/x", [("next", query.text("next"))]);
    assert_eq!(Query(address["/x?".len()..].to_owned()).text("next"), "/a?b=%26");
}
