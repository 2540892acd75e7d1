//! The fields of a plain form post, read strictly.
use axum::body::Bytes;
use portvakt_model::flash::{AGAIN_FIELD, FOR_FIELD, KEEP_FIELD, PAGE_FIELD, PROOF_FIELD};
use portvakt_model::local_path::LocalPath;
use portvakt_model::urlencoded::decoded;
use std::collections::HashSet;

/// The most fields of a form.
const MAX_FIELDS: usize = 100;
/// The most bytes of a field's name. No field of the portal is longer, and the limit also bounds nesting.
const MAX_NAME: usize = 64;

pub(super) struct Fields(Vec<(String, String)>);

impl Fields {
    /// Reads a form. `None` for anything that no form of the portal sends: invalid UTF-8, a repeated field (except a
    /// list's, whose name ends in `]`), too many fields, or a long name.
    pub(super) fn read(body: &Bytes) -> Option<Self> {
        let mut fields = Vec::new();
        let mut names = HashSet::new();
        for pair in body.split(|b| *b == b'&').filter(|pair| !pair.is_empty()) {
            let at = pair.iter().position(|b| *b == b'=').unwrap_or(pair.len());
            let (name, value) = (decoded(&pair[..at])?, decoded(pair.get(at + 1..).unwrap_or_default())?);
            if fields.len() == MAX_FIELDS
                || name.len() > MAX_NAME
                || (!names.insert(name.clone()) && !name.ends_with(']'))
            {
                return None;
            }
            fields.push((name, value));
        }
        Some(Self(fields))
    }

    fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(n, _)| n == name).map(|(_, v)| v.as_str())
    }

    /// The path of the form's page.
    pub(super) fn page(&self) -> Option<LocalPath> {
        LocalPath::parse(self.get(PAGE_FIELD)?)
    }

    /// The account and the organisation that the form's page was made for, sealed.
    pub(super) fn made_for(&self) -> Option<&str> {
        self.get(FOR_FIELD)
    }

    /// Whether the form only keeps what was typed until the person has signed in again.
    pub(super) fn is_again(&self) -> bool {
        self.get(AGAIN_FIELD).is_some()
    }

    /// The person's proof of identity.
    pub(super) fn proof(&self) -> Option<&str> {
        self.get(PROOF_FIELD)
    }

    /// The fields that the form asks to keep, without any that can only be a secret.
    pub(super) fn kept(&self) -> Vec<(String, String)> {
        const SECRET: [&str; 5] = ["password", "code", "secret", "token", PROOF_FIELD];
        let asked = self.get(KEEP_FIELD).unwrap_or_default();
        let wanted = |name: &str| asked.split(' ').any(|a| a == name) && !SECRET.iter().any(|s| name.contains(s));
        self.0.iter().filter(|(name, _)| wanted(name)).cloned().collect()
    }
}

#[test]
fn a_form_is_read_as_it_was_typed() {
    let body = Bytes::from_static(
        b"email=a%40b.example&name=%C3%85sa+%26+co&empty=&flag&_keep=email+password&password=x&_page=%2Fsetup",
    );
    let fields = Fields::read(&body).unwrap();
    assert_eq!(fields.get("name"), Some("Åsa & co"));
    assert_eq!(fields.get("empty"), Some(""));
    assert_eq!(fields.page().unwrap().as_str(), "/setup");
    assert_eq!(fields.kept(), [("email".to_owned(), "a@b.example".to_owned())]);
}

#[test]
fn a_body_that_no_form_of_ours_sends_is_not_read() {
    for bad in ["name=%C3%28", "name=%ff", "name=%", "name=%4", "name=%zz", "email=a&email=b", "%ff=a"] {
        assert!(Fields::read(&Bytes::from(bad)).is_none(), "{bad}");
    }
    let many: Vec<_> = (0..=MAX_FIELDS).map(|i| format!("f{i}=x")).collect();
    assert!(Fields::read(&Bytes::from(many.join("&"))).is_none());
    assert!(Fields::read(&Bytes::from(format!("a{}=x", "[a]".repeat(30)))).is_none());
    assert!(Fields::read(&Bytes::from("roles[]=a&roles[]=b")).is_some());
}
